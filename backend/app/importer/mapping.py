"""The mapping file, and the choices that it may turn round."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from ..domain.action_item import ActionItemStatus
from ..domain.levels import Level
from .errors import BadMapping
from .vocabulary import FIELDS, OldStatus, fold

DEFAULT_ZONE = "Asia/Shanghai"

TEXTS = ("table", "timezone")
SECTIONS = ("columns", "status", "level", "action_status", "rules")

CHOICES: dict[str, tuple[str, ...]] = {
    "deleted": ("skip", "keep"),
    "blank_level": tuple(Level),
    "blank_status": ("infer", *OldStatus),
    "incident_for": ("worked", "critical", "all", "none"),
    "false_alarm": ("ignore", "incident"),
}
"""Of `[rules]`: each choice's values, the default first, but for blank_level (Warning)."""


@dataclass(frozen=True)
class Rules:
    """Choices of how rows are converted; docs/migration.md explains each."""

    deleted: str = "skip"
    blank_level: str = "Warning"
    blank_status: str = "infer"
    incident_for: str = "worked"
    false_alarm: str = "ignore"
    serial_dates: bool = True


@dataclass(frozen=True)
class MappingFile:
    """What an operator decided; everything else is detected. Words are kept folded."""

    table: str | None = None
    time_zone: str | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    level: Mapping[str, str] = field(default_factory=dict)
    action_status: Mapping[str, str] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """`section.key` → line of the file, for messages."""

    def as_json(self) -> dict[str, Any]:
        """For the journal; `from_json` is the way back."""
        return asdict(self) | {"columns": {ours: list(theirs) for ours, theirs in self.columns.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "MappingFile":
        columns = {ours: tuple(theirs) for ours, theirs in kept["columns"].items()}
        return cls(**{**kept, "columns": columns, "rules": Rules(**kept["rules"])})

    def line(self, section: str, key: str) -> str:
        number = self.lines.get(f"{section}.{key}")
        return f"line {number}: " if number else ""


def read_mapping(path: Path) -> MappingFile:
    """Raises BadMapping, which names the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping(f"The mapping file {path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{path}: this is not TOML: {error}") from None
    return _Reader(path, text, tables).mapping()


class _Reader:
    """Checks one file; every complaint names the line."""

    def __init__(self, path: Path, text: str, tables: dict[str, Any]) -> None:
        self.path, self.tables, self.lines = path, tables, _lines(text)

    def mapping(self) -> MappingFile:
        for key, value in self.tables.items():
            if key not in (*TEXTS, *SECTIONS):
                self.refuse("", key, f"`{key}` is not known; known are {', '.join((*TEXTS, *SECTIONS))}")
            if not isinstance(value, str if key in TEXTS else dict):
                self.refuse("", key, f"`{key}` must be {'text' if key in TEXTS else 'a table'}")
        zone = self.tables.get("timezone")
        if zone is not None and not is_zone(zone):
            self.refuse("", "timezone", f"{zone!r} is no time zone; one is Asia/Shanghai")
        return MappingFile(
            table=self.tables.get("table"),
            time_zone=zone,
            columns=self.columns(),
            status=self.words("status", [*OldStatus]),
            level=self.words("level", [*Level]),
            action_status=self.words("action_status", [*ActionItemStatus]),
            rules=self.rules(),
            lines=self.lines,
        )

    def columns(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for ours, theirs in self.tables.get("columns", {}).items():
            if ours not in FIELDS:
                self.refuse("columns", ours, f"`{ours}` is not a column of ours; known are {', '.join(FIELDS)}")
            names = [theirs] if isinstance(theirs, str) else theirs
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                self.refuse("columns", ours, f"`{ours}` must be a column's name or a list of names")
            found[ours] = tuple(name for name in names if name)
        return found

    def words(self, section: str, known: list[str]) -> dict[str, str]:
        by_folded = {fold(word): str(word) for word in known}
        found: dict[str, str] = {}
        for theirs, ours in self.tables.get(section, {}).items():
            if not isinstance(ours, str) or fold(ours) not in by_folded:
                self.refuse(section, theirs, f"{ours!r} is not known; known are {', '.join(known)}")
            found[fold(theirs)] = by_folded[fold(ours)]
        return found

    def rules(self) -> Rules:
        given = self.tables.get("rules", {})
        for name, value in given.items():
            if name == "serial_dates":
                if not isinstance(value, bool):
                    self.refuse("rules", name, "`serial_dates` must be true or false")
            elif name not in CHOICES:
                self.refuse("rules", name, f"`{name}` is not known; known are {', '.join([*CHOICES, 'serial_dates'])}")
            elif value not in CHOICES[name]:
                self.refuse("rules", name, f"`{name}` must be one of {', '.join(CHOICES[name])}")
        return Rules(**given)

    def refuse(self, section: str, key: str, why: str) -> NoReturn:
        raise BadMapping(f"{self.path}, line {self.lines.get(f'{section}.{key}', '?')}: {why}.")


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


_SECTION = re.compile(r"\s*\[\s*([A-Za-z_]+)\s*\]")
_KEY = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""")


def _lines(text: str) -> dict[str, int]:
    """`section.key` → number of its line."""
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _SECTION.match(line):
            section = heading[1]
            found.setdefault(f".{section}", number)
        elif key := _KEY.match(line):
            found.setdefault(f"{section}.{key[1] or key[2] or key[3] or ''}", number)
    return found


def write_mapping(path: Path, text: str) -> None:
    """Raises BadMapping where a file stands already or the folder cannot be written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadMapping(f"The mapping file {path} cannot be written: {error.strerror}.") from None
