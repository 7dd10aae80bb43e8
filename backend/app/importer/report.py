"""A page that an operator can show: what came over, what did not and why."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection, Table, case, func, select

from ..domain import clock
from ..models import ActionItem, Alert, Incident, MigrationReject, Postmortem, TimelineEntry
from . import report_words as words
from .children import orphans
from .engines import OldEngine
from .errors import Refused
from .journal import Journal
from .report_words import Words
from .survey import Old, found_again
from .values import INVISIBLE

REJECTS_SHOWN = 200
TITLE_SHOWN = 120
MONTHS_SHOWN = 24
"""Alerts over more months than these are shown by year."""

ALERTS, INCIDENTS = cast(Table, Alert.__table__), cast(Table, Incident.__table__)
TIMELINE, POSTMORTEMS = cast(Table, TimelineEntry.__table__), cast(Table, Postmortem.__table__)
ACTION_ITEMS, REJECTS = cast(Table, ActionItem.__table__), cast(Table, MigrationReject.__table__)


@dataclass(frozen=True)
class Bar:
    """One line of a chart. `share` and `of_it` are percentages of the longest line."""

    name: Words
    rows: int
    share: float
    part: int = 0
    of_it: float = 0
    tone: str = ""


@dataclass(frozen=True)
class Told:
    """A reason or warning, explained, and how many rows it concerns."""

    kind: str
    sentence: Words
    rows: int


@dataclass(frozen=True)
class Rejected:
    legacy_id: str | None
    reason: str
    title: str
    status: str
    """As it stands in the old row."""


@dataclass(frozen=True)
class Moved:
    """Rows of child tables: what became of them. `kept`: on alerts that have no incident."""

    tables: list[str]
    becomes: Words
    rows: int
    made: int
    kept: int
    orphans: int
    from_text: bool
    """Whether a text column of the old table gave some of those made too."""

    @property
    def left(self) -> int:
        """Blank rows, and rows of what was not migrated."""
        return 0 if self.from_text else max(self.rows - self.made - self.kept - self.orphans, 0)


@dataclass(frozen=True)
class Report:
    """The figures of the page."""

    noted: Journal
    database: str
    made_at: datetime
    columns: list[tuple[str, str]]
    levels: list[Bar]
    alert_statuses: list[Bar]
    severities: list[Bar]
    incident_statuses: list[Bar]
    action_statuses: list[Bar]
    periods: list[Bar]
    false_alarms: int
    notes: int
    linked_duplicates: int
    changed: int
    """Imported alerts and incidents that have been changed since."""
    skipped: list[Told]
    rejected: list[Told]
    warnings: list[Told]
    rejects: list[Rejected]
    moved: list[Moved]
    neighbours: list[tuple[str, Words]]

    @property
    def rows_skipped(self) -> int:
        return sum(told.rows for told in self.skipped)

    @property
    def rows_rejected(self) -> int:
        return sum(told.rows for told in self.rejected)

    @property
    def adds_up(self) -> bool:
        progress = self.noted.progress
        return progress.alerts + self.rows_skipped + self.rows_rejected == progress.rows == self.noted.plan.rows


def write(engine: OldEngine, noted: Journal, path: Path) -> None:
    """Write the page, all or nothing. Raises Refused where the file cannot be written."""
    page = render(gather(engine, noted))
    beside = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    try:
        try:
            beside.write_text(page, encoding="utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(f"The report cannot be written to {path}: {why}. Name another file with --out.") from None


def render(report: Report) -> str:
    """The page as HTML. Everything from the database is escaped."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = ZoneInfo(report.noted.plan.time_zone)
    pages.filters["local"] = lambda moment: moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    pages.filters["number"] = lambda number: f"{number:,}"
    return pages.get_template("report.html").render(
        report=report, plan=report.noted.plan, progress=report.noted.progress
    )


def gather(engine: OldEngine, noted: Journal) -> Report:
    """Count in the migrated database. Statuses are those of now; only imported rows count. Raises Refused."""
    aside = noted.plan.now_called(noted.plan.table)
    if aside not in engine.tables():
        raise Refused(f"The old table `{aside}` has been dropped; a report needs it.")
    old, progress = found_again(engine, noted.plan), noted.progress
    ours_alerts, ours_incidents = ALERTS.c.id <= progress.alerts, INCIDENTS.c.id <= progress.incidents
    with engine.connect() as connection:

        def rows(table: Table, *where: Any) -> int:
            return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()

        def by(column: Any, condition: Any) -> dict[str, int]:
            query = select(column, func.count()).where(condition).group_by(column)
            return {str(value): count for value, count in connection.execute(query).tuples()}

        notes = rows(TIMELINE, TIMELINE.c.id <= progress.timeline, TIMELINE.c.kind == "note")
        is_linked = ALERTS.c.incident_id.is_not(None)
        return Report(
            noted=noted,
            database=_where(engine),
            made_at=clock.now(),
            columns=[(", ".join(theirs), ours) for ours, theirs in old.chosen.items() if theirs],
            levels=_bars(by(ALERTS.c.level, ours_alerts), words.LEVEL, toned=True),
            alert_statuses=_bars(by(ALERTS.c.status, ours_alerts), words.ALERT_STATUS),
            severities=_bars(by(INCIDENTS.c.severity, ours_incidents), words.SEVERITY, toned=True),
            incident_statuses=_bars(by(INCIDENTS.c.status, ours_incidents), words.INCIDENT_STATUS),
            action_statuses=_bars(
                by(ACTION_ITEMS.c.status, ACTION_ITEMS.c.id <= progress.action_items), words.ACTION_STATUS
            ),
            periods=_periods(connection, progress.alerts, ZoneInfo(noted.plan.time_zone)),
            false_alarms=rows(INCIDENTS, ours_incidents, INCIDENTS.c.resolution == "FalseAlarm"),
            notes=notes,
            linked_duplicates=max(rows(ALERTS, ours_alerts, is_linked) - progress.incidents, 0),
            changed=rows(ALERTS, ours_alerts, ALERTS.c.version > 1)
            + rows(INCIDENTS, ours_incidents, INCIDENTS.c.version > 1),
            skipped=_told(progress.skipped),
            rejected=_told(progress.rejected),
            warnings=_told(progress.warnings),
            rejects=list(_rejects(connection, old)),
            moved=list(_moved(engine, connection, noted, old, notes)),
            neighbours=_neighbours(engine, noted),
        )


def _where(engine: OldEngine) -> str:
    """Kind, version and name of the database; no account, no password."""
    url, version = engine.engine.url, str(engine.facts()["version"])
    if url.get_backend_name() == "sqlite":
        return f"{version} · {Path(url.database or '').name}"
    kind = "MariaDB" if "mariadb" in version.casefold() else "MySQL"
    return f"{kind} {version.partition('-')[0]} · {url.database} · {url.host or 'localhost'}:{url.port or 3306}"


def _bars(counts: Mapping[str, int], names: Mapping[str, Words], *, toned: bool = False) -> list[Bar]:
    """In the order of `names`, those without rows too."""
    longest = max(counts.values(), default=0) or 1
    order = [*names, *sorted(counts.keys() - names.keys())]
    return [
        Bar(
            names.get(word, (word, word)),
            counts.get(word, 0),
            100 * counts.get(word, 0) / longest,
            tone=f"tone{place + 1}" if toned else "",
        )
        for place, word in enumerate(order)
    ]


def _told(counts: Mapping[str, int]) -> list[Told]:
    """The most frequent first."""
    return [
        Told(kind, words.EXPLAINED.get(kind, (kind, kind)), rows)
        for kind, rows in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if rows
    ]


def _periods(connection: Connection, alerts: int, zone: ZoneInfo) -> list[Bar]:
    """Alerts by month or year of local time, and those of them that are linked to an incident."""
    ours = ALERTS.c.id <= alerts
    first, last = (
        connection.execute(select(func.min(ALERTS.c.fired_at), func.max(ALERTS.c.fired_at)).where(ours)).one().tuple()
    )
    if first is None:
        return []
    begin, end = first.astimezone(zone), last.astimezone(zone)
    months = (end.year - begin.year) * 12 + end.month - begin.month + 1
    if months <= MONTHS_SHOWN:
        starts = [divmod(begin.year * 12 + begin.month - 1 + place, 12) for place in range(months + 1)]
        periods = [(f"{year}-{month + 1:02}", datetime(year, month + 1, 1, tzinfo=zone)) for year, month in starts]
    else:
        periods = [(str(year), datetime(year, 1, 1, tzinfo=zone)) for year in range(begin.year, end.year + 2)]
    ends = [start for _, start in periods[1:]]
    place = case(*((ALERTS.c.fired_at < moment, number) for number, moment in enumerate(ends)), else_=len(ends))
    period, linked = place.label("period"), case((ALERTS.c.incident_id.is_(None), 0), else_=1)
    counted = {
        number: (rows, int(part))
        for number, rows, part in connection.execute(
            select(period, func.count(), func.sum(linked)).where(ours).group_by(period)
        ).tuples()
    }
    longest = max(rows for rows, _ in counted.values())
    return [
        Bar((name, name), rows, 100 * rows / longest, part, 100 * part / longest)
        for number, (name, _) in enumerate(periods[:-1])
        for rows, part in [counted.get(number, (0, 0))]
    ]


def _rejects(connection: Connection, old: Old) -> Iterator[Rejected]:
    query = select(REJECTS.c.legacy_id, REJECTS.c.reason, REJECTS.c.raw).order_by(REJECTS.c.id).limit(REJECTS_SHOWN)
    for legacy_id, reason, raw in connection.execute(query).tuples():
        title = _shown(raw, [*old.chosen.get("title", ()), *old.chosen.get("description", ())])
        yield Rejected(legacy_id, reason, title, _shown(raw, old.chosen.get("status", ())))


def _shown(raw: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of these columns that holds text, on one line and not too long."""
    for name in names:
        value = raw.get(name)
        text = " ".join(value.translate(INVISIBLE).split()) if isinstance(value, str) else ""
        if text:
            return text if len(text) <= TITLE_SHOWN else text[: TITLE_SHOWN - 1] + "…"
    return ""


LISTED = {
    "sqlite": "SELECT COALESCE(SUM(json_array_length(legacy, '$.fields.{0}')), 0) FROM alerts WHERE id <= {1} "
    "AND incident_id IS NULL AND json_type(legacy, '$.fields.{0}') = 'array'",
    "mysql": "SELECT COALESCE(SUM(JSON_LENGTH(legacy, '$.fields.{0}')), 0) FROM alerts WHERE id <= {1} "
    "AND incident_id IS NULL AND JSON_TYPE(JSON_EXTRACT(legacy, '$.fields.{0}')) = 'ARRAY'",
}
"""How many rows of child tables were kept on alerts without an incident, as a list among their old columns."""


def _moved(engine: OldEngine, connection: Connection, noted: Journal, old: Old, notes: int) -> Iterator[Moved]:
    now_called = noted.plan.now_called
    for holds_actions, listed, made, becomes in (
        (True, "actions", noted.progress.action_items, ("改进措施", "action items")),
        (False, "timeline", notes, ("时间线记录", "timeline entries")),
    ):
        tables = [child for child in old.family.tables if child.holds_actions is holds_actions]
        if not tables:
            continue
        statement = LISTED["sqlite" if engine.engine.dialect.name == "sqlite" else "mysql"]
        yield Moved(
            tables=[child.table.name for child in tables],
            becomes=becomes,
            rows=sum(engine.count(child.table.name) for child in tables),
            made=made,
            kept=int(connection.exec_driver_sql(statement.format(listed, noted.progress.alerts)).scalar_one()),
            orphans=sum(orphans(engine, child, now_called(noted.plan.table), old.key or "") for child in tables),
            from_text=bool(old.chosen.get(listed)),
        )


def _neighbours(engine: OldEngine, noted: Journal) -> list[tuple[str, Words]]:
    """Views name the old table still; triggers and keys have gone along with it."""
    table = noted.plan.table
    found = {
        (neighbour.kind, neighbour.name)
        for name in (table, noted.plan.now_called(table))
        for neighbour in engine.neighbours(name)
        if name != table or neighbour.kind == "view"
    }
    return [(name, words.NEIGHBOURS[kind]) for kind, name in sorted(found, reverse=True)]
