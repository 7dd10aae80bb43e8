"""How Alembic reaches the database: through the application's engine, on MariaDB/MySQL and SQLite alike."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Enum

from backend.app.extensions import db
from backend.app.models.base import UtcDateTime

FULL_TEXT = "ft_"
"""Full-text indexes and tables are made by hand for each engine; autogenerate leaves them alone."""


def include_object(_object: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave out full-text objects, and tables that no model has: the old system's stay beside ours after an import."""
    if kind in ("table", "index") and name is not None and name.startswith(FULL_TEXT):
        return False
    return not (kind == "table" and reflected and compare_to is None)


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations outlive our column types: they name what the database sees."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return 'sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")'
    if isinstance(item, Enum):
        return f"sa.String({item.length})"
    return False


def run(connection: Connection) -> None:
    options = current_app.extensions["migrate"].configure_args
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        include_object=include_object,
        render_item=render_item,
        **options,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # batch migrations rebuild tables: with foreign keys on, that would delete the children
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        run(connection)
        connection.commit()
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


run_migrations()
