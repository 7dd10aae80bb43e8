"""Action items: of an incident, and of its postmortem when one is written."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.action_item import ActionItemStatus, ActionItemType, Priority
from .base import BIG_ID, LONG_TEXT, ROW_OPTIONS, Instant, Model, MovedRow, word
from .incident import Incident
from .user import User


class ActionItem(MovedRow, Model):
    __tablename__ = "action_items"
    __table_args__ = (Index("ix_action_items_status_due_on", "status", "due_on"), ROW_OPTIONS)

    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(LONG_TEXT, default="")
    status: Mapped[ActionItemStatus] = mapped_column(word(ActionItemStatus), default=ActionItemStatus.OPEN)
    type: Mapped[ActionItemType] = mapped_column(word(ActionItemType), default=ActionItemType.PREVENT)
    priority: Mapped[Priority] = mapped_column(word(Priority), default=Priority.MEDIUM)
    owner_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"), index=True)
    due_on: Mapped[date | None] = mapped_column(Date)
    incident_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("incidents.id"), index=True)
    postmortem_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("post_mortems.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    done_at: Mapped[Instant | None]
    verified_at: Mapped[Instant | None]
    verified_by_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))

    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    verified_by: Mapped[User | None] = relationship(foreign_keys=[verified_by_id])
    incident: Mapped[Incident] = relationship()

    def __repr__(self) -> str:
        return f"<ActionItem {self.id} {self.status} {self.title!r}>"
