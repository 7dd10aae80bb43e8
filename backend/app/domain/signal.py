"""What a monitor says, in one form whatever system it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .levels import Level


@dataclass(frozen=True, slots=True)
class Signal:
    """It fires since `fired_at`, or it has ended at `ended_at`; equal fingerprints mean the same alert."""

    fingerprint: str
    alert_source: str
    title: str
    level: Level
    fired_at: datetime
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    source_url: str | None = None
    ended_at: datetime | None = None


class Outcome(StrEnum):
    """What became of a signal."""

    CREATED = "created"
    REPEATED = "repeated"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    UNCHANGED = "unchanged"
    """It ended something that we do not know, or that had ended before."""
