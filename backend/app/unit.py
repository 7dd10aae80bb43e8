"""The unit of work: one transaction, committed once, run again when it lost a race or its connection.

Nothing else commits. A request is one (`api/wire/unit.py`); so is a round of the worker, and what a command does.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from sqlalchemy import RootTransaction
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .database import connect, is_exhausted, is_lost_connection, is_lost_race, note_committed
from .domain.errors import Busy, DomainError, OutcomeUnknown
from .extensions import HELD, db

ATTEMPTS = 8
PATIENCE = 15.0
"""Seconds after which nothing is tried again: a wait for a lock may have eaten them in one attempt.

But for the first attempt, whose connection nobody had asked whether it is still there: it is made good in any case.
"""

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
            return _once(work, repeatable, ping=attempt > 1)
        except Exception as error:
            if is_exhausted(error):
                raise Busy("The database takes no more connections now. Try again.") from error
            if not (is_lost_race(error) or is_lost_connection(error)):
                raise
            unasked = attempt == 1 and is_lost_connection(error)
            if attempt == ATTEMPTS or (time.monotonic() > deadline and not unasked):
                raise _given_up(error) from error
            log.info("unit of work lost, trying again", attempt=attempt, error=str(error).splitlines()[0])
        time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (jitter, not a secret)
        attempt += 1


def _once(work: Callable[[], Result], repeatable: Callable[[], bool], *, ping: bool) -> Result:
    session = db.session()
    session.rollback()
    with _transaction(session, ping=ping) as transaction:
        try:
            result = work()
        except DomainError as refusal:
            if refusal.keeps_changes:
                _commit(session, transaction, lambda: True)
            raise
        _commit(session, transaction, repeatable)
    return result


@contextmanager
def _transaction(session: Session, *, ping: bool) -> Iterator[RootTransaction]:
    """One that writes, on a connection of its own, which the session joins; undone unless it is committed."""
    with connect(db.engine, ping=ping).execution_options(writes=True) as connection:
        transaction = connection.begin()
        token = HELD.set(connection)
        try:
            yield transaction
        except BaseException:
            session.rollback()
            if connection.get_transaction() is transaction and not transaction.is_active:
                transaction.rollback()  # its commit failed: it must be let go, or the pool takes it for rolled back
            raise
        finally:
            HELD.reset(token)


def _commit(session: Session, transaction: RootTransaction, repeatable: Callable[[], bool]) -> None:
    """The transaction before the session, which can then still take its objects back when that fails."""
    session.flush()
    try:
        transaction.commit()
    except Exception as error:
        if is_lost_connection(error) and not repeatable():
            raise OutcomeUnknown("The database went away while saving; look before you try again.") from error
        raise
    note_committed(transaction.connection)
    if session.in_transaction():
        session.commit()


def _given_up(error: Exception) -> Exception:
    """A key that is taken every time is no race, but a fault of ours: it must be seen."""
    if isinstance(error, IntegrityError):
        return error
    return Busy("Others were writing the same rows all the time. Try again.")
