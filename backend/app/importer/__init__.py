"""The old system's database becomes Closeloop's: inspect, map, convert, verify, roll back.

`rules.py` says what an old row becomes; `run.py` has the steps of a migration in order; `engines/` holds what
MariaDB and SQLite do differently. docs/migration.md is the operator's view.
"""
