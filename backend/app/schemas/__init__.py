"""The shapes on the wire: `…In` is what is taken, `…Out` what is served. Shape only, never a query."""
