"""Integration keys."""

from marshmallow import fields

from ..domain.integration import IntegrationKind
from .base import Flag, Instant, Line, PageArgs, Schema, UserRefOut, Word, page_of, sort_by

SORTS = ("id", "-id", "name")


class IntegrationIn(Schema):
    name = Line(100, required=True)
    kind = Word(IntegrationKind, required=True)


class IntegrationPatchIn(Schema):
    name = Line(100)
    is_active = Flag()


class IntegrationOut(Schema):
    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = Word(IntegrationKind, required=True)
    key_prefix = fields.String(required=True)
    is_active = fields.Boolean(required=True)
    created_by = fields.Nested(UserRefOut, required=True, allow_none=True)
    created_at = Instant(required=True)
    last_used_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)


class IntegrationWithKeyOut(IntegrationOut):
    key = fields.String(required=True, metadata={"description": "Shown this once."})


IntegrationPageOut = page_of(IntegrationOut)


class IntegrationArgs(PageArgs):
    sort = sort_by(SORTS, "id")
