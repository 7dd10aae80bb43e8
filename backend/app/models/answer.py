"""First answers, kept so that a repeated request under one Idempotency-Key gets the same one."""

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import LONG_TEXT, ROW_OPTIONS, Model, Row, exact


class Answer(Row, Model):
    """`key_hash` covers the caller, the method, the path and the key; `body_hash` the request's body."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index("ix_idempotent_answers_created_at", "created_at"), ROW_OPTIONS)

    key_hash: Mapped[str] = mapped_column(exact(64), unique=True)
    body_hash: Mapped[str] = mapped_column(exact(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(LONG_TEXT)
    etag: Mapped[str | None] = mapped_column(String(64))
