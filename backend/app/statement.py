"""What every request asks and writes, past the ORM: statements that are compiled once and run by the driver itself.

SQLAlchemy's work on one run of a statement is a good part of a short request. Here it does what is worth it: it
writes the SQL, turns values into the driver's and back by the columns' types, and holds connection and transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Insert, Select, Table, Update, bindparam, insert

from .extensions import HELD, db

Convert = Callable[[Any], Any] | None
"""None where the value is the same on both sides."""


class Compiled(NamedTuple):
    """A statement for one engine."""

    text: str
    takes: tuple[tuple[str, Convert], ...]
    """Its values, in order."""
    gives: Convert
    """For the one column of a SELECT."""


class Statement:
    """An INSERT or UPDATE, or a SELECT of one column, whose values are all given by name when it is run.

    All: a literal in a condition, or a column's default, is a value that would be missed (KeyError).
    """

    def __init__(self, made: Insert | Update | Select[Any]) -> None:
        self._made = made
        self._compiled: dict[str, Compiled] = {}

    def run(self, **values: Any) -> Any:
        """Write; the driver's cursor tells `rowcount` and `lastrowid`."""
        connection, compiled = self._on_connection()
        return _send(connection, "execute", compiled.text, _driven(compiled, values))

    def run_many(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write for each row; PyMySQL makes one INSERT of many, up to a megabyte."""
        if len(rows) == 1:
            self.run(**rows[0])
            return
        connection, compiled = self._on_connection()
        _send(connection, "executemany", compiled.text, [_driven(compiled, row) for row in rows])

    def read(self, **values: Any) -> list[Any]:
        """The column's value in each row."""
        connection, compiled = self._on_connection()
        found = _send(connection, "execute", compiled.text, _driven(compiled, values), fetch=True)
        give = compiled.gives
        return [give(row[0]) if give else row[0] for row in found]

    def first(self, **values: Any) -> Any:
        """The column's value in the first row; None without one."""
        return next(iter(self.read(**values)), None)

    def _on_connection(self) -> tuple[Connection, Compiled]:
        connection = HELD.get() or db.session.connection()
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._made, dialect)
        return connection, compiled


def insert_into(table: Table) -> Statement:
    """For all columns but the id, which the database gives."""
    given = (column for column in table.c if column is not table.autoincrement_column)
    return Statement(insert(table).values({column.name: bindparam(column.name) for column in given}))


def _compile(made: Insert | Update | Select[Any], dialect: Dialect) -> Compiled:
    compiled: Any = made.compile(dialect=dialect)
    takes = ((name, _impl(compiled.binds[name], dialect).bind_processor(dialect)) for name in compiled.positiontup)
    gives = None
    if isinstance(made, Select):
        [column] = made.selected_columns
        gives = _impl(column, dialect).result_processor(dialect, None)
    return Compiled(str(compiled), tuple(takes), gives)


def _impl(element: Any, dialect: Dialect) -> Any:
    return element.type.dialect_impl(dialect)


def _driven(compiled: Compiled, values: Mapping[str, Any]) -> list[Any]:
    """Values as the driver takes them."""
    return [convert(values[name]) if convert else values[name] for name, convert in compiled.takes]


def _send(connection: Connection, how: str, text: str, values: Any, *, fetch: bool = False) -> Any:
    """The cursor after it, or all rows. What fails, fails as if SQLAlchemy had run it; that it names itself."""
    cursor = connection.connection.cursor()
    try:
        getattr(cursor, how)(text, values)
        return cursor.fetchall() if fetch else cursor
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, text, None, cursor, None)
