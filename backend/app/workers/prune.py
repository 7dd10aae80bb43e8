"""Deleting what has expired and nobody will ask for again."""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, or_

from ..domain import clock
from ..extensions import db
from ..models import Answer, LoginFailures, LoginSession

ANSWERS_KEPT = timedelta(hours=24)
FAILURES_KEPT = timedelta(hours=24)
SESSIONS_KEPT = timedelta(days=7)
"""After their end, so that a late refresh token is still told that its session is over."""


def prune() -> dict[str, int]:
    """How many rows went, by table."""
    now = clock.now()
    conditions = {
        Answer: Answer.created_at < now - ANSWERS_KEPT,
        LoginSession: LoginSession.expires_at < now - SESSIONS_KEPT,
        LoginFailures: and_(
            LoginFailures.created_at < now - FAILURES_KEPT,
            or_(LoginFailures.locked_until.is_(None), LoginFailures.locked_until < now),
        ),
    }
    gone = {}
    for model, condition in conditions.items():
        result = cast(CursorResult[Any], db.session.execute(delete(model).where(condition)))
        gone[model.__tablename__] = result.rowcount
    return gone
