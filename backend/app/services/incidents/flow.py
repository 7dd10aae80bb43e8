"""Moving incidents across the board, and what each move brings with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from ...domain import clock
from ...domain.errors import Invalid
from ...domain.incident import INCIDENT_FLOW, IncidentStatus, Resolution
from ...domain.roles import Actor
from ...extensions import db
from ...models import Alert, Incident, User
from .. import timeline
from ..moves import Seen, check_seen, move
from ..record import plain, record
from .handle import get


def transition(
    incident_id: int,
    to: IncidentStatus,
    actor: Actor,
    *,
    seen: Seen = None,
    note: str = "",
    recovered_at: datetime | None = None,
    waive: bool = False,
) -> Incident:
    """Move an incident along its flow. Raises NotFound, Stale, MoveRefused, Forbidden, Invalid."""
    incident = get(incident_id, lock=True)
    check_seen(incident, seen)
    apply(incident, to, actor, note=note, recovered_at=recovered_at, waive=waive)
    return incident


def apply(
    incident: Incident,
    to: IncidentStatus,
    actor: Actor,
    *,
    note: str = "",
    recovered_at: datetime | None = None,
    waive: bool = False,
) -> None:
    """The move itself: status, effect, one timeline row, one event row."""
    source = incident.status
    made = move(INCIDENT_FLOW, incident, to, actor, note=note, recovered_at=recovered_at, waive=waive)
    told: dict[str, Any] = {"from": source, "to": made.to, "action": made.action}
    if effect := EFFECTS.get(made.action):
        told |= effect(incident, actor, recovered_at)
    timeline.add(incident, actor, "moved", text=note, **told)
    record(actor, made.action, incident, note=note)


Effect = Callable[[Incident, Actor, datetime | None], dict[str, Any]]
"""Changes the incident beside its status; returns what the timeline should tell besides."""


def _confirm(incident: Incident, actor: Actor, _: datetime | None) -> dict[str, Any]:
    incident.acknowledged_at = clock.now()
    if incident.assignee_id is None and actor.user_id is not None:
        incident.assignee, incident.assignee_id = db.session.get_one(User, actor.user_id), actor.user_id
        return {"assignee": incident.assignee.display_name}
    return {}


def _mitigate(incident: Incident, actor: Actor, _: datetime | None) -> dict[str, Any]:
    incident.recovering_at = clock.now()
    return {}


def _recover(incident: Incident, actor: Actor, recovered_at: datetime | None) -> dict[str, Any]:
    if recovered_at is not None and recovered_at < incident.detected_at:
        # People write times to the minute, and the detection's may have begun a few seconds before it.
        if recovered_at < incident.detected_at.replace(second=0, microsecond=0):
            raise Invalid({"recovered_at": "Lies before the detection."}, reason="before_detection")
        recovered_at = incident.detected_at
    incident.recovered_at = timeline.past("recovered_at", recovered_at) or clock.now()
    return {"recovered_at": plain(incident.recovered_at)}


def _relapse(incident: Incident, actor: Actor, _: datetime | None) -> dict[str, Any]:
    incident.relapses += 1
    return _no_longer_recovered(incident)


def _no_longer_recovered(incident: Incident) -> dict[str, Any]:
    """The recovery that did not hold stays in the timeline."""
    previous, incident.recovered_at = incident.recovered_at, None
    return {"previous_recovered_at": plain(previous)} if previous else {}


def _closed_as(resolution: Resolution) -> Effect:
    def close(incident: Incident, actor: Actor, _: datetime | None) -> dict[str, Any]:
        incident.closed_at, incident.resolution = clock.now(), resolution
        _let_alerts_go(incident)
        return {"resolution": resolution}

    return close


def _let_alerts_go(incident: Incident) -> None:
    """What still fires, or fires again, must come back to the inbox: nobody watches this incident any more."""
    table = Alert.__table__
    held = update(table).where(table.c.incident_id == incident.id, table.c.dedup_key.is_not(None))  # type: ignore[arg-type]
    db.session.execute(held.values(dedup_key=None))


def _take_alerts_back(incident: Incident) -> None:
    """What still fires folds into its alert again, unless a newer alert has come for it meanwhile."""
    firing = select(Alert.fingerprint, Alert.id).where(Alert.incident_id == incident.id, Alert.resolved_at.is_(None))
    newest = {row.fingerprint: row.id for row in db.session.execute(firing.order_by(Alert.id).with_for_update())}
    taken = set(db.session.scalars(select(Alert.dedup_key).where(Alert.dedup_key.in_(newest))))
    free = [alert_id for fingerprint, alert_id in newest.items() if fingerprint not in taken]
    table: Any = Alert.__table__
    db.session.execute(update(table).where(table.c.id.in_(free)).values(dedup_key=table.c.fingerprint))


def _reopen(incident: Incident, actor: Actor, _: datetime | None) -> dict[str, Any]:
    incident.closed_at, incident.resolution = None, None
    _take_alerts_back(incident)
    told = _no_longer_recovered(incident)
    # What was dismissed before anybody had confirmed it is taken up now.
    return told if incident.acknowledged_at else told | _confirm(incident, actor, None)


EFFECTS: dict[str, Effect] = {
    "confirm": _confirm,
    "dismiss": _closed_as(Resolution.FALSE_ALARM),
    "mitigate": _mitigate,
    "recover": _recover,
    "relapse": _relapse,
    "close": _closed_as(Resolution.COMPLETED),
    "waive": _closed_as(Resolution.POSTMORTEM_WAIVED),
    "reopen": _reopen,
}
