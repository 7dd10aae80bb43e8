"""A migration on SQLite. Old rows are read on a connection of their own, with text as the bytes that are stored."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from ..columns import Column, Kind, Table
from ..errors import Refused
from ..values import Value
from .base import PATIENCE, Neighbour, OldEngine, plain


class SQLiteEngine(OldEngine):
    views_follow = True

    def __init__(self, url: str) -> None:
        self.path = Path(make_url(url).database or "")
        if not self.path.is_file():
            raise Refused(f"There is no database file {self.path}.")
        self.engine = create_engine(
            url, hide_parameters=True, connect_args={"timeout": PATIENCE, "isolation_level": None}
        )
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

    @contextmanager
    def without_foreign_keys(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()
                connection.invalidate()

    @contextmanager
    def only_migration(self) -> Iterator[None]:
        with Path(f"{self.path}.lock").open("w") as file:
            deadline = time.monotonic() + 2
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Refused(
                            "Another migration of this database is running, or a server is making its schema. "
                            "Wait for it, then run this again."
                        ) from None
                    time.sleep(0.1)
            yield

    def table(self, name: str) -> Table:
        with self.engine.connect() as connection:
            rows = plain(connection, f"PRAGMA table_xinfo({self.quote(name)})").all()
        columns = tuple(Column(row[1], _kind(row[2]), type=row[2]) for row in rows if row[6] != 1)
        key = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
        return Table(name, columns, tuple(key), "SQLite")

    def stream(
        self, table: Table, columns: Sequence[str] | None = None, skip: int = 0, most: int | None = None
    ) -> Iterator[tuple[Value, ...]]:
        order = f" ORDER BY {', '.join(map(self.quote, table.key))}" if table.key else ""
        names = ", ".join(map(self.quote, table.names if columns is None else columns))
        limit = -1 if most is None else most
        yield from self._read(
            f"SELECT {names} FROM {self.quote(table.name)}{order} LIMIT {limit} OFFSET {skip}"  # noqa: S608
        )

    def matching(
        self, table: Table, column: str, values: Sequence[str], columns: Sequence[str]
    ) -> Iterator[tuple[Value, ...]]:
        names = ", ".join(map(self.quote, columns))
        order = f" ORDER BY {', '.join(map(self.quote, table.key))}" if table.key else ""
        for first in range(0, len(values), 500):
            some = values[first : first + 500]
            marks = ", ".join("?" * len(some))
            yield from self._read(
                f"SELECT {names} FROM {self.quote(table.name)} "  # noqa: S608
                f"WHERE CAST({self.quote(column)} AS TEXT) IN ({marks}){order}",
                some,
            )

    def _read(self, query: str, values: Sequence[str] = ()) -> Iterator[tuple[Value, ...]]:
        # Rows may be read in a thread that is not the one that closes the connection.
        address = f"{self.path.resolve().as_uri()}?mode=ro"
        opened = sqlite3.connect(address, uri=True, timeout=PATIENCE, check_same_thread=False)
        with closing(opened) as connection:
            connection.text_factory = bytes
            for row in connection.execute(query, values):
                yield tuple(value if value is None or isinstance(value, bytes) else str(value) for value in row)

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        try:
            with self.without_foreign_keys() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                for old, new in pairs:
                    plain(connection, f"ALTER TABLE {self.quote(old)} RENAME TO {self.quote(new)}")
                connection.commit()
        except OperationalError as error:
            if "locked" in str(error.orig):
                raise Refused(
                    f"Another program has held a lock on {self.path} for {PATIENCE} seconds. "
                    "Stop it, then run this again."
                ) from error
            raise

    def checksum(self, table: str) -> str:
        with self.engine.connect() as connection:
            ordinary = plain(connection, f"PRAGMA table_info({self.quote(table)})").all()
        names = ", ".join(self.quote(row[1]) for row in ordinary)
        digest = hashlib.sha256()
        for row in self._read(f"SELECT {names} FROM {self.quote(table)}"):  # noqa: S608
            digest.update(repr(row).encode())
        return digest.hexdigest()

    def definition(self, table: str) -> str:
        """With names in one form of quotes: renaming quotes them."""
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? ORDER BY type, name", (table,)
            ).all()
        return "\n".join(str(row[2]).replace('"', "").replace("`", "") for row in rows)

    def neighbours(self, table: str) -> list[Neighbour]:
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('view', 'trigger')"
            ).all()
            found = [Neighbour(row[0], row[1], row[2]) for row in rows if table in str(row[3])]
            for other in self.tables():
                keys = plain(connection, f"PRAGMA foreign_key_list({self.quote(other)})").all()
                found += [Neighbour("foreign key", f"{other}.{row[3]}", other) for row in keys if row[2] == table]
        return found

    def missing_privileges(self) -> list[str]:
        # Not by opening it: closing any handle of the file would drop the locks that SQLite holds in this process.
        return [] if os.access(self.path, os.R_OK | os.W_OK) else [f"writing {self.path}"]

    def space(self, table: str) -> tuple[int, int | None]:
        return self.path.stat().st_size, shutil.disk_usage(self.path.parent).free

    def facts(self) -> dict[str, Any]:
        with self.engine.connect() as connection:
            mode = plain(connection, "PRAGMA journal_mode").scalar()
        return {"version": f"SQLite {sqlite3.sqlite_version}", "journal_mode": mode}

    def make_readable(self) -> None:
        self._set_journal_mode("WAL")

    def restore(self, facts: dict[str, Any]) -> None:
        self.engine.dispose()  # the mode changes only while nobody else is connected
        self._set_journal_mode(facts.get("journal_mode", "wal"))

    def _set_journal_mode(self, mode: str) -> None:
        with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection:
            connection.execute(f"PRAGMA journal_mode = {mode}")

    def other_sessions(self) -> int:
        return 0


def _prepare(connection: Any, _record: object) -> None:
    for pragma in ("foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _kind(declared: str) -> Kind:
    plain = declared.upper()
    if any(word in plain for word in ("INT", "REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL", "BOOL")):
        return Kind.NUMBER
    if any(word in plain for word in ("DATE", "TIMESTAMP")):
        return Kind.LOCAL_TIME
    return Kind.TEXT
