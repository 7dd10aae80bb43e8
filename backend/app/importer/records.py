"""What the rules make of an old row."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..domain.alert import AlertStatus
from ..domain.incident import IncidentStatus, Resolution
from ..domain.levels import Level, Severity
from .parts import Action, Note


class Reason(StrEnum):
    """Why a row became nothing."""

    DELETED = "deleted"
    DUPLICATE_ROW = "duplicate_row"
    NO_TEXT = "no_text"
    NO_TIME = "no_time"
    UNKNOWN_STATUS = "unknown_status"


@dataclass(slots=True)
class Left:
    """A row that becomes nothing: skipped when it was deleted in the old system, else rejected."""

    legacy_id: str | None
    reason: Reason


@dataclass(slots=True)
class NewPostmortem:
    summary: str
    impact: str
    root_cause: str
    resolution: str


@dataclass(slots=True)
class NewIncident:
    status: IncidentStatus
    severity: Severity
    resolution: Resolution | None
    started_at: datetime
    acknowledged_at: datetime | None
    recovered_at: datetime | None
    closed_at: datetime | None
    services: list[str]
    postmortem: NewPostmortem | None
    actions: list[Action]
    notes: list[Note]


@dataclass(slots=True)
class NewAlert:
    legacy_id: str | None
    title: str
    description: str
    level: Level
    source: str
    labels: dict[str, str]
    status: AlertStatus
    is_open: bool
    fired_at: datetime
    resolved_at: datetime | None
    handled_at: datetime | None
    legacy: dict[str, Any]
    incident: NewIncident | None
    duplicate_of: str | None
    """Key of the row that this one points at; its incident is looked up when all rows are there."""
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Children:
    """What tables of their own hold about one row."""

    actions: list[Action] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


NO_CHILDREN = Children()
