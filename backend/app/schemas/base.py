"""What all schemas share: strict input, words, times, text that a database can hold."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import marshmallow as ma
from flask import current_app, g
from marshmallow import fields, validate

from ..domain.action_item import today
from ..domain.flow import Flow, OfferedMove
from ..domain.incident import IncidentStatus
from ..domain.levels import Severity

Validator = Callable[[Any], Any]

MAX_ID = 2**63 - 1
TITLE = 200
PROSE = 20_000
MOST_WORDS = 100
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Schema(ma.Schema):
    """Refuses fields that it does not know, by name."""

    class Meta:
        unknown = ma.RAISE

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """What is served is a row or a mapping; marshmallow would try keys on both, for every field of every row."""
        return obj.get(attr, default) if isinstance(obj, dict) else getattr(obj, attr, default)


UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(value: str) -> None:
    """Databases refuse NUL, and UTF-8 has no form for half a surrogate pair."""
    if UNSTORABLE.search(value):
        raise ma.ValidationError("Must not contain NUL characters or half a surrogate pair.")


def visible(value: str) -> None:
    if not any(map(str.isprintable, "".join(value.split()))):
        raise ma.ValidationError("Must show something.")


class Prose(fields.String):
    """Text of several lines, kept as typed; with a `min_length` not of blanks alone."""

    def __init__(self, max_length: int = PROSE, min_length: int = 0, **options: Any) -> None:
        checks: list[Validator] = [validate.Length(min=min_length or None, max=max_length), storable]
        super().__init__(validate=[*checks, visible] if min_length else checks, **options)


CONTROL = re.compile("[\x01-\x1f\x7f-\x9f]")


class Line(Prose):
    """One line: outer blanks go, line breaks and control characters become blanks; empty if `min_length` is 0."""

    def __init__(self, max_length: int = TITLE, min_length: int = 1, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(max_length, min_length, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if len(text) > self.max_length:
            raise ma.ValidationError(f"Longer than maximum length {self.max_length}.")
        return " ".join(CONTROL.sub(" ", text).split())


class Distinct(fields.List[Any]):
    """Each item once, in the order in which they first stand."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **options)))


class Flag(fields.Boolean):
    """`true` or `false`, in a body; queries know more words for them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")


class Instant(fields.AwareDateTime):
    """RFC 3339 with an offset in, UTC with `Z` out."""

    default_error_messages = {"invalid_awareness": "Needs an offset from UTC, as in 2026-11-23T08:00:00Z."}

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", validate=validate.Range(EARLIEST, LATEST), **options)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else value.isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        if isinstance(value, str) and not RFC_3339.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        try:
            return super()._deserialize(value, attr, data, **options).astimezone(UTC)
        except OverflowError:
            raise ma.ValidationError("Lies outside the calendar.") from None


class Ident(fields.Integer):
    """The id of some row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(1, MAX_ID), **options)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class QueryIdent(Ident):
    """The same in a query, where all is text."""

    def _validated(self, value: Any) -> Any:
        return super()._validated(
            int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        )


class Word(fields.Enum[StrEnum]):
    """One word of a vocabulary."""

    def __init__(self, words: type[StrEnum], **options: Any) -> None:
        super().__init__(words, by_value=True, **options)


class Words(fields.String):
    """Words of a vocabulary, or plain ones, separated by commas; in queries."""

    def __init__(self, words: type[StrEnum] | None = None, **options: Any) -> None:
        self.words = words
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        storable(text)
        return self.known([part.strip() for part in text.split(",") if part.strip()])

    def known(self, parts: list[str]) -> list[Any]:
        """The words as the vocabulary has them."""
        if len(parts) > MOST_WORDS:
            raise ma.ValidationError(f"Must be at most {MOST_WORDS}.")
        if self.words is None:
            return parts
        try:
            return [self.words(part) for part in parts]
        except ValueError:
            known = ", ".join(self.words)
            raise ma.ValidationError(f"Must be one or more of {known}, separated by commas.") from None


class WordList(fields.Raw):
    """The same in a body: a list of words, or one text with commas as in a query."""

    def __init__(self, words: type[StrEnum] | None = None, **options: Any) -> None:
        self.words = Words(words)
        texts = {"type": "string"}
        metadata = {"oneOf": [{"type": "array", "items": texts}, texts]}
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            storable("".join(value))
            words = self.words.known(value)
        else:
            words = self.words.deserialize(value, attr, data, **options)
        if not words:
            raise ma.ValidationError("Must name at least one.")
        return words


class ReasonOut(Schema):
    code = fields.String(required=True)
    detail = fields.String(required=True)
    params = fields.Dict(required=True)


class AllowedMoveOut(Schema):
    """A move out of the present status, with the reason when the caller cannot make it."""

    to = fields.String(required=True)
    action = fields.String(required=True)
    needs = fields.List(fields.String(), required=True)
    takes = fields.List(fields.String(), required=True)
    blocked = fields.Nested(ReasonOut, required=True, allow_none=True)


class AllowedMoves(fields.List[Any]):
    """The flow's answer for the row that is served and the person who asks."""

    _CHECK_ATTRIBUTE = False  # computed from the whole row, which has no such attribute

    def __init__(self, flow: Flow, **options: Any) -> None:
        self.flow = flow
        super().__init__(fields.Nested(AllowedMoveOut), required=True, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[dict[str, Any]]:
        return [_offered(offer) for offer in self.flow.offered(obj, g.actor)]


def _offered(offer: OfferedMove) -> dict[str, Any]:
    move, blocked = offer.move, offer.blocked
    reason = {"code": blocked.code, "detail": blocked.detail, "params": dict(blocked.params)} if blocked else None
    return {
        "to": move.to,
        "action": move.action,
        "needs": list(move.needs),
        "takes": list(move.takes),
        "blocked": reason,
    }


class UserRefOut(Schema):
    id = fields.Integer(required=True)
    username = fields.String(required=True)
    display_name = fields.String(required=True)
    is_active = fields.Boolean(required=True, metadata={"description": "False: the account is switched off."})


class LegacyOut(Schema):
    """What a row that came from the old system keeps of it."""

    table = fields.String(required=True, metadata={"description": "The old table."})
    status = fields.String(metadata={"description": "The old status, as it stood."})
    level = fields.String(metadata={"description": "The old level, as it stood."})
    test = fields.Boolean(metadata={"description": "Whether the old row was marked as a test."})
    fields_ = fields.Dict(
        keys=fields.String(),
        data_key="fields",
        attribute="fields",
        metadata={"description": "Columns that have no place here, by their old names."},
    )
    bytes_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        data_key="bytes",
        attribute="bytes",
        metadata={"description": "Text that is in no known encoding, as hexadecimal bytes."},
    )


class IncidentRefOut(Schema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    severity = Word(Severity, required=True)
    status = Word(IncidentStatus, required=True)


class PageArgs(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None, validate=[validate.Length(max=500), storable])


class Q(Line):
    """What people type into a search box."""

    def __init__(self) -> None:
        super().__init__(100, 0)


def sort_by(sorts: Any, default: str) -> fields.String:
    """One of the orders that a list knows; a minus puts the largest first."""
    return fields.String(load_default=default, validate=validate.OneOf(list(sorts)))


def page_of(item: type[Schema]) -> type[Schema]:
    """`{"items": […], "next_cursor": … | null}`."""
    name = item.__name__.removesuffix("Out") + "PageOut"
    return type(
        name,
        (Schema,),
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
    )


def business_today() -> Any:
    """The calendar day where the operators are."""
    return today(current_app.config["SETTINGS"].time_zone)


class ProblemFieldOut(Schema):
    field = fields.String(required=True)
    message = fields.String(required=True)


class ProblemOut(Schema):
    """RFC 9457; clients go by `code`."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    params = fields.Dict()
    errors = fields.List(fields.Nested(ProblemFieldOut))
    allowed = fields.List(fields.String())
