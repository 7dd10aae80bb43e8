"""Alerts and the labels they are found by."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.alert import AlertStatus
from ..domain.levels import Level
from .base import (
    BIG_ID,
    LONG_TEXT,
    ROW_OPTIONS,
    TABLE_OPTIONS,
    Count,
    FromOldSystem,
    Instant,
    Model,
    MovedRow,
    exact,
    word,
)

if TYPE_CHECKING:
    from .incident import Incident

LABEL_NAME_LENGTH = 100
LABEL_VALUE_LENGTH = 255


class Alert(FromOldSystem, MovedRow, Model):
    """One episode of one signal.

    `dedup_key` equals `fingerprint` while further signals still fold into this row and is NULL
    afterwards; it is UNIQUE, so two open alerts for one fingerprint cannot exist.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_fingerprint_resolved_at", "fingerprint", "resolved_at"),
        Index("ix_alerts_status_last_fired_at", "status", "last_fired_at"),
        Index("ix_alerts_alert_source_last_fired_at", "alert_source", "last_fired_at"),
        ROW_OPTIONS,
    )

    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(LONG_TEXT)
    level: Mapped[Level] = mapped_column(word(Level))
    status: Mapped[AlertStatus] = mapped_column(word(AlertStatus), default=AlertStatus.PENDING)
    alert_source: Mapped[str] = mapped_column(String(64))
    labels: Mapped[dict[str, str]] = mapped_column(JSON)
    annotations: Mapped[dict[str, str]] = mapped_column(JSON)
    source_url: Mapped[str | None] = mapped_column(LONG_TEXT)
    fingerprint: Mapped[str] = mapped_column(exact(40))
    dedup_key: Mapped[str | None] = mapped_column(exact(40), unique=True)
    count: Mapped[Count] = mapped_column(default=1)
    flap_count: Mapped[Count]
    fired_at: Mapped[Instant]
    """When it first fired, by the sender's clock."""
    firing_since: Mapped[Instant]
    """The newest start that the sender named; later than `fired_at` when it recovered and fired again."""
    last_fired_at: Mapped[Instant] = mapped_column(index=True)
    """When we last heard that it fires."""
    resolved_at: Mapped[Instant | None]
    handled_at: Mapped[Instant | None]
    incident_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("incidents.id"), index=True)

    incident: Mapped["Incident | None"] = relationship(back_populates="alerts")

    def __repr__(self) -> str:
        return f"<Alert {self.id} {self.status} {self.title!r}>"


class AlertLabel(Model):
    """The same labels once more, one a row, for filtering; JSON cannot be indexed alike on both engines."""

    __tablename__ = "alert_labels"
    __table_args__: Any = (Index("ix_alert_labels_name_value", "name", "value"), TABLE_OPTIONS)

    alert_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(exact(LABEL_NAME_LENGTH), primary_key=True)
    value: Mapped[str] = mapped_column(exact(LABEL_VALUE_LENGTH))
