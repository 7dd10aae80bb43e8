"""The libraries' objects. A leaf: imports nothing of ours."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask_jwt_extended import JWTManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, CursorResult, Executable, MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can drop it by name on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})
migrate = Migrate()
jwt = JWTManager()


HELD: ContextVar[Connection | None] = ContextVar("connection", default=None)
"""The connection of the unit of work that is under way; None outside of one."""


def execute(statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
    """Run a statement on tables in the session's transaction, past the ORM: what every request needs costs less."""
    connection = HELD.get() or db.session.connection()
    return connection.execute(statement, values)


@contextmanager
def held_connection(**options: Any) -> Iterator[None]:
    """Begin the session's transaction, and keep its connection at hand: finding it costs as much as a statement."""
    token = HELD.set(db.session.connection(execution_options=options))
    try:
        yield
    finally:
        HELD.reset(token)
