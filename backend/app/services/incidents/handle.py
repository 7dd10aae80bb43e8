"""Creating, reading and editing incidents."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import joinedload, undefer

from ...domain import clock
from ...domain.errors import Invalid
from ...domain.incident import IncidentStatus
from ...domain.levels import Severity, severity_of
from ...domain.roles import Actor
from ...extensions import db
from ...models import Alert, Incident, Postmortem
from .. import alerts, lookup, timeline
from ..moves import Seen, changed_fields, check_seen
from ..record import plain, record

AS_HELD = (
    undefer(Incident.alert_count),
    joinedload(Incident.postmortem).load_only(Postmortem.id, Postmortem.status, Postmortem.version),
)
"""What is read under a lock, which falls on each row that is joined: not on people, whom other incidents share."""

AS_SERVED = (*AS_HELD, joinedload(Incident.assignee), joinedload(Incident.created_by))


def get(incident_id: int, *, lock: bool = False) -> Incident:
    """With `lock` nobody else moves it, or ties an alert to it, until the end. Raises NotFound."""
    return lookup.find(Incident, incident_id, "incident", AS_HELD if lock else AS_SERVED, lock=lock)


def create(
    actor: Actor,
    *,
    postmortem_required_for: Collection[Severity],
    title: str | None = None,
    severity: Severity | None = None,
    description: str = "",
    services: Sequence[str] = (),
    started_at: datetime | None = None,
    assignee_id: int | None = None,
    alert_ids: Sequence[int] = (),
) -> Incident:
    """By hand, or from alerts, which become Linked and lend title, severity and times that are not given.

    Raises Invalid, MoveRefused (an alert that cannot be linked).
    """
    linked = _alerts_to_link(alert_ids)
    started_at = timeline.past("started_at", started_at)
    now = clock.now()
    detected_at = min((alert.created_at for alert in linked), default=now)
    severity = severity or severity_of(alert.level for alert in linked)
    if not (title or linked):
        raise Invalid({"title": "Needed, unless the incident is made from alerts."})
    incident = Incident(
        title=title or linked[0].title,
        description=description or (linked[0].description if linked else ""),
        severity=severity,
        status=IncidentStatus.PENDING,
        services=list(services) or _services_of(linked),
        started_at=_started(started_at, detected_at) or min((a.fired_at for a in linked), default=now),
        detected_at=detected_at,
        assignee=lookup.person(assignee_id, "assignee_id"),
        created_by_id=actor.user_id,
        postmortem_required=severity in postmortem_required_for,
    )
    db.session.add(incident)
    record(actor, "created", incident)
    timeline.add(incident, actor, "created", from_alerts=len(linked))
    for alert in linked:
        alerts.link(alert, incident, actor)
    db.session.flush()
    return incident


def edit(
    incident_id: int,
    actor: Actor,
    seen: Seen,
    *,
    postmortem_required_for: Collection[Severity],
    **fields: Any,
) -> Incident:
    """Title, description, severity, services, start, assignee. Raises NotFound, Stale, Invalid."""
    incident = get(incident_id)
    check_seen(incident, seen)
    if "assignee_id" in fields:
        _assign(incident, fields.pop("assignee_id"), actor)
    if "started_at" in fields:
        fields["started_at"] = _started(fields["started_at"], incident.detected_at)
    changed = changed_fields(incident, fields)
    if "severity" in changed:
        incident.postmortem_required = incident.severity in postmortem_required_for
    if changed:
        told = {name: {"from": plain(old), "to": plain(new)} for name, (old, new) in changed.items()}
        timeline.add(incident, actor, "edited", fields=told)
        record(actor, "edited", incident)
    return incident


def _assign(incident: Incident, assignee_id: int | None, actor: Actor) -> None:
    if assignee_id == incident.assignee_id:
        return
    before = incident.assignee.display_name if incident.assignee else None
    incident.assignee = lookup.person(assignee_id, "assignee_id")
    incident.assignee_id = assignee_id
    after = incident.assignee.display_name if incident.assignee else None
    told: dict[str, Any] = {"from": before, "to": after}
    timeline.add(incident, actor, "assigned", **told)
    record(actor, "assigned", incident)


def _alerts_to_link(alert_ids: Sequence[int]) -> list[Alert]:
    found = alerts.load(list(alert_ids))
    if missing := [str(alert_id) for alert_id, alert in found if alert is None]:
        raise Invalid({"alert_ids": f"There is no alert {', '.join(missing)}."})
    return [alert for _, alert in found if alert is not None]


def _services_of(linked: list[Alert]) -> list[str]:
    """The `service` labels of the alerts, in their order."""
    named = [alert.labels["service"] for alert in linked if alert.labels.get("service")]
    return [name[:100] for name in dict.fromkeys(named)][:20]


def _started(started_at: datetime | None, detected_at: datetime) -> datetime | None:
    if started_at is not None and started_at > detected_at:
        raise Invalid({"started_at": "Lies after the detection."}, reason="after_detection")
    return started_at
