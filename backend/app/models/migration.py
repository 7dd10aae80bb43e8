"""What the import of the old system could not convert."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import LEGACY_ID_LENGTH, Model, Row, exact


class MigrationReject(Row, Model):
    """An old row that became nothing here, with the reason."""

    __tablename__ = "migration_rejects"

    legacy_id: Mapped[str | None] = mapped_column(exact(LEGACY_ID_LENGTH))
    reason: Mapped[str] = mapped_column(String(32), index=True)
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The old row by column name; bytes that are no text as `{"hex": …}`."""
