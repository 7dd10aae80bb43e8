"""Random old databases: tables of many shapes, with all that is known to go wrong in them.

    old = old_database(seed=7)
    for statement in old.sql_mariadb: ...
    expected(old.rows, old.columns, old.mapping)

The same seed always gives the same database.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from . import contents, names

BIGGEST_ID = 2**63 - 1
# Wide enough for the same text in bytes, in a latin1 column.
TEXT_TYPES = {"title": "varchar(1000)", "status": "varchar(120)", "level": "varchar(60)", "handler": "varchar(200)"}
FREE_TEXT = {"title", "description", "root_cause", "solution", None}
ODD_TABLES = ["fault_records", "order", "故障登记", "workOrder"]


@dataclass
class OldDatabase:
    seed: int
    table: str
    sql_mariadb: list[str]
    """To be executed one by one in the same session."""
    sql_sqlite: list[str] | None
    """`None` when the table has what only MariaDB can hold: TIMESTAMP columns, bytes in a latin1 column."""
    mapping_toml: str | None
    """`None` when the default mapping knows everything."""
    rows: list[dict[str, Any]]
    columns: dict[str, str]
    mapping: dict[str, Any]


@dataclass
class Column:
    name: str
    ours: str | None
    kind: str
    type: str
    style: str = ""
    """How the values look where the kind leaves a choice."""


@dataclass
class Shape:
    """What is decided once for a database, before its rows."""

    rng: Random
    table: str = "incidents"
    with_file: bool = False
    key: str = "int"
    charset: str = "utf8mb4"
    engine: str = "InnoDB"
    zone: str = "Asia/Shanghai"
    statuses: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    """Which of status and level are number codes."""
    columns: list[Column] = field(default_factory=list)

    def column(self, ours: str) -> Column | None:
        return next((column for column in self.columns if column.ours == ours), None)


def old_database(seed: int) -> OldDatabase:
    rng = Random(seed)
    shape = _shape(rng)
    rows = _rows(shape)
    session_offset = rng.choice([0, 8, 9])
    return OldDatabase(
        seed=seed,
        table=shape.table,
        sql_mariadb=_mariadb(shape, rows, session_offset),
        sql_sqlite=_sqlite(shape, rows),
        mapping_toml=_toml(shape),
        rows=rows,
        columns={column.name: column.kind for column in shape.columns},
        mapping=_mapping(shape),
    )


# Shape


def _shape(rng: Random) -> Shape:
    shape = Shape(rng)
    shape.with_file = rng.random() < 0.6
    shape.key = rng.choice(["int", "edge", "business", "uuid", "varchar", "doubled", "none"])
    shape.charset = rng.choice(["utf8mb4", "utf8mb4", "utf8mb3", "latin1"])
    shape.engine = rng.choice(["InnoDB", "InnoDB", "MyISAM"])
    if shape.with_file:
        _decide_what_a_file_allows(shape)
    _choose_columns(shape)
    return shape


def _decide_what_a_file_allows(shape: Shape) -> None:
    rng = shape.rng
    if rng.random() < 0.4:
        shape.table = rng.choice(ODD_TABLES)
    shape.zone = rng.choice(["Asia/Shanghai", "Asia/Shanghai", "Asia/Tokyo", "UTC"])
    match rng.choice(["codes", "own words", "default words"]):
        case "codes":
            shape.codes.add("status")
            codes = rng.sample(range(10), len(contents.STATUSES) + 1)
            shape.statuses = dict(zip(map(str, codes), [*contents.STATUSES, "duplicate"], strict=True))
        case "own words":
            shape.statuses = dict(contents.OWN_STATUS_WORDS)
    if rng.random() < 0.5:
        shape.codes.add("level")
        codes = rng.sample(range(1, 10), 6)
        shape.levels = {str(code): rng.choice(contents.LEVELS) for code in codes}


def _choose_columns(shape: Shape) -> None:
    rng = shape.rng
    wanted = ["title", "status", "level"]
    wanted += [ours for ours in ["description", "root_cause", "solution", "handler"] if rng.random() < 0.8]
    wanted += [ours for ours in ["actions", "timeline", "deleted", "test"] if rng.random() < 0.5]
    wanted += [ours for ours in names.TIMES if rng.random() < 0.6]
    if not set(wanted) & {"detected_at", "started_at", "created_at"}:
        wanted.append(rng.choice(["detected_at", "started_at", "created_at"]))
    if shape.key != "none" and rng.random() < 0.7:
        wanted.append("duplicate_of")
    if shape.with_file:
        wanted += [ours for ours in ["recovered_at", "started_at", "deleted"] if ours in wanted and rng.random() < 0.3]
    rng.shuffle(wanted)
    for ours in ["id", *wanted]:
        if ours != "id" or shape.key != "none":
            _add_column(shape, ours)
    if shape.key == "business":
        shape.columns.append(Column("problem_no", None, "text", "varchar(32)", "number"))
    for name in rng.sample(names.UNMAPPED, rng.randrange(3)):
        shape.columns.append(Column(name, None, "text", "varchar(100)", "remark"))


def _add_column(shape: Shape, ours: str) -> None:
    taken = {column.name.casefold() for column in shape.columns}
    known = (names.ODD if shape.with_file else names.KNOWN)[ours]
    name = shape.rng.choice([name for name in known if name.casefold() not in taken])
    shape.columns.append(_column(shape, name, ours))


def _column(shape: Shape, name: str, ours: str) -> Column:
    rng = shape.rng
    if ours in {"id", "duplicate_of"}:
        kind, type_ = _key_type(shape)
        return Column(name, ours, kind, type_)
    if ours in names.TIMES:
        kind = rng.choices(["datetime", "text", "int", "bigint", "timestamp"], [8, 5, 2, 2, 2])[0]
        types = {"text": "varchar(50)", "int": "int(10) unsigned", "bigint": "bigint(20)"}
        return Column(name, ours, kind, types.get(kind, kind))
    if ours in {"deleted", "test"}:
        return _flag_column(rng, name, ours)
    if ours in shape.codes and rng.random() < 0.7:
        return Column(name, ours, "int", "tinyint(4)")
    if ours == "handler" and shape.with_file and rng.random() < 0.3:
        return Column(name, ours, "int", "int(11)")
    if ours in {"actions", "timeline"} and shape.charset != "latin1" and rng.random() < 0.3:
        return Column(name, ours, "json", "json")
    return Column(name, ours, "text", TEXT_TYPES.get(ours, "text"))


def _key_type(shape: Shape) -> tuple[str, str]:
    match shape.key:
        case "uuid":
            return "text", "char(36)"
        case "varchar":
            return "text", "varchar(32)"
        case "edge":
            return "bigint", "bigint(20)"
    return "int", "int(11)"


def _flag_column(rng: Random, name: str, ours: str) -> Column:
    if name in {"deleted_at", "deletedAt"}:
        style = rng.choice(["datetime", "unix"])
    elif name in {"是否删除", "作废"}:
        style = "text"
    else:
        style = "int" if ours == "test" or name.startswith("is_") else rng.choice(["int", "text", "datetime", "unix"])
    types = {"int": "tinyint(1)", "text": "varchar(8)", "datetime": "datetime", "unix": "int(10) unsigned"}
    return Column(name, ours, "int" if style == "unix" else style, types[style], style)


# Rows


def _rows(shape: Shape) -> list[dict[str, Any]]:
    rng = shape.rng
    keys = _keys(shape, rng.randrange(5, 40))
    rows = [_row(shape, number, key) for number, key in enumerate(keys)]
    if column := shape.column("duplicate_of"):
        _point_duplicates(shape, rows, column.name)
    if shape.key in {"none", "doubled"}:
        for _ in range(rng.randrange(4)):
            rows.insert(rng.randrange(len(rows) + 1), dict(rng.choice(rows)))
    return rows


def _keys(shape: Shape, count: int) -> list[Any]:
    rng = shape.rng
    match shape.key:
        case "none":
            return [None] * count
        case "uuid":
            return [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(count)]
        case "varchar":
            return [f"GZ{20210000 + number * 7}-{number:03d}" for number in range(count)]
        case "edge":
            return [-(2**63), -5, -1, 0, 1, *range(7, count + 2), BIGGEST_ID]
        case "doubled":
            return [rng.randrange(0, count) for _ in range(count)]
    return sorted(rng.sample(range(1, count * 5), count))


def _row(shape: Shape, number: int, key: Any) -> dict[str, Any]:
    times = _times(shape.rng)
    row = {}
    for column in shape.columns:
        value = key if column.ours == "id" else _value(shape, column, number, times)
        if shape.charset == "latin1" and isinstance(value, str):
            value = contents.in_old_bytes(shape.rng, value, column.ours in FREE_TEXT)
        row[column.name] = value
    return row


def _times(rng: Random) -> dict[str, datetime]:
    """The times of one incident, mostly in their right order."""
    detected = datetime(2001, 2, 3, tzinfo=UTC) + timedelta(seconds=rng.randrange(36 * 365 * 86400))

    def after(minutes: int) -> datetime:
        return detected + timedelta(seconds=rng.randrange(-10 if rng.random() < 0.9 else -minutes, minutes) * 60)

    return {
        "started_at": detected - timedelta(seconds=rng.choice([0, 60, 600, 3600, -900])),
        "detected_at": detected,
        "created_at": after(600),
        "acknowledged_at": after(60),
        "recovered_at": after(2000),
        "closed_at": after(8000),
        "updated_at": after(9000),
    }


def _value(shape: Shape, column: Column, number: int, times: dict[str, datetime]) -> Any:
    rng, ours = shape.rng, column.ours
    if ours in times:
        return contents.moment(rng, times[ours], column.kind, ZoneInfo(shape.zone))
    if ours in {"status", "level"}:
        return _word(shape, column, ours)
    match ours:
        case "title":
            return contents.title(rng, number, shape.charset == "utf8mb4")
        case "description":
            return contents.description(rng, number)
        case "duplicate_of":
            return None
        case None:
            return f"PRB{number:05d}" if column.style == "number" else rng.choice(["详见邮件", "", None])
    return _work(rng, column)


def _work(rng: Random, column: Column) -> Any:
    """What people did, and flags."""
    match column.ours:
        case "handler":
            return rng.choice([0, 0, None, 3, 12]) if column.kind == "int" else contents.handler(rng)
        case "actions":
            return contents.actions(rng, column.kind == "json")
        case "timeline":
            return contents.timeline(rng, column.kind == "json")
        case "deleted" | "test":
            return contents.flag(rng, column.style, 0.1)
    return contents.prose(rng)


def _word(shape: Shape, column: Column, ours: str) -> Any:
    rng = shape.rng
    given = shape.statuses if ours == "status" else shape.levels
    if ours in shape.codes:
        code = rng.choice([*given, *given, *map(str, range(10))])
        if rng.random() < 0.05:
            return None
        return int(code) if column.kind == "int" else code
    if given and rng.random() < 0.7:
        return contents.disguised(rng, rng.choice(list(given)))
    return contents.status_word(rng) if ours == "status" else contents.level_word(rng)


def _point_duplicates(shape: Shape, rows: list[dict[str, Any]], column: str) -> None:
    """Makes some rows duplicates, of rows before and after them, of none, or of one that does not exist."""
    rng = shape.rng
    key, status = shape.column("id"), shape.column("status")
    assert key is not None
    assert status is not None
    words = [theirs for theirs, ours in shape.statuses.items() if ours == "duplicate"]
    for row in rows:
        if rng.random() < 0.2:
            word = rng.choice(words) if words else "Duplicate"
            row[status.name] = int(word) if status.kind == "int" else word
            others = [other[key.name] for other in rows if other[key.name] != row[key.name]]
            nobody = [None, 987654321 if key.kind != "text" else "GZ-NONE"]
            row[column] = rng.choice(others) if others and rng.random() < 0.8 else rng.choice(nobody)
            if shape.charset == "latin1" and isinstance(row[status.name], str):
                row[status.name] = contents.in_old_bytes(rng, row[status.name], free_text=False)


# Mapping


def _mapping(shape: Shape) -> dict[str, Any]:
    columns: dict[str, list[str]] = {}
    for column in shape.columns:
        if column.ours:
            columns.setdefault(column.ours, []).append(column.name)
    return {"columns": columns, "status": shape.statuses, "level": shape.levels, "timezone": shape.zone}


def _toml(shape: Shape) -> str | None:
    if not shape.with_file:
        return None
    mapping = _mapping(shape)
    lines = [f"table = {_quoted(shape.table)}", f"timezone = {_quoted(shape.zone)}", "[columns]"]
    for ours, theirs in mapping["columns"].items():
        listed = "[" + ", ".join(map(_quoted, theirs)) + "]"
        lines.append(f"{ours} = {_quoted(theirs[0]) if len(theirs) == 1 and len(ours) % 2 else listed}")
    for section in ["status", "level"]:
        if mapping[section]:
            lines.append(f"[{section}]")
            lines += [f"{_quoted(theirs)} = {_quoted(ours)}" for theirs, ours in mapping[section].items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# SQL


def _mariadb(shape: Shape, rows: list[dict[str, Any]], session_offset: int) -> list[str]:
    """TIMESTAMP values, which the rows hold in UTC, are written in the time zone of the session."""
    definitions = [f"  {_name(column.name)} {_mariadb_type(shape, column)}" for column in shape.columns]
    definitions += [f"  PRIMARY KEY ({_name(key)})" for key in _primary_key(shape)]
    definitions += [f"  KEY `k` ({_name(key.name)})" for key in [shape.column("id")] if key and shape.key == "doubled"]
    create = f"CREATE TABLE {_name(shape.table)} (\n" + ",\n".join(definitions) + "\n)"

    def literal(column: Column, value: Any) -> str:
        if column.kind == "timestamp" and value and value != contents.ZERO:
            utc = datetime.fromisoformat(value)
            return _mariadb_literal(str(utc + timedelta(hours=session_offset)))
        return _mariadb_literal(value)

    return [
        "SET NAMES utf8mb4",
        "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
        f"SET SESSION time_zone = '+{session_offset:02d}:00'",
        f"{create} ENGINE={shape.engine} DEFAULT CHARSET={shape.charset}",
        *_inserts(shape, rows, literal),
    ]


def _sqlite(shape: Shape, rows: list[dict[str, Any]]) -> list[str] | None:
    has_bytes = any(isinstance(value, bytes) for row in rows for value in row.values())
    if has_bytes or any(column.kind == "timestamp" for column in shape.columns):
        return None
    definitions = [f"  {_name(column.name)} {column.type.removesuffix(' unsigned')}" for column in shape.columns]
    definitions += [f"  PRIMARY KEY ({_name(key)})" for key in _primary_key(shape)]
    create = f"CREATE TABLE {_name(shape.table)} (\n" + ",\n".join(definitions) + "\n)"
    return [create, *_inserts(shape, rows, lambda _, value: _sqlite_literal(value))]


def _primary_key(shape: Shape) -> list[str]:
    key = shape.column("id")
    return [key.name] if key and shape.key != "doubled" else []


def _mariadb_type(shape: Shape, column: Column) -> str:
    if column.ours == "id":
        return f"{column.type} NOT NULL" + (" AUTO_INCREMENT" if shape.key == "int" else "")
    return f"{column.type} NULL DEFAULT NULL"


def _inserts(shape: Shape, rows: list[dict[str, Any]], literal: Any) -> list[str]:
    columns = ", ".join(_name(column.name) for column in shape.columns)
    statements = []
    for start in range(0, len(rows), 10):
        tuples = [
            "(" + ", ".join(literal(column, row[column.name]) for column in shape.columns) + ")"
            for row in rows[start : start + 10]
        ]
        statements.append(f"INSERT INTO {_name(shape.table)} ({columns}) VALUES\n" + ",\n".join(tuples))
    return statements


def _name(name: str) -> str:
    return f"`{name}`"


def _mariadb_literal(value: Any) -> str:
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, str) and not value.isprintable():
        return f"CONVERT(x'{value.encode().hex()}' USING utf8mb4)"
    return _plain_literal(value.replace("\\", "\\\\") if isinstance(value, str) else value)


def _sqlite_literal(value: Any) -> str:
    if isinstance(value, str) and not value.isprintable():
        return f"CAST(x'{value.encode().hex()}' AS TEXT)"
    return _plain_literal(value)


def _plain_literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
