"""Keys by which monitoring systems push alerts."""

from sqlalchemy import Boolean, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.integration import IntegrationKind
from .base import BIG_ID, Instant, Model, MovedRow, exact, word
from .user import User


class Integration(MovedRow, Model):
    """Only a digest of the key is kept; `key_prefix` lets people tell keys apart."""

    __tablename__ = "integrations"

    __allow_unmapped__ = True

    key: str | None = None
    """In clear only on the object that has just been given it; not a column."""

    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[IntegrationKind] = mapped_column(word(IntegrationKind))
    key_hash: Mapped[str] = mapped_column(exact(64), unique=True)
    key_prefix: Mapped[str] = mapped_column(String(16))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("1"), default=True)
    created_by_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    last_used_at: Mapped[Instant | None]

    created_by: Mapped[User | None] = relationship()
