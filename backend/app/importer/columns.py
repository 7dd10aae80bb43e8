"""Which column of the old table is which of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .errors import BadMapping, Refused
from .mapping import MappingFile
from .vocabulary import (
    ENDINGS,
    FIELDS,
    ID_COLUMNS,
    OF_INCIDENTS,
    PROSE,
    SINGLE,
    TEXT_COLUMNS,
    TIME_COLUMNS,
    squeeze,
    time_stem,
)


class Kind(StrEnum):
    """How a column's values are read."""

    TEXT = "text"
    NUMBER = "number"
    LOCAL_TIME = "local time"
    TIMESTAMP = "timestamp"
    OTHER = "other"


@dataclass(frozen=True)
class Column:
    """A column of an old table."""

    name: str
    kind: Kind
    type: str = ""
    charset: str | None = None
    comment: str = ""

    @property
    def is_bytes(self) -> bool:
        """Whether it holds bytes, which may or may not be text."""
        return self.type.lower().startswith(("binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob"))


@dataclass(frozen=True)
class Table:
    """An old table; `key` names its primary key's columns, none where it has none."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    engine: str = ""

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


Chosen = dict[str, tuple[str, ...]]
"""Ours → theirs, the first usable one counts."""


def choose(table: Table, mapping: MappingFile) -> Chosen:
    """Columns of the mapping file where it names them, else those whose names are known.

    Raises BadMapping for a column that the table has not.
    """
    folded = {name.casefold(): name for name in table.names}
    chosen: Chosen = {}
    for ours, theirs in mapping.columns.items():
        for name in theirs:
            if name.casefold() not in folded:
                where = mapping.line("columns", ours)
                raise BadMapping(f"Mapping file, {where}table `{table.name}` has no column `{name}`.")
        chosen[ours] = tuple(folded[name.casefold()] for name in theirs)
    taken = {name for names in chosen.values() for name in names}
    for ours in FIELDS:
        if ours not in chosen:
            free = [column for column in table.columns if column.name not in taken]
            found = _detect(ours, table, free)
            if found:
                chosen[ours] = tuple(found)
                taken.update(found)
    return chosen


def _detect(ours: str, table: Table, free: Sequence[Column]) -> list[str]:
    if ours == "id":
        return _key(table, [column.name for column in free])
    if ours in TIME_COLUMNS:
        times = [column for column in free if _may_hold_time(column)]
        found = _ranked(TIME_COLUMNS[ours].split(), ((column.name, time_stem(column.name)) for column in times))
        sure = [name for name in found if _is_surely_time(table.column(name), name)]
        return sure or found
    texts = ((column.name, squeeze(column.name)) for column in free if _may_hold(ours, column))
    found = _ranked(TEXT_COLUMNS[ours].split(), texts)
    if not found and ours in ENDINGS:
        found = [column.name for column in free if squeeze(column.name).endswith(ENDINGS[ours])]
        found.sort(key=lambda name: not squeeze(name).startswith(OF_INCIDENTS))
    return found[:1] if ours in SINGLE else found


def _may_hold(ours: str, column: Column) -> bool:
    """Prose stands in text columns only: a number in `result` is a code."""
    if ours in PROSE:
        return column.kind is Kind.TEXT
    return column.kind not in (Kind.LOCAL_TIME, Kind.TIMESTAMP) or ours == "deleted"


def _may_hold_time(column: Column) -> bool:
    return column.kind is not Kind.OTHER and not column.type.lower().startswith(("tinyint", "bit", "bool"))


def _is_surely_time(column: Column | None, name: str) -> bool:
    """By its type, or by an ending such as `_time`; a text named `discover` may hold prose."""
    return (column is not None and column.kind in (Kind.LOCAL_TIME, Kind.TIMESTAMP)) or time_stem(name) != squeeze(name)


def _key(table: Table, free: Sequence[str]) -> list[str]:
    if len(table.key) == 1 and table.key[0] in free:
        return [table.key[0]]
    return _ranked(ID_COLUMNS, ((name, squeeze(name)) for name in free))[:1]


def _ranked(known: Sequence[str], named: Iterable[tuple[str, str]]) -> list[str]:
    """The names whose form is known, in the order of what is known."""
    rank = {word: place for place, word in reversed(list(enumerate(known)))}
    return [name for name, form in sorted(named, key=lambda pair: rank.get(pair[1], -1)) if form in rank]


def looks_old(chosen: Chosen) -> bool:
    """Whether these are the columns of a table of incidents: a text, a time, and a status or level."""
    text = chosen.get("title") or chosen.get("description")
    time = any(chosen.get(ours) for ours in TIME_COLUMNS)
    return bool(text and time and (chosen.get("status") or chosen.get("level")))


def require_old(table: Table, chosen: Chosen) -> None:
    """Raises Refused for a table that is not the old system's."""
    if looks_old(chosen):
        return
    missing = [
        what
        for what, there in (
            ("a title or description", chosen.get("title") or chosen.get("description")),
            ("a time", any(chosen.get(ours) for ours in TIME_COLUMNS)),
            ("a status or level", chosen.get("status") or chosen.get("level")),
        )
        if not there
    ]
    raise Refused(
        f"Table `{table.name}` does not look like the old system's: no column is known for {', '.join(missing)}.\n"
        "Name them under [columns] of a mapping file. Its columns: " + ", ".join(table.names) + "."
    )
