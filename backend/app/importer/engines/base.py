"""What the steps of a migration ask of a database."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, inspect

from ..columns import Table
from ..values import Value

PATIENCE = 60
"""Seconds to wait for locks of other sessions before refusing."""


@dataclass(frozen=True)
class Neighbour:
    """Something that refers to a table: a view, a trigger or a foreign key."""

    kind: str
    name: str
    table: str


def plain(connection: Connection, sql: str) -> "CursorResult[*tuple[Any, ...]]":
    """Run SQL in which `%` and `:` mean themselves: they may stand in the names of old tables."""
    return connection.exec_driver_sql(sql, execution_options={"no_parameters": True})


class OldEngine(ABC):
    """Database access for a migration. Methods here work on both engines; subclasses implement the others."""

    engine: Engine
    views_follow = False
    """Whether a view still works after its table was renamed."""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection for statements that commit one by one (`with connection.begin()` for more)."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    def quote(self, name: str) -> str:
        return self.engine.dialect.identifier_preparer.quote_identifier(name)

    def tables(self) -> list[str]:
        """Base tables, by name."""
        with self.connect() as connection:
            return sorted(inspect(connection).get_table_names())

    def count(self, table: str) -> int:
        with self.connect() as connection:
            return int(plain(connection, f"SELECT COUNT(*) FROM {self.quote(table)}").scalar_one())  # noqa: S608

    def drop(self, names: Sequence[str]) -> None:
        """Drop those of the tables that exist, whatever refers to them."""
        present = [name for name in names if name in set(self.tables())]
        with self.without_foreign_keys() as connection:
            for name in present:
                plain(connection, f"DROP TABLE {self.quote(name)}")
            connection.commit()

    def samples(self, table: Table, column: str, most: int = 3) -> list[str]:
        """A few values of a column, shortened."""
        found: list[str] = []
        for row in self.stream(table, [column], most=1000):
            value = row[0]
            shown = value.decode(errors="replace") if isinstance(value, bytes) else value
            if shown and shown.strip() and shown not in found:
                found.append(re.sub(r"\s+", " ", shown)[:40])
            if len(found) == most:
                break
        return found

    def exact_text(self, expression: str) -> str:
        """The expression as text that is compared to the letter, whatever its column's collation."""
        return expression

    @abstractmethod
    def without_foreign_keys(self) -> AbstractContextManager[Connection]:
        """A connection on which foreign keys are not checked."""

    @abstractmethod
    def only_migration(self) -> AbstractContextManager[None]:
        """Keep other migrations and starting servers out. Raises Refused when one is at work."""

    @abstractmethod
    def table(self, name: str) -> Table:
        """Columns and key of a table."""

    @abstractmethod
    def stream(
        self, table: Table, columns: Sequence[str] | None = None, skip: int = 0, most: int | None = None
    ) -> Iterator[tuple[Value, ...]]:
        """Iterate over rows in a stable order (the same on every call while nobody writes), in constant memory."""

    @abstractmethod
    def matching(
        self, table: Table, column: str, values: Sequence[str], columns: Sequence[str]
    ) -> Iterator[tuple[Value, ...]]:
        """Rows whose column equals one of the values (as text), ordered by the table's key."""

    @abstractmethod
    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Rename all tables or none, in one step. Raises Refused when another session holds a lock for too long."""

    @abstractmethod
    def checksum(self, table: str) -> str:
        """Changes when any row of the table does."""

    @abstractmethod
    def definition(self, table: str) -> str:
        """The statement that would make the table anew."""

    @abstractmethod
    def neighbours(self, table: str) -> list[Neighbour]:
        """Views, triggers and foreign keys that refer to the table."""

    @abstractmethod
    def missing_privileges(self) -> list[str]:
        """What the account may not do but a migration needs, as far as can be known without trying."""

    @abstractmethod
    def space(self, table: str) -> tuple[int, int | None]:
        """Bytes that the table takes, and bytes that are free for the database, or None where nobody can tell."""

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """Version, character sets, time zone and SQL mode, for people."""

    @abstractmethod
    def make_readable(self) -> None:
        """Let old rows be read while ours are written."""

    @abstractmethod
    def restore(self, facts: dict[str, Any]) -> None:
        """Undo `make_readable`; `facts` are those from before it."""

    @abstractmethod
    def other_sessions(self) -> int:
        """How many other sessions are connected to this database, as far as the account may see."""
