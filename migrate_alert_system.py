"""Moves the old system's database into Closeloop, and back: `python migrate_alert_system.py --help`."""

import sys

from backend.app.cli.migrate import main

if __name__ == "__main__":
    sys.exit(main())
