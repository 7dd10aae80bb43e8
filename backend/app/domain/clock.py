"""The one clock. Tests and the demo data hold it still; everything else asks it what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Let `now()` answer `instant` (aware) inside the block."""
    if instant.tzinfo is None:
        raise ValueError("the clock takes aware instants only")
    token = _held.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
