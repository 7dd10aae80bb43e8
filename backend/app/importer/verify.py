"""Compares what an import wrote with what the old rows must become, row by row."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from ..models import Incident
from .engines import OldEngine
from .journal import LINK, Journal, Progress
from .load import BATCH, Job
from .rows import ACTION_ITEMS, ALERTS, INCIDENTS_NEW, POSTMORTEMS, REJECTS, TIMELINE, Rows, rows_of

INCIDENTS: Table = Incident.__table__  # type: ignore[assignment]
COMPARED = {
    INCIDENTS_NEW: INCIDENTS,
    **{table: table for table in (ALERTS, TIMELINE, POSTMORTEMS, ACTION_ITEMS, REJECTS)},
}
"""What an import makes → the table that it is read back from."""

NOT_COMPARED = {"created_at", "updated_at", "version", "postmortem_required"}
"""When it was imported; and what depends on settings."""

MOST_NAMED = 20


@dataclass
class Side:
    """Rows of one group: how many, and the sum of their digests, whatever their order."""

    rows: int = 0
    digest: int = 0

    def add(self, digest: int) -> None:
        self.rows += 1
        self.digest = (self.digest + digest) % 2**64


@dataclass
class Verification:
    """By what and which value: the old rows as they must become, and the new ones."""

    old: dict[tuple[str, str], Side] = field(default_factory=lambda: defaultdict(Side))
    new: dict[tuple[str, str], Side] = field(default_factory=lambda: defaultdict(Side))
    progress: Progress = field(default_factory=Progress)
    changed: Counter[str] = field(default_factory=Counter)
    """Rows that people changed since, by table; they are left out."""
    differences: list[str] = field(default_factory=list)
    """Sentences; the first few of each kind are named."""

    @property
    def groups(self) -> list[tuple[str, str]]:
        order = ["level", "status", "month", *(table.name for table in COMPARED.values())]
        return sorted({*self.old, *self.new}, key=lambda group: (order.index(group[0]), group[1]))

    def differ(self, sentence: str) -> None:
        if len(self.differences) < MOST_NAMED:
            self.differences.append(sentence)

    def result(self) -> dict[str, Any]:
        return {**self.progress.result(), "differences": self.differences}


def verify(engine: OldEngine, job: Job, noted: Journal) -> Verification:
    """Read the old rows again, convert them, and compare with what stands in the database."""
    found = Verification()
    with engine.connect() as connection:
        for batch in job.batches(BATCH):
            rows = rows_of(job.origin, found.progress, batch)
            links = {row["alert_id"]: row["target"] for row in rows[LINK]}
            _link(connection, rows, links)
            for table, ours in COMPARED.items():
                _compare(connection, found, ours, rows[table])
    _compare_totals(engine, found, noted)
    for group in found.groups:
        if found.old[group] != found.new[group]:
            found.differ(f"{group[0]} {group[1]}: {found.old[group].rows} rows old, {found.new[group].rows} new")
    return found


def _link(connection: Connection, rows: Rows, links: dict[int, str]) -> None:
    """Give duplicates the incident that they must be linked to."""
    if not links:
        return
    pairs = connection.execute(
        select(INCIDENTS.c.legacy_id, INCIDENTS.c.id)
        .where(INCIDENTS.c.legacy_id.in_(sorted(set(links.values()))))
        .order_by(INCIDENTS.c.id.desc())
    )
    targets: dict[Any, Any] = dict(pairs.all())
    for row in rows[ALERTS]:
        incident_id = targets.get(links.get(row["id"], ""))
        if incident_id is not None:
            row["incident_id"], row["status"] = incident_id, "Linked"


def _compare(connection: Connection, found: Verification, table: Table, expected: Sequence[dict[str, Any]]) -> None:
    if not expected:
        return
    names = [name for name in expected[0] if name not in NOT_COMPARED]
    columns = [table.c[name] for name in names]
    has_version = "version" in table.c
    query = select(*columns, *([table.c.version] if has_version else [])).where(
        table.c.id.between(expected[0]["id"], expected[-1]["id"])
    )
    present = {row["id"]: row for row in connection.execute(query).mappings()}
    for row in expected:
        there = present.get(row["id"])
        if there is None:
            found.differ(f"{table.name} {row['id']} (old row {row.get('legacy_id')}) is missing")
        elif has_version and there["version"] != 1:
            found.changed[table.name] += 1
            continue
        else:
            wrong = [name for name in names if there[name] != row[name]]
            if wrong:
                found.differ(f"{table.name} {row['id']} (old row {row.get('legacy_id')}) differs in {', '.join(wrong)}")
        _count(found.old, table, row, names)
        if there is not None:
            _count(found.new, table, there, names)


def _count(sides: dict[tuple[str, str], Side], table: Table, row: Any, names: Iterable[str]) -> None:
    digest = _digest([row[name] for name in names])
    sides[table.name, "all"].add(digest)
    if table is ALERTS:
        sides["level", str(row["level"])].add(digest)
        sides["status", str(row["status"])].add(digest)
        sides["month", row["fired_at"].strftime("%Y-%m")].add(digest)


def _digest(values: list[Any]) -> int:
    text = json.dumps(values, default=_plain, sort_keys=True)
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _compare_totals(engine: OldEngine, found: Verification, noted: Journal) -> None:
    kept = engine.count(noted.plan.now_called(noted.plan.table))
    if kept != noted.plan.rows:
        found.differ(f"The old table has {kept} rows; it had {noted.plan.rows} when it was migrated")
    became = found.progress
    if became.result() != noted.progress.result():
        found.differ("The old rows become something else today than they did when they were migrated")
    left = sum(became.skipped.values()) + sum(became.rejected.values())
    if became.alerts + left != kept:
        found.differ(f"{kept} old rows, but {became.alerts} alerts and {left} rows skipped or rejected")
    for name, checksum in noted.plan.checksums.items():
        if engine.checksum(noted.plan.now_called(name)) != checksum:
            found.differ(f"The old table `{name}` has changed since it was migrated")
