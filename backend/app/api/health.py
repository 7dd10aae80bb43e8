"""For load balancers and monitors: does the process live, can it work."""

from typing import Any

import structlog
from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..extensions import db
from .wire.problems import problem

log = structlog.get_logger()
blp = Blueprint("health", __name__)


@blp.get("/healthz")
def healthz() -> Any:
    """The process answers."""
    return {"status": "ok"}


@blp.get("/readyz")
def readyz() -> Any:
    """The database answers and, in a Galera cluster, its node is part of the majority; else 503."""
    try:
        reason = _why_not_ready()
    except SQLAlchemyError as error:
        log.warning("not ready", error=str(error)[:300])
        reason = "The database does not answer."
    return problem(503, "busy", reason, {"Retry-After": "2"}) if reason else {"status": "ready"}


def _why_not_ready() -> str | None:
    db.session.execute(text("SELECT 1 FROM alembic_version"))
    if db.engine.dialect.name == "sqlite":
        return None
    if _shown("SHOW VARIABLES LIKE 'wsrep_on'") == "ON" and _shown("SHOW STATUS LIKE 'wsrep_ready'") != "ON":
        return "This database node is not part of its cluster's majority."
    return None


def _shown(statement: str) -> str | None:
    row = db.session.execute(text(statement)).one_or_none()
    return None if row is None else str(row[1])
