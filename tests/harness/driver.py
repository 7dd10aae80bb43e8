"""Looks over the driver's shoulder: sees, or fails, whatever reaches the database, on both engines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy.pool.base import _ConnectionFairy


class WatchedCursor:
    """A cursor that tells each statement before it runs."""

    def __init__(self, cursor: Any, tell: Callable[[str], None]) -> None:
        self._cursor = cursor
        self._tell = tell

    def execute(self, statement: str, *values: Any) -> Any:
        self._tell(statement)
        return self._cursor.execute(statement, *values)

    def executemany(self, statement: str, *rows: Any) -> Any:
        self._tell(statement)
        return self._cursor.executemany(statement, *rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def watched_driver(tell: Callable[[str], None]) -> Iterator[None]:
    """`tell` is given each statement's text; what it raises, the driver raises."""
    real = _ConnectionFairy.cursor

    def cursor(connection: Any, *given: Any) -> Any:
        return WatchedCursor(real(connection, *given), tell)

    with patch.object(_ConnectionFairy, "cursor", cursor):
        yield
