"""Read CREATE TABLE and INSERT statements of the `.sql` files in `old_databases/`."""

import re
from pathlib import Path
from typing import Any

KINDS = {
    "datetime": "datetime",
    "timestamp": "timestamp",
    "date": "date",
    "bigint": "bigint",
    "int": "int",
    "tinyint": "int",
    "decimal": "decimal",
}
TOKEN = re.compile(r"'((?:[^'\\]|\\.|'')*)'|([(),;])|([^\s'(),;]+)", re.DOTALL)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def columns(file: Path, table: str) -> dict[str, str]:
    """The columns of a table in their order, each with its kind; what is no number and no time is text."""
    created = re.search(rf"CREATE TABLE `{table}` \((.*?)\n\)", file.read_text(encoding="utf-8"), re.DOTALL)
    assert created is not None, f"{file} creates no table {table}"
    found = re.findall(r"^  `([^`]+)` (\w+)", created[1], re.MULTILINE)
    return {name: KINDS.get(kind, "text") for name, kind in found}


def rows(file: Path, table: str) -> list[dict[str, Any]]:
    """The rows that the file inserts into a table, in their order."""
    inserts = re.finditer(
        rf"^INSERT INTO `{table}` \(([^)]*)\) VALUES\s", (text := file.read_text("utf-8")), re.MULTILINE
    )
    return [
        dict(zip(re.findall("`([^`]+)`", insert[1]), values, strict=True))
        for insert in inserts
        for values in _values(text, insert.end())
    ]


def _values(text: str, start: int) -> list[list[Any]]:
    """The tuples from `start` to the semicolon that ends the statement."""
    tuples: list[list[Any]] = []
    for string, mark, other in (token.groups() for token in TOKEN.finditer(text, start)):
        if mark == ";":
            break
        if mark == "(":
            tuples.append([])
        elif string is not None:
            tuples[-1].append(_unescaped(string))
        elif other is not None:
            tuples[-1].append(_literal(other))
    return tuples


def _unescaped(string: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPED.get(found[1], found[1]), string.replace("''", "'"), flags=re.DOTALL)


def _literal(word: str) -> int | float | None:
    if word == "NULL":
        return None
    return float(word) if "." in word else int(word)
