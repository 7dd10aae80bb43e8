"""Postmortems with their reviewers, comments and published revisions."""

from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Integer, Table, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from ..domain.postmortem import RETURNS, PostmortemStatus
from ..extensions import Base
from .base import BIG_ID, LONG_TEXT, ROW_OPTIONS, TABLE_OPTIONS, Instant, Model, MovedRow, Row, word
from .event import Event
from .incident import Incident
from .user import User

post_mortem_reviewers = Table(
    "post_mortem_reviewers",
    Base.metadata,
    Column("postmortem_id", BIG_ID, ForeignKey("post_mortems.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BIG_ID, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    mysql_charset=TABLE_OPTIONS["mysql_charset"],
    mysql_collate=TABLE_OPTIONS["mysql_collate"],
    mysql_engine=TABLE_OPTIONS["mysql_engine"],
)


class Prose:
    """What people write; a draft and its published revisions have the same parts."""

    summary: Mapped[str] = mapped_column(LONG_TEXT, default="")
    impact: Mapped[str] = mapped_column(LONG_TEXT, default="")
    detection: Mapped[str] = mapped_column(LONG_TEXT, default="")
    root_cause: Mapped[str] = mapped_column(LONG_TEXT, default="")
    resolution: Mapped[str] = mapped_column(LONG_TEXT, default="")
    lessons: Mapped[str] = mapped_column(LONG_TEXT, default="")
    timeline: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """`[{"occurred_at": RFC 3339, "text": str}]`, oldest first."""


class Postmortem(Prose, MovedRow, Model):
    __tablename__ = "post_mortems"

    incident_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("incidents.id"), unique=True)
    author_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"), index=True)
    """None for an imported draft until somebody edits it and becomes its author."""
    status: Mapped[PostmortemStatus] = mapped_column(word(PostmortemStatus), default=PostmortemStatus.DRAFT, index=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    published_at: Mapped[Instant | None]

    incident: Mapped[Incident] = relationship(back_populates="postmortem")
    author: Mapped[User | None] = relationship()
    reviewers: Mapped[list[User]] = relationship(secondary=post_mortem_reviewers, order_by=User.id)

    @property
    def returned(self) -> Event | None:
        """With what it became a draft again, while it is one; asks the database."""
        session = object_session(self)
        if self.status is not PostmortemStatus.DRAFT or session is None:
            return None
        moves = select(Event).where(Event.entity == "postmortem", Event.entity_id == self.id, Event.action.in_(RETURNS))
        return session.scalar(moves.order_by(Event.id.desc()).limit(1))

    def __repr__(self) -> str:
        return f"<Postmortem {self.id} {self.status}>"


class PostmortemRevision(Prose, Row, Model):
    """A text as it was published; it stays readable while the next revision is written."""

    __tablename__ = "post_mortem_revisions"
    __table_args__: Any = (UniqueConstraint("postmortem_id", "revision"), ROW_OPTIONS)

    postmortem_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("post_mortems.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[Instant]
    published_by_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))

    published_by: Mapped[User | None] = relationship()


class PostmortemComment(Row, Model):
    __tablename__ = "post_mortem_comments"

    postmortem_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("post_mortems.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(LONG_TEXT)

    author: Mapped[User] = relationship()
