"""State machines as tables: who may move what where, what it needs, and why not.

A flow is the only source of the rules. The API serves it as `allowed_moves`, services ask it
before they write a status, `docs/flows.md` is drawn from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .errors import Forbidden, Invalid, MoveRefused
from .roles import Actor, Role


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a move is blocked: a stable code, a sentence, and what a translation needs to know."""

    code: str
    detail: str
    params: Mapping[str, Any] = field(default_factory=dict)


Guard = Callable[[Any, Actor], Reason | None]
"""Looks at the row (and the actor) and says why not, or None."""


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow. `who` narrows the role (403 when it refuses), `guard` looks at the state (409).

    `needs` names body fields that must be given, `takes` those that may be. A move that needs
    `waive` is chosen only when the body waives; so two moves can share source and target.
    """

    source: StrEnum
    to: StrEnum
    action: str
    by: Role = Role.RESPONDER
    who: Guard | None = None
    guard: Guard | None = None
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()

    def refused_to(self, row: Any, actor: Actor) -> Reason | None:
        if not actor.role.includes(self.by):
            return Reason("role_required", f"This needs the role {self.by}, or one above it.", {"role": str(self.by)})
        return self.who(row, actor) if self.who else None

    def blocked_by(self, row: Any, actor: Actor) -> Reason | None:
        return self.refused_to(row, actor) or (self.guard(row, actor) if self.guard else None)


@dataclass(frozen=True, slots=True)
class OfferedMove:
    """A move out of the row's present status as it is served to one caller."""

    move: Move
    blocked: Reason | None


class Flow:
    """All moves of one entity."""

    def __init__(self, entity: str, *moves: Move) -> None:
        self.entity = entity
        self.moves = moves

    def out_of(self, status: StrEnum) -> list[Move]:
        return [move for move in self.moves if move.source == status]

    def offered(self, row: Any, actor: Actor) -> list[OfferedMove]:
        """The moves out of the row's status, each with the reason that blocks it for this actor."""
        return [OfferedMove(move, move.blocked_by(row, actor)) for move in self.out_of(row.status)]

    def check(self, row: Any, to: StrEnum, actor: Actor, given: Mapping[str, Any]) -> Move:
        """The move that would bring `row` to `to`.

        Raises MoveRefused (no such move, or a guard), Forbidden (who), Invalid (a needed field is
        missing, or one is given that the move does not take). Changes nothing.
        """
        move = self._choose(row, to, given)
        if refusal := move.refused_to(row, actor):
            raise Forbidden(refusal.detail, code=refusal.code, **refusal.params)
        if move.guard and (reason := move.guard(row, actor)):
            raise MoveRefused(reason.detail, code=reason.code, allowed=self._targets(row), **reason.params)
        _check_fields(move, given)
        return move

    def _choose(self, row: Any, to: StrEnum, given: Mapping[str, Any]) -> Move:
        candidates = [move for move in self.out_of(row.status) if move.to == to]
        if not candidates:
            raise MoveRefused(self._refusal(row, to), allowed=self._targets(row), source=str(row.status), to=str(to))
        waives = bool(given.get("waive"))
        return next((move for move in candidates if ("waive" in move.needs) == waives), candidates[0])

    def _targets(self, row: Any) -> list[str]:
        return list(dict.fromkeys(str(move.to) for move in self.out_of(row.status)))

    def _refusal(self, row: Any, to: StrEnum) -> str:
        targets = self._targets(row)
        legal = f"it can go to {' or '.join(targets)}" if targets else "no move leads out of it"
        return f"This {self.entity} cannot go from {row.status} to {to}; {legal}."


def _is_blank(value: Any) -> bool:
    return not (value.strip() if isinstance(value, str) else value)


def _check_fields(move: Move, given: Mapping[str, Any]) -> None:
    missing = [name for name in move.needs if _is_blank(given.get(name))]
    if missing:
        code = "note_required" if missing == ["note"] else "invalid"
        raise Invalid(dict.fromkeys(missing, f"Needed to {move.action}."), code=code, action=move.action)
    known = {"note", *move.needs, *move.takes}
    stray = [name for name, value in given.items() if value and name not in known]
    if stray:
        raise Invalid(dict.fromkeys(stray, f"Not taken by the move {move.action}."))
