"""Incidents and their timeline."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from ..domain.incident import IncidentStatus, Resolution
from ..domain.levels import Severity
from .alert import Alert
from .base import BIG_ID, LONG_TEXT, ROW_OPTIONS, Count, FromOldSystem, Instant, Model, MovedRow, Row, word
from .user import User

if TYPE_CHECKING:
    from .postmortem import Postmortem


class Incident(FromOldSystem, MovedRow, Model):
    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_status_severity", "status", "severity", "id"),
        Index("ix_incidents_status_closed_at", "status", "closed_at"),
        ROW_OPTIONS,
    )

    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(LONG_TEXT)
    severity: Mapped[Severity] = mapped_column(word(Severity))
    status: Mapped[IncidentStatus] = mapped_column(word(IncidentStatus), default=IncidentStatus.PENDING)
    services: Mapped[list[str]] = mapped_column(JSON)
    assignee_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    started_at: Mapped[Instant]
    detected_at: Mapped[Instant] = mapped_column(index=True)
    acknowledged_at: Mapped[Instant | None]
    recovering_at: Mapped[Instant | None]
    recovered_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    resolution: Mapped[Resolution | None] = mapped_column(word(Resolution))
    relapses: Mapped[Count]
    postmortem_required: Mapped[bool] = mapped_column(Boolean)

    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    alerts: Mapped[list[Alert]] = relationship(back_populates="incident")
    postmortem: Mapped["Postmortem | None"] = relationship(back_populates="incident")

    if TYPE_CHECKING:
        alert_count: Mapped[int]

    def __repr__(self) -> str:
        return f"<Incident {self.id} {self.status} {self.title!r}>"


# How many alerts are linked: read where it is asked for, never written. Added here because it names the class itself.
Incident.alert_count = column_property(
    select(func.count(Alert.id)).where(Alert.incident_id == Incident.id).correlate_except(Alert).scalar_subquery(),
    deferred=True,
)


class TimelineEntry(Row, Model):
    """What happened to an incident: system entries (`kind` and `data`) and people's notes (`text`)."""

    __tablename__ = "incident_timeline"
    __table_args__: Any = (
        Index("ix_incident_timeline_incident_id_occurred_at", "incident_id", "occurred_at", "id"),
        ROW_OPTIONS,
    )

    incident_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("incidents.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    actor_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(LONG_TEXT)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[Instant]

    actor: Mapped[User | None] = relationship()
