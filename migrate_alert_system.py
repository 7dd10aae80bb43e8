"""Moves the data of the old recording system into Closeloop. Not written yet: it comes with the migration work."""

import sys

if __name__ == "__main__":
    sys.exit("The migration of the old system is not part of this version; it comes with the migration work.")
