"""What an old row becomes: one alert, and perhaps an incident with its draft postmortem; or nothing, with a reason.

Pure: no database, no clock. docs/migration.md lists the rules for operators.
"""

import hashlib
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from ..domain.alert import AlertStatus
from ..domain.incident import IncidentStatus, Resolution
from ..domain.levels import Level, severity_of
from .columns import Chosen, Kind, Table
from .mapping import MappingFile
from .parts import TIMELINE_NOT_JSON, Note, actions_of, notes_of
from .records import NO_CHILDREN, Children, Left, NewAlert, NewIncident, NewPostmortem, Reason
from .times import END, RowTimes
from .values import UNDECODABLE, Problems, Value, decode_row, is_true, one_line, time_reader, visible
from .vocabulary import (
    REVIEW_SUMMARY,
    STATUS_WORDS,
    TIME_COLUMNS,
    OldStatus,
    fold,
    is_placeholder,
    level_of,
    squeeze,
)

TITLE_LENGTH, SOURCE_LENGTH, SERVICE_LENGTH = 200, 64, 100
SOURCE = "legacy"
"""The `alert_source` of rows that name none."""

ENDED = {OldStatus.RESOLVED, OldStatus.REVIEW, OldStatus.CLOSED}
"""Ended rows whose missing end is worth a warning; false alarms and duplicates have ended too."""

INCIDENT_STATUS = {
    OldStatus.OPEN: IncidentStatus.PENDING,
    OldStatus.WORKING: IncidentStatus.IN_PROGRESS,
    OldStatus.OBSERVING: IncidentStatus.RECOVERING,
    OldStatus.RESOLVED: IncidentStatus.RECOVERED,
    OldStatus.REVIEW: IncidentStatus.AWAITING_POSTMORTEM,
    OldStatus.CLOSED: IncidentStatus.CLOSED,
    OldStatus.FALSE_ALARM: IncidentStatus.CLOSED,
}


class Converter:
    """Converts the rows of one table, by its columns and what the operator decided."""

    def __init__(self, table: Table, chosen: Chosen, mapping: MappingFile, zone: ZoneInfo, called: str) -> None:
        self.table, self.rules = table, mapping.rules
        self.called = called
        """The table's name as people know it."""
        self._place = {column.name: place for place, column in enumerate(table.columns)}
        self._chosen = {ours: [self._place[name] for name in names] for ours, names in chosen.items()}
        serials = mapping.rules.serial_dates
        local = time_reader(zone, serials=serials)
        in_utc = time_reader(zone, in_utc=True, serials=serials)
        self._readers = readers = [in_utc if column.kind is Kind.TIMESTAMP else local for column in table.columns]
        self.read_time = local
        self._time_columns = {
            ours: [(place, readers[place]) for place in places]
            for ours, places in self._chosen.items()
            if ours in TIME_COLUMNS
        }
        self._summaries = {
            place for place in self._chosen.get("solution", []) if squeeze(table.names[place]) in REVIEW_SUMMARY
        }
        self._numbers = {place for place, column in enumerate(table.columns) if column.kind is Kind.NUMBER}
        first = {place for ours in ("id", "title", "description") for place in self._chosen.get(ours, [])[:1]}
        self._whole = first | self._places("status", "level", "deleted", "test")
        mapped = {place for places in self._chosen.values() for place in places}
        self._bytes = {place for place, column in enumerate(table.columns) if column.is_bytes and place not in mapped}
        self._statuses: dict[str, OldStatus | None] = {}
        self._levels: dict[str, Level | None] = {}
        self._status_words = {**STATUS_WORDS, **{word: OldStatus(means) for word, means in mapping.status.items()}}
        self._level_words = {word: Level(means) for word, means in mapping.level.items()}
        self.id_place = next(iter(self._chosen.get("id", [])), None)

    def _places(self, *ours: str) -> set[int]:
        return {place for name in ours for place in self._chosen.get(name, ())}

    def legacy_id(self, row: Sequence[str | None]) -> str | None:
        return None if self.id_place is None else row[self.id_place]

    def convert(self, raw: Sequence[Value], children: Children = NO_CHILDREN, *, repeated: bool = False) -> Any:
        """A NewAlert, or Left. `repeated`: an earlier row equals this one in every column."""
        row, problems = decode_row(raw)
        unread = self._set_bytes_aside(row, problems)
        legacy_id = self.legacy_id(row)
        if self.rules.deleted == "skip" and self._flag(row, "deleted"):
            return Left(legacy_id, Reason.DELETED)
        if repeated:
            return Left(legacy_id, Reason.DUPLICATE_ROW)
        title, description = self._text(row, "title"), self._text(row, "description")
        clean = one_line(title) or next(filter(None, map(one_line, self._values(row, "title"))), "")
        if not clean and not visible(description):
            return Left(legacy_id, Reason.NO_TEXT)
        warnings = sorted({problem for problem, _ in problems.values()})
        times = RowTimes(self._time_columns, row)
        fired_at = times.fired(warnings)
        if fired_at is None:
            return Left(legacy_id, Reason.NO_TIME)
        status = self._status(row, times, warnings)
        if status is None:
            return Left(legacy_id, Reason.UNKNOWN_STATUS)
        level = self._level(row, warnings)
        title, description = _titled(clean, title, description, warnings)
        alert = NewAlert(
            legacy_id=legacy_id,
            title=title,
            description=description,
            level=level,
            source=(one_line(self._text(row, "source")) or SOURCE)[:SOURCE_LENGTH],
            labels={},
            status=AlertStatus.PENDING,
            is_open=status in (OldStatus.OPEN, OldStatus.WORKING, OldStatus.OBSERVING),
            fired_at=fired_at,
            resolved_at=None,
            handled_at=times.acknowledged(fired_at, warnings),
            legacy={},
            incident=None,
            duplicate_of=self._first(row, "duplicate_of") if status is OldStatus.DUPLICATE else None,
            warnings=warnings,
        )
        self._end(alert, status, times)
        worked = _Worked(self, row, children)
        self._make_incident(alert, status, row, times, worked, children)
        services = self._services(row)
        alert.labels = {"service": services[0]} if services else {}
        if alert.incident is not None:
            alert.incident.services = services
        alert.legacy = self._legacy(row, problems | unread, alert, worked, children)
        return alert

    def _end(self, alert: NewAlert, status: OldStatus, times: RowTimes) -> None:
        """The end of an ended row; one that lies before `fired_at` is dropped and not replaced."""
        if alert.is_open:
            return
        end = times.first(END)
        if end is not None and end < alert.fired_at:
            alert.warnings.append("recovered_before_fired")
            end = None
        alert.resolved_at = end
        if end is None and status in ENDED:
            alert.warnings.append("recovered_unknown")

    def _make_incident(
        self,
        alert: NewAlert,
        status: OldStatus,
        row: Sequence[str | None],
        times: RowTimes,
        worked: "_Worked",
        children: Children,
    ) -> None:
        started_at = times.started(alert.fired_at, alert.warnings)
        if not self._deserves_incident(alert, status, worked):
            alert.status = _alone(status, alert.is_open)
            return
        false_alarm = status is OldStatus.FALSE_ALARM
        has_draft = status in ENDED and bool(worked.cause or worked.solution or worked.summary)
        becomes = INCIDENT_STATUS[status]
        if becomes is IncidentStatus.RECOVERED and has_draft:
            becomes = IncidentStatus.AWAITING_POSTMORTEM
        notes = self._notes(row, children, alert.warnings)
        alert.status = AlertStatus.LINKED
        alert.incident = NewIncident(
            status=becomes,
            severity=severity_of([alert.level]),
            resolution=Resolution.FALSE_ALARM if false_alarm else None,
            started_at=started_at,
            acknowledged_at=alert.handled_at,
            recovered_at=None if alert.is_open else times.since(alert.fired_at, END[:2]),
            closed_at=times.since(alert.fired_at, ("closed_at",)) if becomes is IncidentStatus.CLOSED else None,
            services=[],
            postmortem=NewPostmortem(worked.summary, worked.impact, worked.cause, worked.solution)
            if has_draft
            else None,
            actions=worked.actions,
            notes=notes,
        )

    def _deserves_incident(self, alert: NewAlert, status: OldStatus, worked: "_Worked") -> bool:
        choice = self.rules.incident_for
        if status is OldStatus.DUPLICATE or choice == "none":
            return False
        critical = alert.level is Level.CRITICAL
        if status is OldStatus.FALSE_ALARM and not critical:
            return self.rules.false_alarm == "incident"
        if critical or choice == "all":
            return True
        if choice == "critical":
            return False
        if status in (OldStatus.WORKING, OldStatus.OBSERVING, OldStatus.REVIEW):
            return True
        accepted = worked.handler and alert.handled_at is not None
        return bool(worked.cause or worked.solution or worked.summary or worked.actions or accepted)

    def _notes(self, row: Sequence[str | None], children: Children, warnings: list[str]) -> list[Note]:
        text, place = self.said(row, "timeline")
        if place is None:
            return children.notes
        notes, was_json = notes_of(text, self.read_time)
        if not was_json:
            warnings.append(TIMELINE_NOT_JSON)
        return notes + children.notes

    def _status(self, row: Sequence[str | None], times: RowTimes, warnings: list[str]) -> OldStatus | None:
        text = self._first(row, "status")
        if text is not None:
            if text not in self._statuses:
                self._statuses[text] = self._status_words.get(fold(text))
            return self._statuses[text]
        warnings.append("status_blank")
        if self.rules.blank_status != "infer":
            return OldStatus(self.rules.blank_status)
        return OldStatus.OPEN if times.first(("recovered_at",)) is None else OldStatus.RESOLVED

    def _level(self, row: Sequence[str | None], warnings: list[str]) -> Level:
        text = self._first(row, "level") or ""
        if text not in self._levels:
            folded = fold(text)
            self._levels[text] = self._level_words.get(folded) or level_of(folded)
        level = self._levels[text]
        if level is None:
            warnings.append("level_defaulted")
            return Level(self.rules.blank_level)
        return level

    def _services(self, row: Sequence[str | None]) -> list[str]:
        service = one_line(self._text(row, "service"))[:SERVICE_LENGTH]
        return [service] if service and not is_placeholder(service) else []

    def _legacy(
        self,
        row: Sequence[str | None],
        problems: Problems,
        alert: NewAlert,
        worked: "_Worked",
        children: Children,
    ) -> dict[str, Any]:
        """What has no place of its own: see `models.base.FromOldSystem`."""
        names = self.table.names
        kept: dict[str, Any] = {"table": self.called}
        for ours in ("status", "level"):
            for place in self._chosen.get(ours, []):
                if row[place] is not None:
                    kept[ours] = row[place]
        if self._flag(row, "test"):
            kept["test"] = True
        elsewhere: set[int | None] = {*self._whole}
        if alert.incident is not None:
            elsewhere |= {worked.actions_at, self.said(row, "timeline")[1]}
            if alert.incident.postmortem is not None:
                elsewhere |= worked.in_postmortem
        fields = {
            names[place]: self._plain(place, value)
            for place, value in enumerate(row)
            if value not in (None, "") and place not in elsewhere
        }
        if alert.incident is None:
            fields |= _listed(children)
        if fields:
            kept["fields"] = fields
        undecodable = {names[place]: raw for place, (problem, raw) in problems.items() if problem == UNDECODABLE}
        if undecodable:
            kept["bytes"] = undecodable
        return kept

    def _plain(self, place: int, value: str) -> Any:
        """Numbers as numbers where nothing is lost by it; a TIMESTAMP, which was read in UTC, says so."""
        if place in self._numbers and value.lstrip("-").isdigit() and len(value) < 16:
            return int(value)
        return f"{value}Z" if self.table.columns[place].kind is Kind.TIMESTAMP else value

    def _set_bytes_aside(self, row: list[str | None], problems: Problems) -> Problems:
        """Take out of the row what is no text: pictures and the like; a mapped column of bytes is read as text."""
        aside = {place: problems.pop(place) for place in self._bytes & problems.keys()}
        for place in aside:
            row[place] = None
        return {place: (UNDECODABLE, raw) for place, (_, raw) in aside.items()}

    def _flag(self, row: Sequence[str | None], ours: str) -> bool:
        """Whether one of the columns says yes; a time says so only when it is one, unlike 1970 or 9999."""
        return any(
            is_true(text) and (not self._says_when(place, text) or self._readers[place](text) is not None)
            for place in self._chosen.get(ours, ())
            if (text := row[place]) is not None
        )

    def _says_when(self, place: int, text: str) -> bool:
        kind = self.table.columns[place].kind
        return kind in (Kind.LOCAL_TIME, Kind.TIMESTAMP) or len(text.strip()) >= 8

    def _values(self, row: Sequence[str | None], ours: str) -> list[str]:
        return [value for place in self._chosen.get(ours, ()) if (value := row[place])]

    def _first(self, row: Sequence[str | None], ours: str) -> str | None:
        """The first value that is not blank, as it stands."""
        for place in self._chosen.get(ours, ()):
            value = row[place]
            if value is not None and value.strip():
                return value
        return None

    def _text(self, row: Sequence[str | None], ours: str) -> str:
        return self._first(row, ours) or ""

    def word(self, raw: Sequence[Value], ours: str) -> str:
        """The status or level of a row as it stands; "" where it is blank."""
        return self._first(decode_row(raw)[0], ours) or ""

    def knows_level(self, word: str) -> bool:
        folded = fold(word)
        return folded in self._level_words or level_of(folded) is not None

    def said(self, row: Sequence[str | None], ours: str, summary: bool | None = None) -> tuple[str, int | None]:
        """The first text that is no placeholder, and its place; `summary` asks for a review's, or for no review's."""
        for place in self._chosen.get(ours, ()):
            text = row[place]
            if text and not is_placeholder(text) and summary in (None, place in self._summaries):
                return text, place
        return "", None

    def handler(self, row: Sequence[str | None]) -> str:
        for place in self._chosen.get("handler", ()):
            text = (row[place] or "").strip(" ,，、;/|\t")
            if text != "0" and not is_placeholder(text):
                return text
        return ""


class _Worked:
    """The signs that somebody worked on a row, and the places of the texts that say so."""

    def __init__(self, converter: Converter, row: Sequence[str | None], children: Children) -> None:
        self.cause, cause_at = converter.said(row, "root_cause")
        self.solution, solution_at = converter.said(row, "solution", summary=False)
        self.summary, summary_at = converter.said(row, "solution", summary=True)
        self.impact, impact_at = converter.said(row, "impact")
        actions, self.actions_at = converter.said(row, "actions")
        self.actions = children.actions + (actions_of(actions) if actions else [])
        self.handler = converter.handler(row)
        self.in_postmortem = {cause_at, solution_at, summary_at, impact_at}


def _listed(children: Children) -> dict[str, Any]:
    """What tables of their own hold about a row that has no incident."""
    kept: dict[str, Any] = {}
    if children.actions:
        kept["actions"] = [{"title": action.title, "status": action.status} for action in children.actions]
    if children.notes:
        kept["timeline"] = [
            {"at": note.at and note.at.isoformat(), "by": note.by, "text": note.text} for note in children.notes
        ]
    return kept


def _alone(status: OldStatus, is_open: bool) -> AlertStatus:
    """The status of an alert without an incident."""
    if status in (OldStatus.FALSE_ALARM, OldStatus.DUPLICATE):
        return AlertStatus.IGNORED
    return AlertStatus.PENDING if is_open else AlertStatus.RESOLVED


def fingerprint(table: str, number: int) -> str:
    """Of the `number`th row: of its own, so that rows that look alike stay apart."""
    return hashlib.sha256(f"old system\n{table}\n{number}".encode()).hexdigest()[:40]


def _titled(clean: str, title: str, description: str, warnings: list[str]) -> tuple[str, str]:
    """A title that fits, and the description with what did not."""
    if not clean:
        warnings.append("title_from_description")
        return one_line(visible(description)[:TITLE_LENGTH]), description
    if len(clean) <= TITLE_LENGTH:
        return clean, description
    warnings.append("title_cut")
    return clean[:TITLE_LENGTH].rstrip(), f"{title}\n\n{description}" if description else title
