"""Lists of incidents, and the board in two queries."""

from collections.abc import Sequence
from typing import Any

from sqlakeyset import Marker, serialize_bookmark
from sqlalchemy import ColumnElement, Select, String, func, or_, select, type_coerce

from ...domain.incident import IncidentStatus
from ...domain.levels import Severity
from ...extensions import db
from ...models import Incident
from ..lookup import contains
from .handle import AS_SERVED

SEVERITY = type_coerce(Incident.severity, String)
"""As plain text, which is what a cursor can hold; P1 sorts before P4."""

SORTS: dict[str, tuple[Any, ...]] = {
    "severity": (SEVERITY, Incident.detected_at.desc(), Incident.id.desc()),
    "-detected_at": (Incident.detected_at.desc(), Incident.id.desc()),
    "detected_at": (Incident.detected_at, Incident.id),
    "-updated_at": (Incident.updated_at.desc(), Incident.id.desc()),
    "-id": (Incident.id.desc(),),
    "id": (Incident.id,),
}


def search(
    *,
    status: Sequence[IncidentStatus] = (),
    severity: Sequence[Severity] = (),
    assignee_id: int | None = None,
    q: str | None = None,
    sort: str = "-detected_at",
) -> Select[Any]:
    """Incidents that meet every condition given."""
    rows = _matching(select(Incident), severity, assignee_id, q)
    if status:
        rows = rows.where(Incident.status.in_(status))
    return rows.options(*AS_SERVED).order_by(*SORTS[sort])


def board(
    *,
    limit: int,
    severity: Sequence[Severity] = (),
    assignee_id: int | None = None,
    q: str | None = None,
) -> list[dict[str, Any]]:
    """The six columns: `{"status", "count", "items", "bookmark"}`, worst and newest first.

    A bookmark (None: there is no more) goes on in the list of that status sorted by `severity`.
    """
    counting = _matching(select(Incident.status, func.count().label("count_")), severity, assignee_id, q).group_by(
        Incident.status
    )
    counts = {row.status: row.count_ for row in db.session.execute(counting)}
    cards: dict[str, list[Incident]] = {status: [] for status in IncidentStatus}
    for incident in db.session.scalars(_first_of_each(limit, severity, assignee_id, q)):
        cards[incident.status].append(incident)
    return [
        {
            "status": status,
            "count": counts.get(status, 0),
            "items": cards[status],
            "bookmark": _bookmark_after(cards[status]) if counts.get(status, 0) > len(cards[status]) else None,
        }
        for status in IncidentStatus
    ]


def _first_of_each(limit: int, severity: Sequence[Severity], assignee_id: int | None, q: str | None) -> Select[Any]:
    place: ColumnElement[int] = (
        func.row_number().over(partition_by=Incident.status, order_by=SORTS["severity"]).label("place")
    )
    ranked = _matching(select(Incident.id, place), severity, assignee_id, q).subquery()
    first = select(ranked.c.id).where(ranked.c.place <= limit)
    return select(Incident).where(Incident.id.in_(first)).options(*AS_SERVED).order_by(*SORTS["severity"])


def _bookmark_after(cards: list[Incident]) -> str | None:
    if not cards:
        return None
    last = cards[-1]
    return serialize_bookmark(Marker((str(last.severity), last.detected_at, last.id), backwards=False))


def _matching(
    rows: Select[*tuple[Any, ...]], severity: Sequence[Severity], assignee_id: int | None, q: str | None
) -> Select[*tuple[Any, ...]]:
    if severity:
        rows = rows.where(Incident.severity.in_(severity))
    if assignee_id is not None:
        rows = rows.where(Incident.assignee_id == assignee_id)
    if q:
        rows = rows.where(_mentions(q))
    return rows


def _mentions(q: str) -> ColumnElement[bool]:
    """In title or description, or the number itself: `12` and `INC-12` find incident 12, and the old number its own."""
    number = q.upper().removeprefix("INC-").removeprefix("#")
    text = or_(contains(q, Incident.title, Incident.description), Incident.legacy_id == q)
    return or_(text, Incident.id == int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else text
