"""Action items 改进措施: what somebody owns so that it does not happen again."""

from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from . import clock
from .flow import Flow, Move, Reason
from .roles import Actor, Role


class ActionItemStatus(StrEnum):
    OPEN = "Open"
    IN_PROGRESS = "InProgress"
    DONE = "Done"
    VERIFIED = "Verified"
    CANCELLED = "Cancelled"


class ActionItemType(StrEnum):
    """What the measure is for."""

    PREVENT = "Prevent"
    DETECT = "Detect"
    MITIGATE = "Mitigate"
    PROCESS = "Process"


class Priority(StrEnum):
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"


Open, InProgress, Done, Verified, Cancelled = ActionItemStatus
MANAGER = Role.MANAGER

UNFINISHED = (Open, InProgress)
"""What can be overdue."""


def today(time_zone: str) -> date:
    """The calendar day on which due dates are judged."""
    return clock.now().astimezone(ZoneInfo(time_zone)).date()


def is_overdue(item: Any, on: date) -> bool:
    return item.due_on is not None and item.due_on < on and item.status in UNFINISHED


def not_the_owner(item: Any, actor: Actor) -> Reason | None:
    if item.owner_id is not None and item.owner_id == actor.user_id:
        return Reason("self_verify", "Somebody other than the owner verifies that it works.")
    return None


ACTION_ITEM_FLOW = Flow(
    "action item",
    Move(Open, InProgress, "start"),
    Move(InProgress, Done, "finish"),
    Move(Done, Verified, "verify", who=not_the_owner),
    Move(Done, InProgress, "fail_verification", needs=("note",)),
    Move(Open, Cancelled, "cancel", by=MANAGER, needs=("note",)),
    Move(InProgress, Cancelled, "cancel", by=MANAGER, needs=("note",)),
    Move(Cancelled, Open, "reopen", by=MANAGER),
)
