"""Alerts 告警: what people do with them, and what the signal itself does."""

from enum import StrEnum
from typing import Any

from .flow import Flow, Move, Reason
from .roles import Actor


class AlertStatus(StrEnum):
    PENDING = "Pending"
    ACKNOWLEDGED = "Acknowledged"
    IGNORED = "Ignored"
    LINKED = "Linked"
    RESOLVED = "Resolved"


Pending, Acknowledged, Ignored, Linked, Resolved = AlertStatus


def incident_still_open(alert: Any, actor: Actor) -> Reason | None:
    """An alert stays with its incident once that is closed: it is part of the record."""
    if alert.incident is not None and alert.incident.status == "Closed":
        return Reason("incident_closed", "Its incident is closed.", {"incident_id": alert.incident_id})
    return None


ALERT_FLOW = Flow(
    "alert",
    Move(Pending, Acknowledged, "acknowledge"),
    Move(Pending, Ignored, "ignore", needs=("note",)),
    Move(Pending, Linked, "link", needs=("incident_id",)),
    Move(Pending, Resolved, "resolve"),
    Move(Acknowledged, Pending, "unacknowledge"),
    Move(Acknowledged, Ignored, "ignore", needs=("note",)),
    Move(Acknowledged, Linked, "link", needs=("incident_id",)),
    Move(Acknowledged, Resolved, "resolve"),
    Move(Ignored, Pending, "restore"),
    Move(Linked, Acknowledged, "unlink", guard=incident_still_open),
    Move(Resolved, Linked, "link", needs=("incident_id",)),
)
"""What people do."""

ALERT_SIGNALS = Flow(
    "alert",
    Move(Pending, Resolved, "signal_resolves"),
    Move(Acknowledged, Resolved, "signal_resolves"),
    Move(Resolved, Pending, "signal_fires_again"),
)
"""What the monitor does. For Ignored and Linked alerts the signal only sets `resolved_at`."""
