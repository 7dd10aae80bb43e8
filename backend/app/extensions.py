"""The libraries' objects. A leaf: imports nothing of ours."""

from contextvars import ContextVar
from typing import Any

from flask_jwt_extended import JWTManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy import session as flask_session
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase

HELD: ContextVar[Connection | None] = ContextVar("connection", default=None)
"""The connection of the unit of work that is under way; None outside of one."""


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


class Session(flask_session.Session):
    """Takes part in the transaction of the unit of work, where there is one."""

    def get_bind(self, *given: Any, **options: Any) -> Engine | Connection:
        return HELD.get() or super().get_bind(*given, **options)


db = SQLAlchemy(model_class=Base, session_options={"class_": Session, "expire_on_commit": False, "autoflush": False})
migrate = Migrate()
jwt = JWTManager()
