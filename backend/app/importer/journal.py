"""What a migration notes of itself, in tables that only it makes: its plan, its progress, links to make at the end."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Connection, Integer, MetaData, String, Table, select
from sqlalchemy.dialects import mysql

from ..domain import clock
from ..models.base import LEGACY_ID_LENGTH, TABLE_OPTIONS, UtcDateTime
from .mapping import MappingFile

NAME, LINKS = "migration_runs", "migration_links"
_metadata = MetaData()
_long_json = JSON().with_variant(mysql.JSON(), "mysql", "mariadb")

RUNS = Table(
    NAME,
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("plan", _long_json, nullable=False),
    Column("progress", _long_json, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("converted_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("rolling_back_at", UtcDateTime),
    Column("export", _long_json),
    **TABLE_OPTIONS,
)
LINK = Table(
    LINKS,
    _metadata,
    Column("alert_id", BigInteger, primary_key=True, autoincrement=False),
    Column("target", String(LEGACY_ID_LENGTH), nullable=False),
    **TABLE_OPTIONS,
)
TABLES = (LINKS, NAME)
"""The journal itself last: while it stands, a command that was killed is known."""


@dataclass(frozen=True)
class Plan:
    """Decided before anything is changed, and kept: a resumed run goes by it."""

    table: str
    """The old table's name."""
    time_zone: str
    mapping: dict[str, Any]
    renames: list[tuple[str, str]]
    """Old tables whose names are needed → what they are called until a rollback."""
    checksums: dict[str, str]
    """Checksums of all old tables, keyed by their old names."""
    definitions: dict[str, str]
    rows: int
    facts: dict[str, Any] = field(default_factory=dict)
    """`OldEngine.facts` from before the migration."""

    def now_called(self, table: str) -> str:
        """The name that an old table has while the migration is in place."""
        return dict(self.renames).get(table, table)

    @property
    def decided(self) -> MappingFile:
        return MappingFile.from_json(self.mapping)


@dataclass
class Progress:
    """How far the conversion got, and what came of the rows."""

    rows: int = 0
    alerts: int = 0
    incidents: int = 0
    post_mortems: int = 0
    action_items: int = 0
    timeline: int = 0
    rejects: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    def result(self) -> dict[str, Any]:
        """The totals as the command prints them."""
        found = asdict(self)
        for name in ("timeline", "rejects"):
            del found[name]
        return {**found, "differences": []}


@dataclass
class Journal:
    """The one row of `migration_runs`."""

    plan: Plan
    progress: Progress
    started_at: datetime
    converted_at: datetime | None = None
    finished_at: datetime | None = None
    rolling_back_at: datetime | None = None
    export: dict[str, Any] | None = None
    """Of a rollback: `{"path", "rows"}`, where `rows` is null until all are written."""


def make(connection: Connection) -> None:
    _metadata.create_all(connection)


def begin(connection: Connection, plan: Plan) -> None:
    values = {"id": 1, "plan": asdict(plan), "progress": asdict(Progress()), "started_at": clock.now()}
    connection.execute(RUNS.insert().values(values))


def read(connection: Connection) -> Journal | None:
    """None before the plan is noted."""
    row = connection.execute(select(RUNS).where(RUNS.c.id == 1)).one_or_none()
    if row is None:
        return None
    plan = {**row.plan, "renames": [tuple(pair) for pair in row.plan["renames"]]}
    return Journal(Plan(**plan), Progress(**row.progress), *row[3:])


def note(connection: Connection, **values: Any) -> None:
    """Write columns of the one row."""
    connection.execute(RUNS.update().where(RUNS.c.id == 1).values(**values))
