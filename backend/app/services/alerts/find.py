"""Finding alerts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from ...domain.alert import AlertStatus
from ...domain.errors import Invalid
from ...domain.levels import Level
from ...extensions import db
from ...models import Alert, AlertLabel, Event, Incident
from ..lookup import contains
from ..lookup import find as find_row

BULK = 1000

SORTS = {
    "-last_fired_at": (Alert.last_fired_at.desc(), Alert.id.desc()),
    "last_fired_at": (Alert.last_fired_at, Alert.id),
    "-fired_at": (Alert.fired_at.desc(), Alert.id.desc()),
    "fired_at": (Alert.fired_at, Alert.id),
    "-count": (Alert.count.desc(), Alert.id.desc()),
    "-id": (Alert.id.desc(),),
    "id": (Alert.id,),
}


def search(*, sort: str = "-last_fired_at", **wanted: Any) -> Select[Any]:
    """Alerts that meet every condition given (see `_conditions`)."""
    return select(Alert).options(joinedload(Alert.incident)).where(*_conditions(**wanted)).order_by(*SORTS[sort])


def _conditions(
    *,
    status: Sequence[AlertStatus] = (),
    level: Sequence[Level] = (),
    source: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    q: str | None = None,
    incident_id: int | None = None,
    fired_after: datetime | None = None,
    fired_before: datetime | None = None,
) -> Iterator[ColumnElement[bool]]:
    """What must hold of an alert; `labels` names exact values."""
    if status:
        yield Alert.status.in_(status)
    if level:
        yield Alert.level.in_(level)
    if source:
        yield Alert.alert_source.in_(source)
    for name, value in (labels or {}).items():
        named = select(AlertLabel.alert_id).where(AlertLabel.name == name, AlertLabel.value == value)
        yield Alert.id.in_(named)
    if q:
        yield or_(contains(q, Alert.title, Alert.description, Alert.fingerprint), Alert.legacy_id == q)
    if incident_id is not None:
        yield Alert.incident_id == incident_id
    if fired_after is not None:
        yield Alert.fired_at >= fired_after
    if fired_before is not None:
        yield Alert.fired_at <= fired_before


def of_incident(incident_id: int) -> Select[Any]:
    """The alerts linked to one incident, oldest first. Raises NotFound."""
    find_row(Incident, incident_id, "incident")
    return search(incident_id=incident_id, sort="fired_at")


def matching(conditions: Mapping[str, Any]) -> list[tuple[int, Alert | None]]:
    """The alerts of a bulk action by filter. Raises Invalid when they are more than one action may move."""
    rows = db.session.scalars(search(**conditions, sort="id").limit(BULK + 1)).all()
    if len(rows) > BULK:
        raise Invalid({"filter": f"Matches more than {BULK} alerts; narrow it."})
    return [(alert.id, alert) for alert in rows]


def history(alert_id: int) -> Select[Any]:
    """What happened to one alert, newest first; mere repeats are left out. Raises NotFound."""
    find_row(Alert, alert_id, "alert")
    return (
        select(Event)
        .where(Event.entity == "alert", Event.entity_id == alert_id, Event.action != "repeated")
        .order_by(Event.id.desc())
    )


def counts_by_status(**wanted: Any) -> dict[str, int]:
    """How many alerts that meet every condition given stand in each status."""
    counted = select(Alert.status, func.count()).where(*_conditions(**wanted)).group_by(Alert.status)
    rows = db.session.execute(counted).all()
    return dict.fromkeys(map(str, AlertStatus), 0) | {str(status): count for status, count in rows}
