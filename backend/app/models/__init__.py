"""Tables: columns and invariants. Status columns hold the words of the flows."""

from .action_item import ActionItem
from .alert import Alert, AlertLabel
from .answer import Answer
from .event import Event
from .incident import Incident, TimelineEntry
from .integration import Integration
from .migration import MigrationReject
from .packed import packed
from .postmortem import Postmortem, PostmortemComment, PostmortemRevision
from .user import LoginFailures, LoginSession, User

__all__ = [
    "ActionItem",
    "Alert",
    "AlertLabel",
    "Answer",
    "Event",
    "Incident",
    "Integration",
    "LoginFailures",
    "LoginSession",
    "MigrationReject",
    "Postmortem",
    "PostmortemComment",
    "PostmortemRevision",
    "TimelineEntry",
    "User",
    "packed",
]
