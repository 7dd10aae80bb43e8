"""The unit of work: a writing request owns one transaction, committed once, run again when it lost a race.

Nothing else in the API commits.
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from flask import Response, make_response, request

from ...database import is_exhausted, is_lost_connection, is_lost_race
from ...domain.errors import Busy, DomainError, OutcomeUnknown
from ...extensions import db

ATTEMPTS = 8
log = structlog.get_logger()


def unit_of_work(view: Callable[..., Any]) -> Callable[..., Response]:
    """Run the view, with everything it is wrapped in, as one transaction.

    Stands outermost, so that reading who is calling, the work and the answer's
    serialisation see one state, and a retry repeats all of it. A refusal rolls back.
    """

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Response:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _once(view, args, kwargs)
            except Exception as error:
                if not _worth_another_try(error):
                    raise
                log.info("unit of work lost, trying again", attempt=attempt, error=str(error).splitlines()[0])
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (jitter, not a secret)
        raise Busy("Others were writing the same rows all the time. Try again.")

    run.is_unit_of_work = True  # type: ignore[attr-defined]
    return run


def _once(view: Callable[..., Any], args: Any, kwargs: Any) -> Response:
    session = db.session
    session.rollback()
    session.connection(execution_options={"writes": True})
    try:
        response = make_response(view(*args, **kwargs))
    except DomainError as refusal:
        if refusal.keeps_changes:
            session.commit()
        else:
            session.rollback()
        raise
    except BaseException:
        session.rollback()
        raise
    _commit()
    return response


def _commit() -> None:
    try:
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        if is_lost_connection(error) and "Idempotency-Key" not in request.headers:
            raise OutcomeUnknown("The database went away while saving; look before you try again.") from error
        raise


def _worth_another_try(error: Exception) -> bool:
    """Lost races and lost connections are; with too many connections a client had better wait."""
    if is_exhausted(error):
        raise Busy("The database takes no more connections now. Try again.") from error
    return is_lost_race(error) or is_lost_connection(error)
