"""Asking a flow in one line, answered in one word."""

from typing import Any

from backend.app.domain.errors import Forbidden, Invalid, MoveRefused
from backend.app.domain.flow import Flow
from backend.app.domain.roles import Actor, ActorKind, Role

ROLES = ["viewer", "responder", "manager", "admin"]
"""Each includes the ones before it."""


def person(role: str, ident: int = 1) -> Actor:
    return Actor(ActorKind.USER, ident, f"the {role}", Role(role))


def ask(flow: Flow, row: Any, to: Any, actor: Actor, **given: Any) -> str:
    """The action's name, or the refusal as `MoveRefused move_refused`."""
    try:
        return flow.check(row, to, actor, given).action
    except (MoveRefused, Forbidden, Invalid) as refusal:
        return f"{type(refusal).__name__} {refusal.code}"


def has(role: str, least: str) -> bool:
    return ROLES.index(role) >= ROLES.index(least)
