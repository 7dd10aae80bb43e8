"""Whether the database is of this version's schema; an empty one is brought there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from .config import ROOT
from .extensions import db

MIGRATIONS = ROOT / "backend" / "migrations"
OWN_TABLES = {"events", "idempotent_answers"}
"""No other program's database has both."""

LOCK = "CONCAT('closeloop.schema.', MD5(DATABASE()))"
"""Name of the lock on MySQL, in SQL: names are the server's, not the database's."""

PATIENCE = 120
"""Seconds that a start waits for another one that makes the schema."""

OF_OTHERS = (
    "The database holds tables that are not Closeloop's, as the old system's would be.\n"
    "Run `python migrate_alert_system.py check` to see how to move it over or how far a migration got "
    "(docs/migration.md), or set DATABASE_URL to an empty database."
)
BEHIND = "The database's schema is that of an older version.\nMake a backup, then run `.venv/bin/flask db upgrade`."
AHEAD = (
    "The database's schema is that of a later version.\n"
    "Start that version, or restore a backup from before it; `.venv/bin/flask db current` names the schema."
)
HALF_MADE = (
    "Making the schema was interrupted.\n"
    "Drop the database and create it again (nothing is in it yet), then start Closeloop again."
)
BEING_MADE = (
    "Another start is still at work on the schema.\n"
    "Start again when it is through; `SHOW PROCESSLIST` on the database tells of it."
)


HALF_MIGRATED = (
    "The migration of the old system is not finished.\n"
    "Run `python migrate_alert_system.py run` to go on, or `python migrate_alert_system.py rollback` to go back."
)


class NotReady(Exception):
    """The database cannot be worked on as it is; the message names the command to run."""


def bring_up() -> None:
    """Make the schema in an empty database. Raises NotReady for one that is behind, ahead, or the old system's."""
    with db.engine.connect() as connection, _one_at_a_time(connection):
        tables = set(inspect(connection).get_table_names())
        if tables:
            _check(connection, tables)
        else:
            flask_migrate.upgrade(str(MIGRATIONS))


def _check(connection: Connection, tables: set[str]) -> None:
    if "migration_runs" in tables and "incidents_new" in tables:
        raise NotReady(HALF_MIGRATED)
    present = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory(str(MIGRATIONS))
    if present == set(scripts.get_heads()):
        return
    if not present:
        raise NotReady(HALF_MADE if "alembic_version" in tables else OF_OTHERS)
    if present <= {script.revision for script in scripts.walk_revisions()}:
        raise NotReady(BEHIND)
    raise NotReady(AHEAD if tables >= OWN_TABLES else OF_OTHERS)


@contextmanager
def _one_at_a_time(connection: Connection) -> Iterator[None]:
    """Of several first starts one makes the schema; the others wait."""
    if connection.dialect.name == "sqlite":
        with Path(f"{connection.engine.url.database}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    if connection.scalar(text(f"SELECT GET_LOCK({LOCK}, :seconds)"), {"seconds": PATIENCE}) != 1:
        raise NotReady(BEING_MADE)
    try:
        yield
    finally:
        connection.execute(text(f"SELECT RELEASE_LOCK({LOCK})"))
