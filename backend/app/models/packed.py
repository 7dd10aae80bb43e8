"""Many columns of a row read as one.

PyMySQL, which is written in Python, spends some sixty calls on the description of every column of every result,
with or without rows. What each request asks is therefore asked as one JSON array, which both engines can make.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Enum,
    Integer,
    String,
    Text,
    TypeDecorator,
    func,
    type_coerce,
)

from .base import UtcDateTime

Reader = Callable[[Any], Any]
"""From JSON's value to the column's."""


def packed(*columns: Column[Any]) -> ColumnElement[Any]:
    """One column for all of `columns`; its value has them by their names, as the ORM would give them."""
    readers = ((place, _reader(column)) for place, column in enumerate(columns))
    packing = _Packed(
        names=tuple(column.name for column in columns),
        readers=tuple((place, read) for place, read in readers if read is not None),
    )
    return type_coerce(func.json_array(*columns), packing)


class _Packed(TypeDecorator[SimpleNamespace]):
    impl = Text
    cache_ok = True

    def __init__(self, names: tuple[str, ...], readers: tuple[tuple[int, Reader], ...]) -> None:
        super().__init__()
        self.names, self.readers = names, readers

    def process_result_value(self, value: str | None, dialect: Dialect) -> SimpleNamespace | None:
        if value is None:
            return None
        items = json.loads(value)
        for place, read in self.readers:
            if items[place] is not None:
                items[place] = read(items[place])
        return SimpleNamespace(**dict(zip(self.names, items, strict=True)))


def _reader(column: Column[Any]) -> Reader | None:
    """None where JSON's value is the column's."""
    match column.type:
        case UtcDateTime():
            return _instant
        case Enum(enum_class=type() as words):
            return {word.value: word for word in words}.__getitem__
        case Boolean():
            return bool
        case JSON():
            return _document
        case String() | Integer():
            return None
    raise TypeError(f"{column} cannot be packed")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _document(item: Any) -> Any:
    """MariaDB puts a document into the array, SQLite its text."""
    return json.loads(item) if isinstance(item, str) else item
