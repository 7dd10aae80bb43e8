"""Entries in an incident's timeline: written by what happens, and by people."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ..domain import clock
from ..domain.errors import Invalid
from ..domain.roles import Actor
from ..extensions import db
from ..models import Incident, TimelineEntry
from .lookup import find
from .record import record

CLOCK_SKEW = timedelta(minutes=5)
"""How far another machine's clock may be ahead of ours before a time counts as the future."""


def add(incident: Incident, actor: Actor, kind: str, *, text: str = "", **data: Any) -> TimelineEntry:
    """A system entry; the event row is that of the change it tells of."""
    now = clock.now()
    entry = TimelineEntry(
        incident_id=incident.id,
        kind=kind,
        actor_id=actor.user_id,
        actor_name=actor.name,
        text=text,
        data=data,
        occurred_at=now,
        created_at=now,
    )
    db.session.add(entry)
    return entry


def note(incident_id: int, actor: Actor, *, text: str, occurred_at: datetime | None = None) -> TimelineEntry:
    """A person's note, perhaps about an earlier moment. Raises NotFound, Invalid."""
    incident = find(Incident, incident_id, "incident")
    entry = add(incident, actor, "note", text=text)
    entry.occurred_at = past("occurred_at", occurred_at) or entry.created_at
    record(actor, "noted", entry)
    return entry


def past(field: str, instant: datetime | None) -> datetime | None:
    """The instant, or now where another clock is a little ahead; Invalid names the field when it is far ahead."""
    if instant is None:
        return None
    if instant > clock.now() + CLOCK_SKEW:
        raise Invalid({field: "Lies in the future."}, reason="in_future")
    return min(instant, clock.now())


def of_incident(incident_id: int) -> Select[Any]:
    """The entries, oldest first. Raises NotFound."""
    find(Incident, incident_id, "incident")
    return (
        select(TimelineEntry)
        .where(TimelineEntry.incident_id == incident_id)
        .options(joinedload(TimelineEntry.actor))
        .order_by(TimelineEntry.occurred_at, TimelineEntry.id)
    )
