"""Alerts."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from ..domain.alert import ALERT_FLOW, AlertStatus
from ..domain.levels import Level
from ..domain.signal import Outcome
from .base import (
    AllowedMoves,
    Ident,
    IncidentRefOut,
    Instant,
    LegacyOut,
    Line,
    PageArgs,
    ProblemOut,
    Prose,
    Q,
    QueryIdent,
    Schema,
    Word,
    WordList,
    Words,
    page_of,
    sort_by,
    storable,
)

BATCH = 1000
"""How many alerts one request may bring or move."""

SORTS = ("-last_fired_at", "last_fired_at", "-fired_at", "fired_at", "-count", "-id", "id")
LABEL = "label."
TEXT = {"type": "string"}


class Labels(fields.Dict):
    """Up to 64 names of up to 100 characters, with values of up to `longest`."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(
            keys=Line(100),
            values=fields.String(validate=[validate.Length(max=longest), storable]),
            validate=validate.Length(max=64),
            load_default=dict,
            **options,
        )


class AlertIn(Schema):
    title = Line(required=True)
    description = Prose(required=True)
    level = Word(Level, required=True)
    alert_source = Line(64, required=True)
    fired_at = Instant(required=True)
    labels = Labels(255)
    annotations = Labels(4000)
    source_url = fields.URL(
        schemes={"http", "https"},
        require_tld=False,
        load_default=None,
        allow_none=True,
        validate=[validate.Length(max=8000), storable],
    )
    fingerprint = Line(
        200,
        load_default=None,
        allow_none=True,
        metadata={"description": "What makes two signals the same alert; without it source, title and labels do."},
    )


class AlertBatchIn(Schema):
    alerts = fields.List(fields.Nested(AlertIn), required=True, validate=validate.Length(1, BATCH))


class AlertOut(Schema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    level = Word(Level, required=True)
    status = Word(AlertStatus, required=True)
    alert_source = fields.String(required=True)
    labels = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    annotations = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    source_url = fields.String(required=True, allow_none=True)
    fingerprint = fields.String(required=True)
    count = fields.Integer(required=True)
    flap_count = fields.Integer(required=True)
    fired_at = Instant(required=True)
    firing_since = Instant(required=True)
    last_fired_at = Instant(required=True)
    resolved_at = Instant(required=True, allow_none=True)
    handled_at = Instant(required=True, allow_none=True)
    incident_id = fields.Integer(required=True, allow_none=True)
    incident = fields.Nested(IncidentRefOut, required=True, allow_none=True)
    legacy_id = fields.String(required=True, allow_none=True)
    legacy = fields.Nested(LegacyOut, required=True, allow_none=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    version = fields.Integer(required=True)
    allowed_moves = AllowedMoves(ALERT_FLOW)


AlertPageOut = page_of(AlertOut)


class ReceivedOut(Schema):
    id = fields.Integer(required=True, allow_none=True)
    status = fields.Integer(required=True, metadata={"description": "201 for a new alert, 200 for a known one."})
    outcome = Word(Outcome, required=True)


class ReceivedManyOut(Schema):
    results = fields.List(fields.Nested(ReceivedOut), required=True)


class Conditions(Schema):
    """All must hold; `label.NAME=value` in a query, `labels: {NAME: value}` in a body."""

    labels = Labels(255)
    q = Q()
    incident_id = QueryIdent()
    fired_after = Instant()
    fired_before = Instant()

    @ma.pre_load
    def gather_labels(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        named = {name.removeprefix(LABEL): value for name, value in data.items() if name.startswith(LABEL)}
        rest = {name: value for name, value in data.items() if not name.startswith(LABEL)}
        return rest | {"labels": named} if named else rest


class AlertFilter(Conditions):
    status = WordList(AlertStatus)
    level = WordList(Level)
    source = WordList()

    @ma.validates_schema
    def says_something(self, data: Mapping[str, Any], **_: Any) -> None:
        """Nothing would mean everything, which nobody chooses by an oversight."""
        if not any(data.values()):
            raise ma.ValidationError("Must name at least one condition.")


class AlertCountsArgs(Conditions):
    level = Words(Level)
    source = Words()


class AlertArgs(AlertCountsArgs, PageArgs):
    status = Words(AlertStatus)
    sort = sort_by(SORTS, "-last_fired_at")


class AlertMoveIn(Schema):
    to = Word(AlertStatus, required=True)
    note = Prose(2000, load_default="")
    incident_id = Ident(load_default=None, allow_none=True)


class AlertBulkIn(AlertMoveIn):
    ids = fields.List(Ident(), validate=validate.Length(1, BATCH))
    filter = fields.Nested(AlertFilter)

    @ma.validates_schema
    def one_way_to_choose(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("ids" in data) == ("filter" in data):
            raise ma.ValidationError("Give either ids or filter.", "ids")


class MovedAlertOut(Schema):
    id = fields.Integer(required=True)
    status = Word(AlertStatus)
    problem = fields.Nested(ProblemOut)


class MovedAlertsOut(Schema):
    results = fields.List(fields.Nested(MovedAlertOut), required=True)


class AlertEventOut(Schema):
    """One line of an alert's history; `action` is a move's name or what the signal did."""

    id = fields.Integer(required=True)
    action = fields.String(required=True)
    actor_kind = fields.String(required=True)
    actor_name = fields.String(required=True)
    note = fields.String(required=True)
    created_at = Instant(required=True)


AlertEventPageOut = page_of(AlertEventOut)


class AlertCountsOut(Schema):
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
