"""Postmortems."""

from typing import Any

import marshmallow as ma
from flask import g
from marshmallow import fields, validate

from ..domain.postmortem import (
    LINE_LENGTH,
    PARTS,
    POSTMORTEM_FLOW,
    TIMELINE_LINES,
    PostmortemStatus,
    has_open_reviewers,
    is_editable,
    missing_parts,
)
from .base import (
    AllowedMoves,
    Ident,
    IncidentRefOut,
    Instant,
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

SORTS = ("-id", "id", "-updated_at")


class PostmortemIn(Schema):
    incident_id = Ident(required=True)


class TimelineLineIn(Schema):
    occurred_at = Instant(required=True)
    text = Prose(LINE_LENGTH, 1, required=True)


class TimelineLineOut(Schema):
    occurred_at = fields.String(required=True)
    text = fields.String(required=True)


class PostmortemPatchIn(Schema):
    summary = Prose()
    impact = Prose()
    detection = Prose()
    root_cause = Prose()
    resolution = Prose()
    lessons = Prose()
    timeline = fields.List(fields.Nested(TimelineLineIn), validate=validate.Length(max=TIMELINE_LINES))
    reviewer_ids = fields.List(Ident(), validate=validate.Length(max=20))

    @ma.post_load
    def in_order(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The timeline as it is kept: oldest first, times as text."""
        if "timeline" in data:
            lines = sorted(data["timeline"], key=lambda line: line["occurred_at"])
            data["timeline"] = TimelineLineKept(many=True).dump(lines)
        return data


class TimelineLineKept(Schema):
    occurred_at = Instant()
    text = fields.String()


class PostmortemMoveIn(Schema):
    to = Word(PostmortemStatus, required=True)
    note = Prose(2000, load_default="")


class PostmortemSummaryOut(Schema):
    id = fields.Integer(required=True)
    incident = fields.Nested(IncidentRefOut, required=True)
    status = Word(PostmortemStatus, required=True)
    revision = fields.Integer(required=True)
    author = fields.Nested(
        UserRefOut,
        required=True,
        allow_none=True,
        metadata={"description": "Null for a draft from the old system until somebody edits it."},
    )
    reviewers = fields.List(fields.Nested(UserRefOut), required=True)
    missing = fields.Function(
        missing_parts,
        required=True,
        metadata={"type": "array", "items": {"type": "string", "enum": list(PARTS)}},
    )
    published_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    version = fields.Integer(required=True)
    allowed_moves = AllowedMoves(POSTMORTEM_FLOW)


class ProseOut(Schema):
    summary = fields.String(required=True)
    impact = fields.String(required=True)
    detection = fields.String(required=True)
    root_cause = fields.String(required=True)
    resolution = fields.String(required=True)
    lessons = fields.String(required=True)
    timeline = fields.List(fields.Nested(TimelineLineOut), required=True)


class ReturnedOut(Schema):
    action = fields.String(required=True)
    actor_name = fields.String(required=True)
    note = fields.String(required=True)
    created_at = Instant(required=True)


class PostmortemOut(PostmortemSummaryOut, ProseOut):
    returned = fields.Nested(
        ReturnedOut,
        required=True,
        allow_none=True,
        metadata={
            "description": "Who made it a draft again, and why; null while it is none, or has been nothing else."
        },
    )
    editable = fields.Function(
        lambda row: is_editable(row, g.actor),
        required=True,
        metadata={"type": "boolean", "description": "Whether the caller can write it now."},
    )
    reviewers_editable = fields.Function(
        lambda row: has_open_reviewers(row, g.actor),
        required=True,
        metadata={"type": "boolean", "description": "Whether the caller can choose its reviewers now."},
    )


PostmortemPageOut = page_of(PostmortemSummaryOut)


class PostmortemArgs(PageArgs):
    status = Words(PostmortemStatus)
    q = Q()
    author_id = QueryIdent()
    reviewer_id = QueryIdent()
    sort = sort_by(SORTS, "-id")


class RevisionOut(ProseOut):
    revision = fields.Integer(required=True)
    published_at = Instant(required=True)
    published_by = fields.Nested(UserRefOut, required=True, allow_none=True)


RevisionPageOut = page_of(RevisionOut)


class CommentIn(Schema):
    text = Prose(5000, 1, required=True)


class CommentOut(Schema):
    id = fields.Integer(required=True)
    author = fields.Nested(UserRefOut, required=True)
    text = fields.String(required=True)
    created_at = Instant(required=True)


CommentPageOut = page_of(CommentOut)
