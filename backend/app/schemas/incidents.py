"""Incidents, the board and timelines."""

from marshmallow import fields, validate

from ..domain.incident import INCIDENT_FLOW, IncidentStatus, Resolution
from ..domain.levels import Severity
from ..domain.postmortem import PostmortemStatus
from .base import (
    AllowedMoves,
    Distinct,
    Flag,
    Ident,
    Instant,
    LegacyOut,
    Line,
    PageArgs,
    Prose,
    Q,
    QueryIdent,
    Schema,
    UserRefOut,
    Word,
    Words,
    page_of,
    sort_by,
)

SORTS = ("severity", "-detected_at", "detected_at", "-updated_at", "-id", "id")


class IncidentPatchIn(Schema):
    title = Line()
    severity = Word(Severity)
    description = Prose()
    services = Distinct(Line(100), validate=validate.Length(max=20))
    started_at = Instant()
    assignee_id = Ident(allow_none=True)


class IncidentIn(IncidentPatchIn):
    alert_ids = fields.List(Ident(), validate=validate.Length(max=200))


class IncidentMoveIn(Schema):
    to = Word(IncidentStatus, required=True)
    note = Prose(2000, load_default="")
    recovered_at = Instant(load_default=None, allow_none=True)
    waive = Flag(load_default=False)


class PostmortemRefOut(Schema):
    id = fields.Integer(required=True)
    status = Word(PostmortemStatus, required=True)


class IncidentOut(Schema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    severity = Word(Severity, required=True)
    status = Word(IncidentStatus, required=True)
    services = fields.List(fields.String(), required=True)
    assignee = fields.Nested(UserRefOut, required=True, allow_none=True)
    created_by = fields.Nested(UserRefOut, required=True, allow_none=True)
    started_at = Instant(required=True)
    detected_at = Instant(required=True)
    acknowledged_at = Instant(required=True, allow_none=True)
    recovering_at = Instant(required=True, allow_none=True)
    recovered_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    resolution = Word(Resolution, required=True, allow_none=True)
    relapses = fields.Integer(required=True)
    postmortem_required = fields.Boolean(required=True)
    postmortem = fields.Nested(PostmortemRefOut, required=True, allow_none=True)
    alert_count = fields.Integer(required=True)
    legacy_id = fields.String(required=True, allow_none=True)
    legacy = fields.Nested(LegacyOut, required=True, allow_none=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    version = fields.Integer(required=True)
    allowed_moves = AllowedMoves(INCIDENT_FLOW)


IncidentPageOut = page_of(IncidentOut)


class IncidentFilter(Schema):
    severity = Words(Severity)
    assignee_id = QueryIdent()
    q = Q()


class IncidentArgs(IncidentFilter, PageArgs):
    status = Words(IncidentStatus)
    sort = sort_by(SORTS, "-detected_at")


class BoardArgs(IncidentFilter):
    limit = fields.Integer(load_default=25, validate=validate.Range(1, 200))


class BoardColumnOut(Schema):
    status = Word(IncidentStatus, required=True)
    count = fields.Integer(required=True)
    items = fields.List(fields.Nested(IncidentOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class BoardOut(Schema):
    columns = fields.List(fields.Nested(BoardColumnOut), required=True)


class TimelineNoteIn(Schema):
    text = Prose(min_length=1, required=True)
    occurred_at = Instant(load_default=None, allow_none=True)


class TimelineEntryOut(Schema):
    id = fields.Integer(required=True)
    incident_id = fields.Integer(required=True)
    kind = fields.String(required=True)
    actor = fields.Nested(UserRefOut, required=True, allow_none=True)
    actor_name = fields.String(required=True)
    text = fields.String(required=True)
    data = fields.Dict(required=True)
    occurred_at = Instant(required=True)
    created_at = Instant(required=True)


TimelineEntryPageOut = page_of(TimelineEntryOut)
