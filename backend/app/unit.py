"""The unit of work: one transaction, committed once, run again when it lost a race. Nothing else commits.

A request is one (`api/wire/unit.py`); so is a round of the worker, and what a command does.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .database import is_exhausted, is_lost_connection, is_lost_race
from .domain.errors import Busy, DomainError, OutcomeUnknown
from .extensions import db
from .statement import held_connection

ATTEMPTS = 8
PATIENCE = 15.0
"""Seconds after which nothing is tried again: a wait for a lock may have eaten them in one attempt."""

Result = TypeVar("Result")
log = structlog.get_logger()


def run(work: Callable[[], Result], *, repeatable: Callable[[], bool] = lambda: True) -> Result:
    """Do `work` in one transaction. A refusal (DomainError) rolls back, unless it keeps its changes.

    `repeatable` tells whether doing the work twice is harmless; it is asked when the connection
    broke while committing, which leaves open whether it was done. Raises OutcomeUnknown then if it
    is not, and Busy when others were in the way all the time.
    """
    deadline = time.monotonic() + PATIENCE
    attempt = 1
    while True:
        try:
            return _once(work, repeatable)
        except Exception as error:
            if is_exhausted(error):
                raise Busy("The database takes no more connections now. Try again.") from error
            if not (is_lost_race(error) or is_lost_connection(error)):
                raise
            if attempt == ATTEMPTS or time.monotonic() > deadline:
                raise _given_up(error) from error
            log.info("unit of work lost, trying again", attempt=attempt, error=str(error).splitlines()[0])
        time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (jitter, not a secret)
        attempt += 1


def _once(work: Callable[[], Result], repeatable: Callable[[], bool]) -> Result:
    session = db.session()
    session.rollback()
    try:
        with held_connection(session, writes=True):
            result = work()
    except DomainError as refusal:
        if refusal.keeps_changes:
            session.commit()
        else:
            session.rollback()
        raise
    except BaseException:
        session.rollback()
        raise
    _commit(session, repeatable)
    return result


def _commit(session: Session, repeatable: Callable[[], bool]) -> None:
    try:
        session.commit()
    except Exception as error:
        session.rollback()
        if is_lost_connection(error) and not repeatable():
            raise OutcomeUnknown("The database went away while saving; look before you try again.") from error
        raise


def _given_up(error: Exception) -> Exception:
    """A key that is taken every time is no race, but a fault of ours: it must be seen."""
    if isinstance(error, IntegrityError):
        return error
    return Busy("Others were writing the same rows all the time. Try again.")
