"""Incidents 故障: the six columns of the board."""

from enum import StrEnum
from typing import Any

from .flow import Flow, Move, Reason
from .roles import Actor, Role


class IncidentStatus(StrEnum):
    """In the order of the board's columns."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    RECOVERING = "Recovering"
    RECOVERED = "Recovered"
    AWAITING_POSTMORTEM = "AwaitingPostmortem"
    CLOSED = "Closed"


class Resolution(StrEnum):
    """How a closed incident ended."""

    FALSE_ALARM = "FalseAlarm"
    COMPLETED = "Completed"
    POSTMORTEM_WAIVED = "PostmortemWaived"


Pending, InProgress, Recovering, Recovered, AwaitingPostmortem, Closed = IncidentStatus
MANAGER = Role.MANAGER


def no_postmortem_required(incident: Any, actor: Actor) -> Reason | None:
    if incident.postmortem_required:
        return Reason(
            "postmortem_required",
            f"A {incident.severity} incident needs a postmortem before it is closed.",
            {"severity": str(incident.severity)},
        )
    return None


def postmortem_published(incident: Any, actor: Actor) -> Reason | None:
    if incident.postmortem is None or incident.postmortem.status != "Published":
        return Reason(
            "postmortem_not_published",
            "Its postmortem is not published; publish it, or waive it with a note.",
        )
    return None


def postmortem_unpublished(incident: Any, actor: Actor) -> Reason | None:
    if postmortem_published(incident, actor) is None:
        return Reason("postmortem_already_published", "Its postmortem is published; there is nothing to waive.")
    return None


INCIDENT_FLOW = Flow(
    "incident",
    Move(Pending, InProgress, "confirm"),
    Move(Pending, Closed, "dismiss", needs=("note",)),
    Move(InProgress, Recovering, "mitigate"),
    Move(Recovering, InProgress, "setback", needs=("note",)),
    Move(Recovering, Recovered, "recover", takes=("recovered_at",)),
    Move(Recovered, AwaitingPostmortem, "await_postmortem"),
    Move(Recovered, Closed, "close", by=MANAGER, needs=("note",), guard=no_postmortem_required),
    Move(Recovered, InProgress, "relapse", needs=("note",)),
    Move(AwaitingPostmortem, InProgress, "relapse", needs=("note",)),
    Move(AwaitingPostmortem, Closed, "close", by=MANAGER, guard=postmortem_published),
    Move(AwaitingPostmortem, Closed, "waive", by=MANAGER, needs=("waive", "note"), guard=postmortem_unpublished),
    Move(Closed, InProgress, "reopen", by=MANAGER, needs=("note",)),
)
