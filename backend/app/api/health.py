"""For load balancers and monitors: does the process live, can it work."""

from typing import Any

from flask import Blueprint
from sqlalchemy import text

from ..extensions import db
from .wire.problems import problem

blp = Blueprint("health", __name__)


@blp.get("/healthz")
def healthz() -> Any:
    """The process answers."""
    return {"status": "ok"}


@blp.get("/readyz")
def readyz() -> Any:
    """The database answers and, in a Galera cluster, its node is part of the majority; else 503."""
    db.session.execute(text("SELECT 1 FROM alembic_version"))
    if db.engine.dialect.name != "sqlite":
        row = db.session.execute(text("SHOW STATUS LIKE 'wsrep_ready'")).one_or_none()
        if row is not None and row[1] != "ON":
            return problem(503, "busy", "This database node is not part of the cluster's majority.")
    return {"status": "ready"}
