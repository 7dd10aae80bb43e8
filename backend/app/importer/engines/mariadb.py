"""A migration on MariaDB or MySQL.

Old rows are read by PyMySQL itself with `character_set_results = NULL`: the server then sends text in the column's own
encoding, as clients once wrote it, and every other value as text.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pymysql
from pymysql.converters import encoders
from pymysql.cursors import SSCursor
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from ...schema import LOCK
from ..columns import Column, Kind, Table
from ..errors import Refused
from ..values import Value
from .base import PATIENCE, Neighbour, OldEngine, plain

LOCK_WAIT = 1205
MIGRATION_LOCK = "closeloop.migration."
"""Name of the lock that a live migration holds on an idle connection, which ends with the process."""

AS_STORED = {None, "utf8", "utf8mb3", "utf8mb4", "latin1", "ascii", "binary"}
"""Character sets whose bytes are read as they are stored; others are converted by the server."""

NO_DECODERS: Any = encoders
"""For `conv`: values that are sent are quoted, values that come are left as bytes."""

NUMBERS = {"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year", "bit"}
_INTEGER = re.compile(r"-?\d+", re.ASCII)
TEXTS = {
    "uuid",
    "inet4",
    "inet6",
    "char",
    "varchar",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "enum",
    "set",
    "json",
}
BINARIES = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"}


class MariaDBEngine(OldEngine):
    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.database = self.url.database or ""
        session = (
            f"SET wait_timeout = 86400, time_zone = '+00:00', lock_wait_timeout = {PATIENCE}, "
            f"innodb_lock_wait_timeout = {PATIENCE}"
        )
        self.engine = create_engine(
            self.url,
            pool_pre_ping=True,
            paramstyle="format",  # values in their order: cheaper than by name
            hide_parameters=True,
            connect_args={"init_command": session, "connect_timeout": 10, "read_timeout": 3600, "write_timeout": 3600},
        )

    def exact_text(self, expression: str) -> str:
        return f"CONVERT({expression} USING utf8mb4) COLLATE utf8mb4_bin"

    def quote(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def _raw(self) -> "pymysql.Connection[Any]":
        """A connection for reading old rows: every value as bytes."""
        settings = "time_zone = '+00:00', character_set_results = NULL, net_write_timeout = 3600, sql_mode = ''"
        settings += f", lock_wait_timeout = {PATIENCE}"
        given = dict(self.engine.dialect.create_connect_args(self.url)[1])
        given |= {"charset": "utf8mb4", "use_unicode": False, "conv": NO_DECODERS, "connect_timeout": 10}
        return pymysql.connect(**given, init_command=f"SET {settings}")

    @contextmanager
    def without_foreign_keys(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0, unique_checks = 0")
            connection.commit()
            try:
                yield connection
            finally:
                connection.invalidate()  # the settings must not come back to the pool

    @contextmanager
    def only_migration(self) -> Iterator[None]:
        """Two locks: of a live migration, told at once; and of what a killed one still does, waited for."""
        with self.engine.connect() as migration, self.engine.connect() as schema:
            if not self._lock(migration, f"CONCAT('{MIGRATION_LOCK}', MD5(DATABASE()))", 2):
                raise Refused("Another migration of this database is running. Wait for it, then run this again.")
            if not self._lock(schema, LOCK, PATIENCE):
                raise Refused(
                    f"Another process has been at work on the schema for {PATIENCE} seconds (SHOW PROCESSLIST shows "
                    "it). Run this again when it has finished."
                )
            try:
                yield
            finally:
                migration.invalidate()
                schema.invalidate()

    def _lock(self, connection: Connection, name: str, seconds: int) -> bool:
        got = connection.exec_driver_sql(f"SELECT GET_LOCK({name}, {seconds})").scalar()
        connection.commit()
        return got == 1

    def table(self, name: str) -> Table:
        with self.engine.connect() as connection:
            columns = connection.execute(
                text(
                    "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLUMN_COMMENT "
                    "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :name "
                    "ORDER BY ORDINAL_POSITION"
                ),
                {"name": name},
            ).all()
            key = connection.execute(
                text(
                    "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() "
                    "AND TABLE_NAME = :name AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX"
                ),
                {"name": name},
            ).scalars()
            engine = connection.execute(
                text(
                    "SELECT ENGINE FROM information_schema.TABLES "
                    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :name"
                ),
                {"name": name},
            ).scalar()
            return Table(
                name,
                tuple(
                    Column(row[0], _kind(row[1]), type=row[2], charset=row[3], comment=row[4] or "") for row in columns
                ),
                tuple(key),
                engine or "",
            )

    def stream(
        self, table: Table, columns: Sequence[str] | None = None, skip: int = 0, most: int | None = None
    ) -> Iterator[tuple[Value, ...]]:
        order = f" ORDER BY {', '.join(map(self.quote, table.key))}" if table.key else ""
        limit = f" LIMIT {2**63 - 1 if most is None else most} OFFSET {skip}" if skip or most is not None else ""
        yield from self._read(f"{self._select(table, columns)}{order}{limit}")

    def matching(
        self, table: Table, column: str, values: Sequence[str], columns: Sequence[str]
    ) -> Iterator[tuple[Value, ...]]:
        if not values:
            return
        listed = ", ".join(values)
        if not all(_INTEGER.fullmatch(value) for value in values):
            listed = ", ".join(f"_utf8mb4 0x{value.encode().hex()}" for value in values)
        order = f" ORDER BY {', '.join(map(self.quote, table.key))}" if table.key else ""
        yield from self._read(f"{self._select(table, columns)} WHERE {self._key(table, column)} IN ({listed}){order}")

    def _key(self, table: Table, name: str) -> str:
        column = table.column(name)
        return self.quote(name) if column is None or column.type != "binary(16)" else self._expression(column)

    def _select(self, table: Table, names: Sequence[str] | None) -> str:
        columns = table.columns if names is None else [column for column in table.columns if column.name in names]
        if names is not None:
            columns = sorted(columns, key=lambda column: names.index(column.name))
        return f"SELECT {', '.join(map(self._expression, columns))} FROM {self.quote(table.name)}"  # noqa: S608

    def _expression(self, column: Column) -> str:
        name, plain = self.quote(column.name), column.type.split("(")[0]
        if plain == "bit":
            return f"{name} + 0"
        if column.type == "binary(16)" or column.kind is Kind.OTHER:
            return f"HEX({name})"
        return name if column.charset in AS_STORED else f"CONVERT({name} USING utf8mb4)"

    def _read(self, query: str) -> Iterator[tuple[Value, ...]]:
        connection = self._raw()
        try:
            with connection.cursor(SSCursor) as cursor:
                cursor.execute(query)
                while rows := cursor.fetchmany(1000):
                    yield from rows
        finally:
            connection.close()

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        renames = ", ".join(f"{self.quote(old)} TO {self.quote(new)}" for old, new in pairs)
        try:
            with self.engine.connect() as connection:
                plain(connection, f"RENAME TABLE {renames}")
        except OperationalError as error:
            if getattr(error.orig, "args", (0,))[0] == LOCK_WAIT:
                raise Refused(
                    f"Another session has held a lock on {', '.join(old for old, _ in pairs)} for {PATIENCE} seconds. "
                    "Stop the old system (SHOW PROCESSLIST shows who is connected), then run this again."
                ) from error
            raise

    def checksum(self, table: str) -> str:
        with self.engine.connect() as connection:
            return str(plain(connection, f"CHECKSUM TABLE {self.quote(table)} EXTENDED").one()[1])

    def definition(self, table: str) -> str:
        """Without the count that AUTO_INCREMENT has reached."""
        with self.engine.connect() as connection:
            made = str(plain(connection, f"SHOW CREATE TABLE {self.quote(table)}").one()[1])
        return re.sub(r" AUTO_INCREMENT=\d+", "", made)

    def neighbours(self, table: str) -> list[Neighbour]:
        queries = {
            "view": "SELECT TABLE_NAME, TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() "
            "AND VIEW_DEFINITION LIKE CONCAT('%`', REPLACE(REPLACE(:table, '_', '\\\\_'), '%', '\\\\%'), '`%')",
            "trigger": "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS "
            "WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = :table",
            "foreign key": "SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME), TABLE_NAME FROM "
            "information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = :table",
        }
        with self.engine.connect() as connection:
            return [
                Neighbour(kind, *row)
                for kind, query in queries.items()
                for row in connection.execute(text(query), {"table": table})
            ]

    def missing_privileges(self) -> list[str]:
        needed = {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES"}
        with self.engine.connect() as connection:
            grants = list(connection.exec_driver_sql("SHOW GRANTS").scalars())
        for line in grants:
            what, _, where = line.removeprefix("GRANT ").partition(" ON ")
            if not where:  # a role: what it allows is not listed here
                return []
            scope = where.split(" TO ")[0].replace("\\", "").replace("`", "")
            if scope in ("*.*", f"{self.database}.*") or scope.startswith(f"{self.database}.") or "%" in scope:
                granted = {word.strip() for word in re.sub(r"\([^)]*\)", "", what).split(",")}
                needed -= granted
                if "ALL PRIVILEGES" in granted:
                    return []
        return sorted(needed)

    def space(self, table: str) -> tuple[int, int | None]:
        with self.engine.connect() as connection:
            size = connection.execute(
                text(
                    "SELECT DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES "
                    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :table"
                ),
                {"table": table},
            ).scalar()
        return int(size or 0), None

    def facts(self) -> dict[str, Any]:
        with self.engine.connect() as connection:
            names = ("version", "character_set_database", "collation_database", "system_time_zone")
            found = {name: connection.exec_driver_sql(f"SELECT @@{name}").scalar() for name in names}
            found["sql_mode"] = connection.exec_driver_sql("SELECT @@GLOBAL.sql_mode").scalar()
            found["time_zone"] = connection.exec_driver_sql("SELECT @@GLOBAL.time_zone").scalar()
            return found

    def make_readable(self) -> None:
        """Do nothing: InnoDB and MyISAM allow it already."""

    def restore(self, facts: dict[str, Any]) -> None:
        """Do nothing: `make_readable` changed nothing."""

    def other_sessions(self) -> int:
        with self.engine.connect() as connection:
            listed = connection.execute(
                text(
                    "SELECT COUNT(*) FROM information_schema.PROCESSLIST "
                    "WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"
                )
            ).scalar()
        return int(listed or 0)


def _kind(data_type: str) -> Kind:
    plain = data_type.lower()
    if plain in NUMBERS:
        return Kind.NUMBER
    if plain in TEXTS or plain in BINARIES:
        return Kind.TEXT
    return {"datetime": Kind.LOCAL_TIME, "date": Kind.LOCAL_TIME, "timestamp": Kind.TIMESTAMP, "time": Kind.TEXT}.get(
        plain, Kind.OTHER
    )
