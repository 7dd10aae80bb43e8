"""What people do with alerts."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...domain import clock
from ...domain.alert import ALERT_FLOW, ALERT_SIGNALS, AlertStatus
from ...domain.errors import Conflict, DomainError, Invalid, NotFound
from ...domain.incident import IncidentStatus
from ...domain.roles import SYSTEM, Actor
from ...extensions import db
from ...models import Alert, Incident
from .. import lookup, timeline
from ..moves import Seen, check_seen, move
from ..record import record
from .ingest import told

HANDLED = ("acknowledge", "ignore", "link")
"""Human actions that end the alert handling time."""


def get(alert_id: int) -> Alert:
    """Raises NotFound."""
    return lookup.find(Alert, alert_id, "alert", [joinedload(Alert.incident)])


def transition(
    alert_id: int,
    to: AlertStatus,
    actor: Actor,
    *,
    seen: Seen = None,
    note: str = "",
    incident_id: int | None = None,
) -> Alert:
    """Move one alert. Raises NotFound, Stale, MoveRefused, Invalid."""
    alert = get(alert_id)
    check_seen(alert, seen)
    _apply(alert, to, actor, note, incident_id, _hold([alert], incident_id))
    return alert


def link(alert: Alert, incident: Incident, actor: Actor, note: str = "") -> None:
    """Tie an alert to an incident that is not closed. Raises MoveRefused, Conflict."""
    if incident.status is IncidentStatus.CLOSED:
        raise Conflict("Alerts cannot be linked to a closed incident.", code="incident_closed", incident_id=incident.id)
    move(ALERT_FLOW, alert, AlertStatus.LINKED, actor, note=note, incident_id=incident.id)
    alert.incident, alert.incident_id = incident, incident.id
    alert.handled_at = alert.handled_at or clock.now()
    timeline.add(incident, actor, "alert_linked", text=note, **told(alert))
    record(actor, "link", alert, note=note)
    db.session.expire(incident, ["alert_count"])


def bulk(
    alerts: Iterable[tuple[int, Alert | None]],
    to: AlertStatus,
    actor: Actor,
    *,
    note: str = "",
    incident_id: int | None = None,
    problem: Callable[[DomainError], Any],
) -> list[dict[str, Any]]:
    """Move many; one refusal does not hold up the others. `[{id, status} | {id, problem}]`."""
    results = []
    chosen = list(alerts)
    held = _hold([alert for _, alert in chosen if alert is not None], incident_id)
    for alert_id, alert in chosen:
        try:
            if alert is None:
                raise NotFound("alert", alert_id)
            _apply(alert, to, actor, note, incident_id, held)
            results.append({"id": alert_id, "status": alert.status})
        except DomainError as error:
            results.append({"id": alert_id, "problem": problem(error)})
    return results


def load(ids: list[int]) -> list[tuple[int, Alert | None]]:
    """The alerts in the order of their ids, each once; None where there is none."""
    rows = db.session.scalars(select(Alert).where(Alert.id.in_(ids)).options(joinedload(Alert.incident)))
    found = {alert.id: alert for alert in rows}
    return [(alert_id, found.get(alert_id)) for alert_id in dict.fromkeys(ids)]


def _hold(alerts: Collection[Alert], incident_id: int | None) -> dict[int, Incident]:
    """Lock the incidents that alerts leave or join: one that is closed meanwhile would keep or lose them unseen."""
    concerned = {alert.incident_id for alert in alerts} | {incident_id}
    rows = select(Incident).where(Incident.id.in_(concerned - {None})).order_by(Incident.id).with_for_update()
    found = db.session.scalars(rows.execution_options(populate_existing=True)) if concerned != {None} else ()
    return {incident.id: incident for incident in found}


def _apply(
    alert: Alert, to: AlertStatus, actor: Actor, note: str, incident_id: int | None, held: Mapping[int, Incident]
) -> None:
    if to is AlertStatus.LINKED and incident_id is not None:
        ALERT_FLOW.check(alert, to, actor, {"note": note, "incident_id": incident_id})
        incident = held.get(incident_id)
        if incident is None:
            raise Invalid({"incident_id": f"There is no incident {incident_id}."})
        return link(alert, incident, actor, note)
    incident_left = alert.incident
    made = move(ALERT_FLOW, alert, to, actor, note=note, incident_id=incident_id)
    if made.action in HANDLED:
        alert.handled_at = alert.handled_at or clock.now()
    if made.action == "resolve":
        alert.resolved_at, alert.dedup_key = alert.resolved_at or clock.now(), None
    if made.action == "unlink" and incident_left is not None:
        alert.incident, alert.incident_id = None, None
        timeline.add(incident_left, actor, "alert_unlinked", text=note, **told(alert))
    comes_back = made.action in ("restore", "unlink")
    if comes_back:
        _take_key_back(alert)
    record(actor, made.action, alert, note=note)
    if comes_back and alert.resolved_at is not None:
        move(ALERT_SIGNALS, alert, AlertStatus.RESOLVED, SYSTEM)
        record(SYSTEM, "signal_resolved", alert)
    return None


def _take_key_back(alert: Alert) -> None:
    """Its closed incident had let the key go. Where a newer alert fires with it by now, this one is over."""
    if alert.dedup_key is not None or alert.resolved_at is not None:
        return
    if db.session.scalar(select(Alert.id).where(Alert.dedup_key == alert.fingerprint)) is None:
        alert.dedup_key = alert.fingerprint
    else:
        alert.resolved_at = clock.now()
