"""Verbs, one file per resource: check, then change, then record. They never commit."""
