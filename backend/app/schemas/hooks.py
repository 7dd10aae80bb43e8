"""What a webhook is answered."""

from marshmallow import fields

from .base import Schema


class HookResultOut(Schema):
    outcome = fields.String(
        required=True,
        metadata={"description": "created, repeated, reopened, resolved, unchanged, or rejected with a reason"},
    )
    reason = fields.String(required=True, allow_none=True)
    id = fields.Integer(required=True, allow_none=True)
    fingerprint = fields.String(required=True, allow_none=True)


class HookOut(Schema):
    results = fields.List(fields.Nested(HookResultOut), required=True)
