"""Prometheus Alertmanager: its webhook, version 4."""

from .webhook import Unreadable, read

__all__ = ["Unreadable", "read"]
