"""Action items across all incidents and postmortems."""

from typing import Any

from flask import g

from ..domain.roles import Role
from ..schemas.action_items import (
    ActionItemArgs,
    ActionItemIn,
    ActionItemMoveIn,
    ActionItemOut,
    ActionItemPageOut,
    ActionItemPatchIn,
)
from ..schemas.base import business_today
from ..services import action_items
from .wire import Blueprint, idempotent, needs, page, seen_version, tagged, unit_of_work

blp = Blueprint(
    "action-items",
    __name__,
    url_prefix="/api/v1/action-items",
    description="What somebody does so it stays away",
)


@blp.get("")
@needs(Role.VIEWER)
@blp.arguments(ActionItemArgs, location="query")
@blp.response(200, ActionItemPageOut)
def search(args: dict[str, Any]) -> Any:
    """Action items, the most urgent first; `overdue=true` for those past their day and not done."""
    return page(action_items.search, args | {"today": business_today()})


@blp.post("")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(ActionItemIn)
@blp.response(201, ActionItemOut)
def create(body: dict[str, Any]) -> Any:
    """Add one under a postmortem or an incident."""
    return tagged(action_items.create(g.actor, **body), 201)


@blp.get("/<ident:item_id>")
@needs(Role.VIEWER)
@blp.response(200, ActionItemOut)
def get(item_id: int) -> Any:
    """One action item."""
    return tagged(action_items.get(item_id))


@blp.patch("/<ident:item_id>")
@unit_of_work
@needs(Role.RESPONDER)
@blp.arguments(ActionItemPatchIn)
@blp.response(200, ActionItemOut)
def edit(body: dict[str, Any], item_id: int) -> Any:
    """Change title, owner, due date, priority or type."""
    return tagged(action_items.edit(item_id, g.actor, seen_version(), **body))


@blp.post("/<ident:item_id>/transitions")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(ActionItemMoveIn)
@blp.response(200, ActionItemOut)
def transition(body: dict[str, Any], item_id: int) -> Any:
    """Start, finish, verify, cancel or reopen. 403 `self_verify`: somebody else than the owner verifies."""
    return tagged(action_items.transition(item_id, actor=g.actor, seen=seen_version(), **body))
