"""How bad it is: alert levels and incident severities, worst first."""

from collections.abc import Iterable
from enum import StrEnum


class Level(StrEnum):
    CRITICAL = "Critical"
    ERROR = "Error"
    WARNING = "Warning"
    INFO = "Info"


class Severity(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


def severity_of(levels: Iterable[Level]) -> Severity:
    """The severity an incident starts with when it is made from alerts: that of the worst level."""
    order = list(Level)
    worst = min((order.index(level) for level in levels), default=order.index(Level.WARNING))
    return list(Severity)[worst]
