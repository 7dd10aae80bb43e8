"""Whether the database is of this version's schema; an empty one is brought there."""

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from .config import ROOT
from .extensions import db

MIGRATIONS = ROOT / "backend" / "migrations"


class NotReady(Exception):
    """The database cannot be worked on as it is; the message names the command to run."""


def bring_up() -> None:
    """Make the schema in an empty database. Raises NotReady for one that is behind, ahead, or the old system's."""
    with db.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        present = set(MigrationContext.configure(connection).get_current_heads())
    if not tables:
        flask_migrate.upgrade(str(MIGRATIONS))
    elif not present:
        raise NotReady(
            "The database holds tables that are not Closeloop's, as the old system's would be.\n"
            "Run `python migrate_alert_system.py`, or set DATABASE_URL to an empty database."
        )
    elif present != set(ScriptDirectory(str(MIGRATIONS)).get_heads()):
        raise NotReady(
            "The database's schema is not that of this version.\nMake a backup, then run `.venv/bin/flask db upgrade`."
        )
