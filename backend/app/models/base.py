"""What every table shares: ids, UTC times, a version where people move rows."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer, String, Text, TypeDecorator, text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ..domain import clock
from ..extensions import Base, db

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model

TABLE_OPTIONS: dict[str, Any] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_ci",
    "mysql_engine": "InnoDB",
}
ROW_OPTIONS = TABLE_OPTIONS | {"sqlite_autoincrement": True}
"""For tables with an `id`: one that is deleted is never given again, as SQLite would; events and links name it."""


class UtcDateTime(TypeDecorator[datetime]):
    """Instants: aware in Python, UTC with microseconds in the database. A naive one is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


BIG_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a plain INTEGER key."""

LONG_TEXT = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


LEGACY_ID_LENGTH = 191


def exact(length: int) -> String:
    """Text that is compared to the letter on both engines (the default collation folds case)."""
    return String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), "mysql", "mariadb")


def word(words: type[StrEnum]) -> Enum:
    """A column that holds the words of one vocabulary as they stand, readable in plain SQL."""
    return Enum(words, native_enum=False, create_constraint=False, length=24, values_callable=_values)


def _values(words: type[StrEnum]) -> list[str]:
    return [member.value for member in words]


Id = Annotated[int, mapped_column(BIG_ID, primary_key=True, autoincrement=True, sort_order=-10)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
Count = Annotated[int, mapped_column(Integer, server_default=text("0"), default=0)]


class Row:
    """Id and times; for tables whose rows are written once or by machines."""

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return (ROW_OPTIONS,)

    id: Mapped[Id]
    created_at: Mapped[Instant] = mapped_column(default=clock.now, sort_order=10)


class MovedRow(Row):
    """A row that people change: `version` counts the changes and lets the second of two writers lose."""

    updated_at: Mapped[Instant] = mapped_column(default=clock.now, onupdate=clock.now, sort_order=11)
    version: Mapped[int] = mapped_column(Integer, nullable=False, sort_order=12)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class FromOldSystem:
    """What an imported row keeps of the old system; both columns are NULL in rows that were made here."""

    legacy_id: Mapped[str | None] = mapped_column(exact(LEGACY_ID_LENGTH), index=True, sort_order=8)
    """Key of the old row, as text; not unique, because old tables have keys that are not."""
    legacy: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), sort_order=9)
    """`{"table", "status", "level", "test", "fields": {column: value}, "bytes": {column: hex}}`; absent where empty."""
