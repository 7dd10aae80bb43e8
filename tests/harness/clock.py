"""Time that moves only when a test says so."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Self

from backend.app.domain import clock


class HeldClock:
    """Starts at the time of the recorded payloads; tokens live by the real clock and do not mind."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def now(self) -> datetime:
        return clock.now()

    def set(self, instant: datetime) -> datetime:
        self._stack.close()
        self._stack.enter_context(clock.held_at(instant))
        return instant

    def advance(self, **by: float) -> datetime:
        """`advance(minutes=5)`: the words of timedelta."""
        return self.set(self.now + timedelta(**by))
