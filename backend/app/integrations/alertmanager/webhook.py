"""Alertmanager's webhook, version 4, as signals.

Alertmanager drops a notification on any 4xx, so everything that can be understood is taken:
unknown fields are welcome, over-long text is cut, a start that is in the future or no time counts
as now. What cannot be understood (no labels, not an object) is answered alert by alert.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ...domain.fingerprint import fingerprint_of_labels
from ...domain.levels import Level
from ...domain.signal import Signal

SOURCE = "alertmanager"
TITLE, DESCRIPTION, URL, LABEL_NAME, LABEL_VALUE, ANNOTATION = 200, 20_000, 8_000, 100, 255, 4_000

LEVELS = {
    Level.CRITICAL: ("critical", "page", "emergency", "fatal", "disaster", "p0", "p1"),
    Level.ERROR: ("error", "high", "major", "p2"),
    Level.WARNING: ("warning", "warn", "medium", "minor", "average", "p3"),
    Level.INFO: ("info", "information", "informational", "notice", "low", "none", "p4", "p5"),
}
LEVEL_OF = {word: level for level, words in LEVELS.items() for word in words}


class Unreadable(ValueError):
    """This alert, or the whole payload, is not what Alertmanager sends; the message says why."""


def read(payload: Any, now: datetime) -> list[Signal | Unreadable]:
    """The signals of one notification, in its order. Raises Unreadable when it is none at all."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("alerts"), list):
        raise Unreadable("Not an Alertmanager notification: it has no list of alerts.")
    return [_read_or_say_why(alert, now) for alert in payload["alerts"]]


def _read_or_say_why(alert: Any, now: datetime) -> Signal | Unreadable:
    try:
        return _signal(alert, now)
    except Unreadable as reason:
        return reason


def _signal(alert: Any, now: datetime) -> Signal:
    if not isinstance(alert, Mapping):
        raise Unreadable("An alert must be an object.")
    whole = _texts(alert.get("labels"), None)
    labels, annotations = _texts(whole, LABEL_VALUE), _texts(alert.get("annotations"), ANNOTATION)
    if not labels:
        raise Unreadable("An alert must have labels.")
    fired_at = min(_instant(alert, "startsAt") or now, now)
    return Signal(
        fingerprint=fingerprint_of_labels(SOURCE, whole),
        alert_source=SOURCE,
        title=_title(labels, annotations),
        description=(annotations.get("description") or annotations.get("message") or "")[:DESCRIPTION],
        level=LEVEL_OF.get(labels.get("severity", "").lower(), Level.WARNING),
        labels=labels,
        annotations=annotations,
        source_url=_web_address(alert.get("generatorURL")),
        fired_at=fired_at,
        ended_at=_ended_at(alert, fired_at, now),
    )


def _title(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    named = (annotations.get("summary"), annotations.get("title"), labels.get("alertname"))
    lines = (" ".join(text.split()) for text in named if text)
    return next(filter(None, lines), "Alert")[:TITLE]


def _web_address(value: Any) -> str | None:
    """People click on it, so nothing but http and https."""
    url = _clean(value, URL)
    return url if url.startswith(("http://", "https://")) else None


def _ended_at(alert: Mapping[str, Any], fired_at: datetime, now: datetime) -> datetime | None:
    if alert.get("status") != "resolved":
        return None
    return max(fired_at, min(_instant(alert, "endsAt") or now, now))


def _texts(given: Any, longest: int | None) -> dict[str, str]:
    """Names and values, cut to what we keep; with None as they are, for telling alerts apart. No object: none."""
    pairs = given.items() if isinstance(given, Mapping) else ()
    cleaned = {_clean(name, longest and LABEL_NAME).strip(): _clean(value, longest) for name, value in pairs}
    return {name: value for name, value in cleaned.items() if name}


def _clean(value: Any, longest: int | None) -> str:
    """Text that a database can hold."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:longest]


def _instant(alert: Mapping[str, Any], field: str) -> datetime | None:
    """An RFC 3339 time with as many fraction digits as Go prints; what is none, as Go's zero time, counts as unsaid."""
    try:
        instant = datetime.fromisoformat(_microseconds(str(alert.get(field))))
    except ValueError:
        return None
    return instant.astimezone(UTC) if instant.tzinfo and 2000 <= instant.year <= 2200 else None


def _microseconds(text: str) -> str:
    """Go's nanoseconds, cut to what Python reads."""
    head, point, tail = text.partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}" if point else text
