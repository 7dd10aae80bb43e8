"""The append-only record of every change: audit trail, outbox and realtime feed in one."""

from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ..domain.roles import ActorKind
from .base import BIG_ID, LONG_TEXT, ROW_OPTIONS, Model, Row, word


class Event(Row, Model):
    """Who (`actor_*`) did what (`action`) to which row; `before` and `after` hold the changed columns only."""

    __tablename__ = "events"
    __table_args__: Any = (Index("ix_events_entity_entity_id", "entity", "entity_id"), ROW_OPTIONS)

    actor_kind: Mapped[ActorKind] = mapped_column(word(ActorKind))
    actor_id: Mapped[int | None] = mapped_column(BIG_ID)
    actor_name: Mapped[str] = mapped_column(String(100))
    entity: Mapped[str] = mapped_column(String(32))
    entity_id: Mapped[int] = mapped_column(BIG_ID)
    version: Mapped[int | None] = mapped_column(Integer)
    """That of the row after the change, where its table has one."""
    action: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(LONG_TEXT)
    """What the actor said to it; empty where nothing was said."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
