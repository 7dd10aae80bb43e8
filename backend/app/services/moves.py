"""The only place that writes a status."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ..domain.errors import Stale
from ..domain.flow import Flow, Move
from ..domain.roles import Actor
from .record import changed_by

Seen = frozenset[str] | None
"""The versions of a row that its caller knows, any of which will do; None when it does not matter to them."""


def move(flow: Flow, row: Any, to: StrEnum, actor: Actor, **given: Any) -> Move:
    """Bring `row` to `to` if its flow lets `actor`; raises what `Flow.check` raises.

    Effects beside the status are the caller's.
    """
    made = flow.check(row, to, actor, given)
    row.status = made.to
    return made


def check_seen(row: Any, seen: Seen) -> None:
    """Refuse (Stale) a change by somebody who saw another version of the row."""
    if seen is not None and str(row.version) not in seen:
        raise Stale(row.version, changed_by(row))


def changed_fields(row: Any, wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the given attributes; returns those that differed as `{name: (old, new)}`."""
    differing = {name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value}
    for name, (_, value) in differing.items():
        setattr(row, name, value)
    return differing
