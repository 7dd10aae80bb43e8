"""People and their tokens."""

from typing import Any
from zoneinfo import available_timezones

import marshmallow as ma
from marshmallow import fields, validate

from ..domain.roles import Role
from .base import Flag, Instant, Line, PageArgs, Q, Schema, Word, Words, page_of, sort_by, storable

SORTS = ("display_name", "username", "-id", "id")

LANGUAGES = ["zh-CN", "en"]
TIME_ZONES = available_timezones()


def _time_zone(value: str) -> None:
    if value not in TIME_ZONES:
        raise ma.ValidationError("Must be a time zone such as Asia/Shanghai.")


class Username(fields.String):
    """Small letters, digits and `._-`: the same on keyboards and in databases that fold case."""

    def __init__(self, **options: Any) -> None:
        pattern = validate.Regexp(r"\A[a-z0-9][a-z0-9._-]{0,63}\Z", error="Small letters, digits, dots, - and _ only.")
        super().__init__(validate=pattern, **options)


class Password(fields.String):
    """Kept to the letter; a new one has at least `shortest` characters."""

    def __init__(self, shortest: int = 8, **options: Any) -> None:
        super().__init__(validate=[validate.Length(shortest, 200), storable], load_only=True, **options)


class PersonalIn(Schema):
    """What people change about themselves."""

    display_name = Line(100)
    email = fields.Email(allow_none=True, validate=[validate.Length(max=254), storable])
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    time_zone = fields.String(validate=_time_zone)


class UserPatchIn(PersonalIn):
    role = Word(Role)
    is_active = Flag()
    password = Password()


class UserIn(PersonalIn):
    username = Username(required=True)
    display_name = Line(100, required=True)
    password = Password(required=True)
    role = Word(Role, required=True)


class UserOut(Schema):
    id = fields.Integer(required=True)
    username = fields.String(required=True)
    display_name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    role = Word(Role, required=True)
    language = fields.String(required=True)
    time_zone = fields.String(required=True)
    is_active = fields.Boolean(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    version = fields.Integer(required=True)


UserPageOut = page_of(UserOut)


class UserArgs(PageArgs):
    q = Q()
    role = Words(Role)
    is_active = fields.Boolean()
    sort = sort_by(SORTS, "display_name")


class LoginIn(Schema):
    username = Line(64, required=True)
    password = Password(1, required=True)
    use_cookie = Flag(
        load_default=False,
        metadata={"description": "Keep the refresh token in an HttpOnly cookie instead of the body (for browsers)."},
    )


class RefreshIn(Schema):
    refresh_token = fields.String(
        validate=[validate.Length(max=4000), storable],
        metadata={"description": "Unless it comes as cookie or as Bearer."},
    )


class TokensOut(Schema):
    access_token = fields.String(required=True)
    refresh_token = fields.String(metadata={"description": "Absent where it was set as a cookie."})
    expires_in = fields.Integer(required=True, metadata={"description": "Life of the access token in seconds."})
    user = fields.Nested(UserOut, required=True)


class PasswordIn(Schema):
    current_password = Password(1, required=True)
    new_password = Password(required=True)
