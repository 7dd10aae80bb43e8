"""The event row that every change leaves in its own transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstanceState

from ..domain import clock
from ..domain.roles import Actor
from ..extensions import db
from ..models import Event
from ..statement import insert_into

EVENTS: Any = Event.__table__
ADD_EVENT = insert_into(EVENTS)

SECRET = {"password_hash", "key_hash", "refresh_id"}
"""Columns that never reach the event table."""

BOOKKEEPING = {"version", "updated_at", "created_at"}
NOTHING: Mapping[str, tuple[Any, Any]] = {}


def record(
    actor: Actor,
    action: str,
    row: Any,
    *,
    note: str = "",
    beside: Mapping[str, tuple[Any, Any]] = NOTHING,
) -> None:
    """Flush `row` and write its event: what changed in it, and `beside` it as `{name: (before, after)}`."""
    is_new = inspect(row).key is None
    before, after = ({}, {}) if is_new else changes(row)
    db.session.flush()
    if is_new:
        after = _all_that_is_set(row)
    for name, (old, new) in beside.items():
        before[name], after[name] = plain(old), plain(new)
    version = getattr(row, "version", None)
    record_many([event_row(actor, action, entity_of(row), row.id, before, after, version=version, note=note)])


def record_many(rows: list[dict[str, Any]]) -> None:
    """Write event rows made by `event_row`, in one statement."""
    if rows:
        ADD_EVENT.run_many(rows)


def event_row(
    actor: Actor,
    action: str,
    entity: str,
    entity_id: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    version: int | None = None,
    note: str = "",
) -> dict[str, Any]:
    return {
        "created_at": clock.now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "entity": entity,
        "entity_id": entity_id,
        "version": version,
        "action": action,
        "note": note,
        "before": before or None,
        "after": after or None,
    }


def changes(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs from the database, as two JSON-ready mappings."""
    state: InstanceState[Any] = inspect(row)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        if name in SECRET or name in BOOKKEEPING or name not in state.dict:
            continue
        history = state.attrs[name].history
        if history.has_changes():
            if history.deleted:
                before[name] = plain(history.deleted[0])
            after[name] = plain(history.added[0]) if history.added else None
    return before, after


def changed_by(row: Any) -> str | None:
    """The name of whoever made `row` what it is now: the first event of its version; repeats and logins make none."""
    made = select(Event.actor_name).where(
        Event.entity == entity_of(row), Event.entity_id == row.id, Event.version == row.version
    )
    return db.session.scalar(made.order_by(Event.id).limit(1))


def _all_that_is_set(row: Any) -> dict[str, Any]:
    columns = (attribute.key for attribute in inspect(row).mapper.column_attrs)
    values = {name: row.__dict__.get(name) for name in columns if name not in SECRET | BOOKKEEPING | {"id"}}
    return {name: plain(value) for name, value in values.items() if value not in (None, "", [], {})}


def entity_of(row: Any) -> str:
    return ENTITY[type(row).__name__]


ENTITY = {
    "ActionItem": "action_item",
    "Alert": "alert",
    "Incident": "incident",
    "Integration": "integration",
    "Postmortem": "postmortem",
    "PostmortemComment": "postmortem_comment",
    "TimelineEntry": "timeline_entry",
    "User": "user",
}


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value
