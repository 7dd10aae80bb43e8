"""When two signals are the same alert."""

import hashlib
import json
from collections.abc import Mapping


def fingerprint(source: str, title: str, labels: Mapping[str, str]) -> str:
    """40 hex digits that stay the same while source, title and labels do.

    Level, description and times are left out: they change while the same thing is wrong.
    """
    return _digest([source, title, sorted(labels.items())])


def fingerprint_of_labels(source: str, labels: Mapping[str, str]) -> str:
    """For systems whose alerts are told apart by their labels alone (Prometheus and its kin)."""
    return _digest([source, sorted(labels.items())])


def fingerprint_given(source: str, key: str) -> str:
    """For senders that name their own key: two sources may use the same one."""
    return _digest([source, key])


def _digest(parts: list[object]) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]
