"""Where monitoring systems push to, each in its own words."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, g

from ..domain import clock
from ..domain.errors import Invalid
from ..domain.integration import IntegrationKind
from ..domain.signal import Signal
from ..integrations import alertmanager
from ..schemas.hooks import HookOut
from ..services import alerts
from .wire import Blueprint, needs_key, unit_of_work
from .wire.blueprint import parse_json
from .wire.body import read_body

blp = Blueprint("hooks", __name__, url_prefix="/api/v1/hooks", description="Webhooks of monitoring systems")


@blp.post("/alertmanager")
@unit_of_work
@needs_key(IntegrationKind.ALERTMANAGER)
@blp.doc(
    security=[{"integrationKey": []}],
    requestBody={"content": {"application/json": {"schema": {"type": "object", "required": ["alerts"]}}}},
)
@blp.response(200, HookOut)
def from_alertmanager() -> Any:
    """Alertmanager's webhook, version 4, with a result for each alert.

    Alertmanager gives up on any 4xx; when the database cannot keep up the answer is 503, on which it tries again.
    """
    try:
        readings = alertmanager.read(parse_json(read_body()), clock.now())
    except alertmanager.Unreadable as reason:
        raise Invalid({"alerts": str(reason)}) from None
    return _take_in(readings)


def _take_in(readings: Sequence[Signal | ValueError]) -> dict[str, Any]:
    """Ingest what could be read. When nothing could, the whole is refused (422)."""
    signals = [reading for reading in readings if isinstance(reading, Signal)]
    reasons = {f"alerts.{n}": str(why) for n, why in enumerate(readings) if not isinstance(why, Signal)}
    if reasons and not signals:
        raise Invalid(reasons)
    received = iter(alerts.ingest(g.actor, signals, reopen_window=current_app.config["SETTINGS"].reopen_window))
    return {"results": [_result(reading, received) for reading in readings]}


def _result(reading: Signal | ValueError, received: Any) -> dict[str, Any]:
    if not isinstance(reading, Signal):
        return {"outcome": "rejected", "reason": str(reading), "id": None, "fingerprint": None}
    taken = next(received)
    return {
        "outcome": taken.outcome,
        "reason": None,
        "id": taken.alert.id if taken.alert else None,
        "fingerprint": reading.fingerprint,
    }
