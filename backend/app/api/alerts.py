"""Alerts: taking them in, and triage."""

from typing import Any

from flask import current_app, g

from ..domain.fingerprint import fingerprint, fingerprint_given
from ..domain.roles import Role
from ..domain.signal import Outcome, Signal
from ..schemas.alerts import (
    AlertArgs,
    AlertBatchIn,
    AlertBulkIn,
    AlertCountsArgs,
    AlertCountsOut,
    AlertEventPageOut,
    AlertIn,
    AlertMoveIn,
    AlertOut,
    AlertPageOut,
    MovedAlertsOut,
    ReceivedManyOut,
)
from ..schemas.base import PageArgs
from ..services import alerts
from ..services.timeline import past
from .wire import Blueprint, idempotent, needs, page, seen_version, tagged, unit_of_work
from .wire.problems import as_members

blp = Blueprint("alerts", __name__, url_prefix="/api/v1/alerts", description="Signals from monitoring, and triage")


@blp.get("")
@needs(Role.VIEWER)
@blp.arguments(AlertArgs, location="query")
@blp.response(200, AlertPageOut)
def search(args: dict[str, Any]) -> Any:
    """Alerts by status, level, source, label (`label.NAME=value`), text and time."""
    return page(alerts.search, args)


@blp.get("/counts")
@needs(Role.VIEWER)
@blp.arguments(AlertCountsArgs, location="query")
@blp.response(200, AlertCountsOut)
def counts(args: dict[str, Any]) -> Any:
    """How many alerts there are in each status, of those that the same filters find in the list."""
    return {"by_status": alerts.counts_by_status(**args)}


@blp.post("")
@unit_of_work
@needs(Role.RESPONDER, keys=True)
@idempotent
@blp.arguments(AlertIn)
@blp.alt_response(200, schema=AlertOut, success=True, description="Folded into the open alert")
@blp.response(201, AlertOut)
def create(body: dict[str, Any]) -> Any:
    """Take one alert in: 201 with a new one, or 200 with the open alert that it was folded into."""
    [received] = alerts.ingest(g.actor, [_signal(body)], reopen_window=current_app.config["SETTINGS"].reopen_window)
    return tagged(received.alert, 201 if received.outcome is Outcome.CREATED else 200)


@blp.post("/batch")
@unit_of_work
@needs(Role.RESPONDER, keys=True)
@idempotent
@blp.arguments(AlertBatchIn)
@blp.response(200, ReceivedManyOut)
def create_many(body: dict[str, Any]) -> Any:
    """Take up to 1,000 alerts in, all or none; a result for each, in their order."""
    signals = [_signal(alert, f"alerts.{place}.") for place, alert in enumerate(body["alerts"])]
    received = alerts.ingest(g.actor, signals, reopen_window=current_app.config["SETTINGS"].reopen_window)
    return {"results": [_result(one) for one in received]}


@blp.get("/<ident:alert_id>")
@needs(Role.VIEWER)
@blp.response(200, AlertOut)
def get(alert_id: int) -> Any:
    """One alert."""
    return tagged(alerts.get(alert_id))


@blp.get("/<ident:alert_id>/history")
@needs(Role.VIEWER)
@blp.arguments(PageArgs, location="query")
@blp.response(200, AlertEventPageOut)
def history(args: dict[str, Any], alert_id: int) -> Any:
    """Who did what with it and why, newest first."""
    return page(alerts.history, args, alert_id)


@blp.post("/<ident:alert_id>/transitions")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(AlertMoveIn)
@blp.response(200, AlertOut)
def transition(body: dict[str, Any], alert_id: int) -> Any:
    """Acknowledge, ignore, restore, link, unlink or resolve. 409 `move_refused` with what would be legal."""
    return tagged(alerts.transition(alert_id, actor=g.actor, seen=seen_version(), **body))


@blp.post("/bulk")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(AlertBulkIn)
@blp.response(200, MovedAlertsOut)
def bulk(body: dict[str, Any]) -> Any:
    """The same move for many, by ids or by a filter; each gets its own result and holds up no other."""
    chosen = alerts.matching(body.pop("filter")) if "filter" in body else alerts.load(body.pop("ids"))
    return {"results": alerts.bulk(chosen, actor=g.actor, problem=as_members, **body)}


def _signal(body: dict[str, Any], path: str = "") -> Signal:
    body["fired_at"] = past(f"{path}fired_at", body["fired_at"])
    source, key = body["alert_source"], body["fingerprint"]
    return Signal(
        fingerprint=fingerprint_given(source, key) if key else fingerprint(source, body["title"], body["labels"]),
        **{name: value for name, value in body.items() if name != "fingerprint"},
    )


def _result(received: alerts.Received) -> dict[str, Any]:
    return {
        "id": received.alert.id if received.alert else None,
        "status": 201 if received.outcome is Outcome.CREATED else 200,
        "outcome": received.outcome,
    }
