"""placeholder"""

from flask.cli import AppGroup

group = AppGroup("demo", help="A week of an operations team, to look around in.")
