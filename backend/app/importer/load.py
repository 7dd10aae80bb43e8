"""Batches of old rows become rows of ours, each batch in one transaction together with how far it got."""

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import deepcopy
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, Table, insert

from ..domain.action_item import ActionItemType, Priority
from ..domain.incident import IncidentStatus
from ..domain.levels import Severity
from ..domain.postmortem import LINE_LENGTH, TIMELINE_LINES, PostmortemStatus
from ..domain.roles import SYSTEM
from ..models import ActionItem, Alert, AlertLabel, Incident, MigrationReject, Postmortem, TimelineEntry
from ..models.base import LEGACY_ID_LENGTH
from . import journal
from .children import Family, States
from .engines import OldEngine
from .journal import LINK, Plan, Progress
from .rules import (
    NO_CHILDREN,
    TITLE_LENGTH,
    Children,
    Converter,
    Left,
    NewAlert,
    NewIncident,
    Reason,
    Value,
    decode_row,
    fingerprint,
)

BATCH = 2000
"""Old rows in one transaction."""

ACTOR_LENGTH = 100
Raw = tuple[Value, ...]
Rows = dict[Table, list[dict[str, Any]]]
Item = TypeVar("Item")


def _table(model: Any) -> Table:
    return model.__table__  # type: ignore[no-any-return]


ALERTS, LABELS, TIMELINE = _table(Alert), _table(AlertLabel), _table(TimelineEntry)
POSTMORTEMS, ACTION_ITEMS, REJECTS = _table(Postmortem), _table(ActionItem), _table(MigrationReject)
INCIDENTS_NEW = _table(Incident).to_metadata(MetaData(), name="incidents_new")
"""Incidents under the name that they have until the swap."""

IN_ORDER = (INCIDENTS_NEW, ALERTS, LABELS, TIMELINE, POSTMORTEMS, ACTION_ITEMS, REJECTS, LINK)


@dataclass(frozen=True)
class Job:
    """All that stays the same while rows are converted."""

    engine: OldEngine
    plan: Plan
    converter: Converter
    family: Family
    states: States
    key: str | None
    required_for: frozenset[Severity]
    """Severities that need a postmortem, as the settings say."""
    imported_at: datetime

    def rows(self, skip: int) -> Iterator[tuple[Raw, bool]]:
        """The old rows from the `skip`th on, and whether each equals an earlier one in every column."""
        table = self.converter.table
        if table.key:
            yield from ((raw, False) for raw in self.engine.stream(table, skip=skip))
            return
        seen: set[bytes] = set()
        for place, raw in enumerate(self.engine.stream(table)):
            digest = hashlib.blake2b(repr(raw).encode(), digest_size=16).digest()
            repeated = digest in seen
            seen.add(digest)
            if place >= skip:
                yield raw, repeated

    def batches(self, size: int, skip: int = 0) -> Iterator[list[tuple[Raw, Any]]]:
        """Old rows with what each becomes (NewAlert or Left)."""
        rows = self.rows(skip)
        while some := list(islice(rows, size)):
            children = self._children([raw for raw, _ in some])
            yield [
                (raw, self.converter.convert(raw, children.get(self._key(raw) or "", NO_CHILDREN), repeated=repeated))
                for raw, repeated in some
            ]

    def _key(self, raw: Raw) -> str | None:
        if not self.family.tables or self.converter.id_place is None:
            return None
        return decode_row([raw[self.converter.id_place]])[0][0]

    def _children(self, raws: Sequence[Raw]) -> dict[str, Children]:
        if not self.family.tables:
            return {}
        return self.family.of(self.engine, [self._key(raw) for raw in raws], self.states, self.converter.read_time)


def convert_all(job: Job, progress: Progress, size: int, after_batch: Callable[[Progress], None]) -> None:
    """Convert what `progress` has not counted yet; `after_batch` may raise to stop between batches."""
    with job.engine.without_foreign_keys() as connection, closing(_one_ahead(_written(job, progress, size))) as batches:
        for rows, so_far in batches:
            for table in IN_ORDER:
                if rows[table]:
                    connection.execute(insert(table), rows[table])
            journal.note(connection, progress=asdict(so_far))
            connection.commit()
            after_batch(so_far)


def _written(job: Job, progress: Progress, size: int) -> Generator[tuple[Rows, Progress], None, None]:
    """Batch after batch what is to be written, and how far that gets."""
    for batch in job.batches(size, skip=progress.rows):
        rows = rows_of(job, progress, batch)
        yield rows, deepcopy(progress)


def _one_ahead(items: Generator[Item, None, None]) -> Generator[Item, None, None]:
    """The items, each made in a thread of its own while the one before it is used."""
    with ThreadPoolExecutor(1, "convert") as pool:
        try:
            coming = pool.submit(next, items, None)
            while (item := coming.result()) is not None:
                coming = pool.submit(next, items, None)
                yield item
        finally:
            pool.shutdown(wait=True)
            items.close()


def rows_of(job: Job, progress: Progress, batch: list[tuple[Raw, Any]]) -> Rows:
    """Our rows for a batch, with their ids; counts them in `progress`."""
    rows: Rows = {table: [] for table in IN_ORDER}
    for raw, becomes in batch:
        progress.rows += 1
        if isinstance(becomes, Left):
            _leave(job, rows, progress, raw, becomes)
        else:
            _take(job, rows, progress, becomes)
    return rows


def _leave(job: Job, rows: Rows, progress: Progress, raw: Raw, left: Left) -> None:
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
            "raw": readable(job.converter.table.names, raw),
            "created_at": job.imported_at,
        }
    )


def readable(names: Sequence[str], raw: Raw) -> dict[str, Any]:
    """An old row by column name; bytes that are no text as `{"hex": …}`."""
    row, problems = decode_row(raw)
    return {name: {"hex": problems[place][1]} if place in problems else row[place] for place, name in enumerate(names)}


def _take(job: Job, rows: Rows, progress: Progress, alert: NewAlert) -> None:
    progress.alerts += 1
    for warning in alert.warnings:
        progress.warnings[warning] = progress.warnings.get(warning, 0) + 1
    incident_id = _take_incident(job, rows, progress, alert, alert.incident) if alert.incident is not None else None
    rows[ALERTS].append(alert_row(job, alert, progress.alerts, incident_id))
    rows[LABELS] += [{"alert_id": progress.alerts, "name": name, "value": text} for name, text in alert.labels.items()]
    if alert.duplicate_of is not None:
        rows[LINK].append({"alert_id": progress.alerts, "target": alert.duplicate_of.strip()[:LEGACY_ID_LENGTH]})


def alert_row(job: Job, alert: NewAlert, alert_id: int, incident_id: int | None) -> dict[str, Any]:
    own = fingerprint(job.plan.table, alert_id)
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
        "created_at": job.imported_at,
        "updated_at": job.imported_at,
        "version": 1,
    }


def incident_row(job: Job, alert: NewAlert, incident: NewIncident, incident_id: int) -> dict[str, Any]:
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
        "postmortem_required": unfinished and incident.severity in job.required_for,
        "legacy_id": _short(alert.legacy_id),
        "legacy": alert.legacy,
        "created_at": job.imported_at,
        "updated_at": job.imported_at,
        "version": 1,
    }


def _take_incident(job: Job, rows: Rows, progress: Progress, alert: NewAlert, incident: NewIncident) -> int:
    progress.incidents += 1
    incident_id = progress.incidents
    rows[INCIDENTS_NEW].append(incident_row(job, alert, incident, incident_id))
    origin = {"table": job.plan.table, "legacy_id": _short(alert.legacy_id)}
    entries: list[tuple[str, str, str, dict[str, Any], datetime]] = [
        ("note", note.by, note.text, {}, note.at or alert.fired_at) for note in incident.notes
    ]
    entries.append(("imported", SYSTEM.name, "", origin, job.imported_at))
    for kind, by, text, data, at in entries:
        progress.timeline += 1
        rows[TIMELINE].append(
            {
                "id": progress.timeline,
                "incident_id": incident_id,
                "kind": kind,
                "actor_id": None,
                "actor_name": (by or SYSTEM.name)[:ACTOR_LENGTH],
                "text": text,
                "data": data,
                "occurred_at": at,
                "created_at": job.imported_at,
            }
        )
    if incident.postmortem is not None:
        progress.post_mortems += 1
        rows[POSTMORTEMS].append(_postmortem_row(job, alert, incident, progress.post_mortems, incident_id))
    for action in incident.actions:
        progress.action_items += 1
        whole = action.title
        cut = len(whole) > TITLE_LENGTH
        rows[ACTION_ITEMS].append(
            {
                "id": progress.action_items,
                "title": whole[:TITLE_LENGTH],
                "description": "\n\n".join(part for part in (whole if cut else "", action.description) if part),
                "status": action.status,
                "type": ActionItemType.PREVENT,
                "priority": Priority.MEDIUM,
                "owner_id": None,
                "due_on": action.due_on,
                "incident_id": incident_id,
                "postmortem_id": progress.post_mortems if incident.postmortem is not None else None,
                "created_by_id": None,
                "done_at": None,
                "verified_at": None,
                "verified_by_id": None,
                "created_at": job.imported_at,
                "updated_at": job.imported_at,
                "version": 1,
            }
        )
    return incident_id


def _postmortem_row(
    job: Job, alert: NewAlert, incident: NewIncident, postmortem_id: int, incident_id: int
) -> dict[str, Any]:
    assert incident.postmortem is not None  # noqa: S101 (the caller looked)
    lines = [
        (note.at or alert.fired_at, f"{note.by}: {note.text}" if note.by else note.text) for note in incident.notes
    ]
    return {
        "id": postmortem_id,
        **asdict(incident.postmortem),
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
        "created_at": job.imported_at,
        "updated_at": job.imported_at,
        "version": 1,
    }


def _short(legacy_id: str | None) -> str | None:
    return None if legacy_id is None else legacy_id[:LEGACY_ID_LENGTH]


def link_duplicates(connection: Connection) -> None:
    """Link alerts of duplicates to the incident of the row that they point at; others stay Ignored."""
    statement = """
        UPDATE alerts SET status = 'Linked', incident_id = (
            SELECT MIN(i.id) FROM migration_links l JOIN incidents_new i ON i.legacy_id = l.target
            WHERE l.alert_id = alerts.id)
        WHERE id IN (SELECT l.alert_id FROM migration_links l JOIN incidents_new i ON i.legacy_id = l.target)
    """
    connection.exec_driver_sql(statement)
