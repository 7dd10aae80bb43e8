"""Our rows for what the rules made of old ones."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import MetaData, Table

from ..domain.action_item import ActionItemType, Priority
from ..domain.incident import IncidentStatus
from ..domain.levels import Severity
from ..domain.postmortem import LINE_LENGTH, TIMELINE_LINES, PostmortemStatus
from ..domain.roles import SYSTEM
from ..models import ActionItem, Alert, AlertLabel, Incident, MigrationReject, Postmortem, TimelineEntry
from ..models.base import LEGACY_ID_LENGTH
from .journal import LINK, Progress
from .parts import Action
from .records import Left, NewAlert, NewIncident, NewPostmortem, Reason
from .rules import TITLE_LENGTH, fingerprint
from .values import Value, decode_row

ACTOR_LENGTH = 100
Raw = tuple[Value, ...]
Rows = dict[Table, list[dict[str, Any]]]


def _table(model: Any) -> Table:
    return model.__table__  # type: ignore[no-any-return]


ALERTS, LABELS, TIMELINE = _table(Alert), _table(AlertLabel), _table(TimelineEntry)
POSTMORTEMS, ACTION_ITEMS, REJECTS = _table(Postmortem), _table(ActionItem), _table(MigrationReject)
INCIDENTS_NEW = _table(Incident).to_metadata(MetaData(), name="incidents_new")
"""Incidents under the name that they have until the swap."""

IN_ORDER = (INCIDENTS_NEW, ALERTS, LABELS, TIMELINE, POSTMORTEMS, ACTION_ITEMS, REJECTS, LINK)


@dataclass(frozen=True)
class Origin:
    """Where the rows of an import come from."""

    table: str
    """The old table's name."""
    columns: Sequence[str]
    imported_at: datetime
    required_for: frozenset[Severity]
    """Severities that need a postmortem, as the settings say."""


def rows_of(origin: Origin, progress: Progress, batch: list[tuple[Raw, Any]]) -> Rows:
    """Our rows for a batch, with their ids; counts them in `progress`."""
    rows: Rows = {table: [] for table in IN_ORDER}
    for raw, becomes in batch:
        progress.rows += 1
        if isinstance(becomes, Left):
            _leave(origin, rows, progress, raw, becomes)
        else:
            _take(origin, rows, progress, becomes)
    return rows


def _leave(origin: Origin, rows: Rows, progress: Progress, raw: Raw, left: Left) -> None:
    counted = progress.skipped if left.reason is Reason.DELETED else progress.rejected
    counted[left.reason] = counted.get(left.reason, 0) + 1
    if left.reason is Reason.DELETED:
        return
    progress.rejects += 1
    rows[REJECTS].append(
        {
            "id": progress.rejects,
            "legacy_id": _short(left.legacy_id),
            "reason": left.reason,
            "raw": readable(origin.columns, raw),
            "created_at": origin.imported_at,
        }
    )


def readable(names: Sequence[str], raw: Raw) -> dict[str, Any]:
    """An old row by column name; bytes that are no text as `{"hex": …}`."""
    row, problems = decode_row(raw)
    return {name: {"hex": problems[place][1]} if place in problems else row[place] for place, name in enumerate(names)}


def _take(origin: Origin, rows: Rows, progress: Progress, alert: NewAlert) -> None:
    progress.alerts += 1
    for warning in alert.warnings:
        progress.warnings[warning] = progress.warnings.get(warning, 0) + 1
    incident_id = _take_incident(origin, rows, progress, alert, alert.incident) if alert.incident is not None else None
    rows[ALERTS].append(alert_row(origin, alert, progress.alerts, incident_id))
    rows[LABELS] += [{"alert_id": progress.alerts, "name": name, "value": text} for name, text in alert.labels.items()]
    if alert.duplicate_of is not None:
        rows[LINK].append({"alert_id": progress.alerts, "target": alert.duplicate_of.strip()[:LEGACY_ID_LENGTH]})


def alert_row(origin: Origin, alert: NewAlert, alert_id: int, incident_id: int | None) -> dict[str, Any]:
    own = fingerprint(origin.table, alert_id)
    return {
        "id": alert_id,
        "title": alert.title,
        "description": alert.description,
        "level": alert.level,
        "status": alert.status,
        "alert_source": alert.source,
        "labels": alert.labels,
        "annotations": {},
        "source_url": None,
        "fingerprint": own,
        "dedup_key": own if alert.is_open else None,
        "count": 1,
        "flap_count": 0,
        "fired_at": alert.fired_at,
        "firing_since": alert.fired_at,
        "last_fired_at": alert.fired_at,
        "resolved_at": alert.resolved_at,
        "handled_at": alert.handled_at,
        "incident_id": incident_id,
        "legacy_id": _short(alert.legacy_id),
        "legacy": alert.legacy,
        "created_at": origin.imported_at,
        "updated_at": origin.imported_at,
        "version": 1,
    }


def incident_row(origin: Origin, alert: NewAlert, incident: NewIncident, incident_id: int) -> dict[str, Any]:
    unfinished = incident.status not in (IncidentStatus.RECOVERED, IncidentStatus.CLOSED)
    return {
        "id": incident_id,
        "title": alert.title,
        "description": alert.description,
        "severity": incident.severity,
        "status": incident.status,
        "services": incident.services,
        "assignee_id": None,
        "created_by_id": None,
        "started_at": incident.started_at,
        "detected_at": alert.fired_at,
        "acknowledged_at": incident.acknowledged_at,
        "recovering_at": None,
        "recovered_at": incident.recovered_at,
        "closed_at": incident.closed_at,
        "resolution": incident.resolution,
        "relapses": 0,
        "postmortem_required": unfinished and incident.severity in origin.required_for,
        "legacy_id": _short(alert.legacy_id),
        "legacy": alert.legacy,
        "created_at": origin.imported_at,
        "updated_at": origin.imported_at,
        "version": 1,
    }


def _take_incident(origin: Origin, rows: Rows, progress: Progress, alert: NewAlert, incident: NewIncident) -> int:
    progress.incidents += 1
    incident_id, postmortem_id = progress.incidents, None
    rows[INCIDENTS_NEW].append(incident_row(origin, alert, incident, incident_id))
    came_from = {"table": origin.table, "legacy_id": _short(alert.legacy_id)}
    for note in incident.notes:
        entry = {"kind": "note", "text": note.text, "data": {}, "occurred_at": note.at or alert.fired_at}
        _add_entry(origin, rows, progress, incident_id, note.by, entry)
    entry = {"kind": "imported", "text": "", "data": came_from, "occurred_at": origin.imported_at}
    _add_entry(origin, rows, progress, incident_id, "", entry)
    if incident.postmortem is not None:
        progress.post_mortems += 1
        postmortem_id = progress.post_mortems
        rows[POSTMORTEMS].append(
            _postmortem_row(origin, alert, incident, incident.postmortem, postmortem_id, incident_id)
        )
    for action in incident.actions:
        progress.action_items += 1
        rows[ACTION_ITEMS].append(_action_row(origin, action, progress.action_items, incident_id, postmortem_id))
    return incident_id


def _add_entry(
    origin: Origin, rows: Rows, progress: Progress, incident_id: int, by: str, entry: dict[str, Any]
) -> None:
    progress.timeline += 1
    rows[TIMELINE].append(
        {
            "id": progress.timeline,
            "incident_id": incident_id,
            "actor_id": None,
            "actor_name": (by or SYSTEM.name)[:ACTOR_LENGTH],
            "created_at": origin.imported_at,
            **entry,
        }
    )


def _action_row(
    origin: Origin, action: Action, action_id: int, incident_id: int, postmortem_id: int | None
) -> dict[str, Any]:
    whole = action.title if len(action.title) > TITLE_LENGTH else ""
    return {
        "id": action_id,
        "title": action.title[:TITLE_LENGTH],
        "description": "\n\n".join(part for part in (whole, action.description) if part),
        "status": action.status,
        "type": ActionItemType.PREVENT,
        "priority": Priority.MEDIUM,
        "owner_id": None,
        "due_on": action.due_on,
        "incident_id": incident_id,
        "postmortem_id": postmortem_id,
        "created_by_id": None,
        "done_at": None,
        "verified_at": None,
        "verified_by_id": None,
        "created_at": origin.imported_at,
        "updated_at": origin.imported_at,
        "version": 1,
    }


def _postmortem_row(
    origin: Origin,
    alert: NewAlert,
    incident: NewIncident,
    draft: NewPostmortem,
    postmortem_id: int,
    incident_id: int,
) -> dict[str, Any]:
    lines = [
        (note.at or alert.fired_at, f"{note.by}: {note.text}" if note.by else note.text) for note in incident.notes
    ]
    return {
        "id": postmortem_id,
        **asdict(draft),
        "detection": "",
        "lessons": "",
        "timeline": [
            {"occurred_at": at.isoformat().replace("+00:00", "Z"), "text": text[:LINE_LENGTH]}
            for at, text in sorted(lines)[:TIMELINE_LINES]
            if text
        ],
        "incident_id": incident_id,
        "author_id": None,
        "status": PostmortemStatus.DRAFT,
        "revision": 1,
        "published_at": None,
        "created_at": origin.imported_at,
        "updated_at": origin.imported_at,
        "version": 1,
    }


def _short(legacy_id: str | None) -> str | None:
    return None if legacy_id is None else legacy_id[:LEGACY_ID_LENGTH]
