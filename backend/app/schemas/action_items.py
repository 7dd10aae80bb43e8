"""Action items."""

from datetime import date

import marshmallow as ma
from marshmallow import fields, validate

from ..domain.action_item import ACTION_ITEM_FLOW, ActionItemStatus, ActionItemType, Priority, is_overdue
from .base import (
    AllowedMoves,
    Ident,
    IncidentRefOut,
    Instant,
    Line,
    PageArgs,
    Prose,
    Q,
    QueryIdent,
    Schema,
    UserRefOut,
    Word,
    Words,
    business_today,
    page_of,
    sort_by,
)

SORTS = ("due_on", "-created_at", "-updated_at", "-id", "id")


def due_on() -> fields.Date:
    return fields.Date(allow_none=True, validate=validate.Range(date(2000, 1, 1), date(2199, 12, 31)))


class ActionItemPatchIn(Schema):
    title = Line()
    description = Prose()
    owner_id = Ident(allow_none=True)
    due_on = due_on()
    priority = Word(Priority)
    type = Word(ActionItemType)


class ActionItemIn(ActionItemPatchIn):
    title = Line(required=True)
    incident_id = Ident()
    postmortem_id = Ident()

    @ma.validates_schema
    def one_parent(self, data: dict[str, object], **_: object) -> None:
        if ("incident_id" in data) == ("postmortem_id" in data):
            raise ma.ValidationError("Give either incident_id or postmortem_id.", "incident_id")


class ActionItemMoveIn(Schema):
    to = Word(ActionItemStatus, required=True)
    note = Prose(2000, load_default="")


class ActionItemOut(Schema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    status = Word(ActionItemStatus, required=True)
    type = Word(ActionItemType, required=True)
    priority = Word(Priority, required=True)
    owner = fields.Nested(UserRefOut, required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    overdue = fields.Function(
        lambda row: is_overdue(row, business_today()), required=True, metadata={"type": "boolean"}
    )
    incident = fields.Nested(IncidentRefOut, required=True)
    postmortem_id = fields.Integer(required=True, allow_none=True)
    created_by = fields.Nested(UserRefOut, required=True, allow_none=True)
    done_at = Instant(required=True, allow_none=True)
    verified_at = Instant(required=True, allow_none=True)
    verified_by = fields.Nested(UserRefOut, required=True, allow_none=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    version = fields.Integer(required=True)
    allowed_moves = AllowedMoves(ACTION_ITEM_FLOW)


ActionItemPageOut = page_of(ActionItemOut)


class ActionItemArgs(PageArgs):
    status = Words(ActionItemStatus)
    priority = Words(Priority)
    owner_id = QueryIdent()
    incident_id = QueryIdent()
    postmortem_id = QueryIdent()
    overdue = fields.Boolean()
    q = Q()
    sort = sort_by(SORTS, "due_on")
