"""Finds the old system in a database: its table, its columns, what belongs to it, and what state all is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import inspect

from ..extensions import Base
from . import journal
from .children import PEOPLE, Family, States, find_family, people_of
from .columns import Chosen, Kind, Table, choose, looks_old, require_old
from .engines import OldEngine
from .errors import BadMapping, Refused
from .journal import Journal, Plan
from .mapping import DEFAULT_ZONE, MappingFile
from .rules import Converter
from .vocabulary import OldStatus, squeeze

OURS = frozenset({*Base.metadata.tables, "alembic_version"})
MAIN, MAIN_BACKUP, MAIN_NEW = "incidents", "incidents_backup", "incidents_new"
VERSION, VERSION_NEW = "alembic_version", "alembic_version_new"
UNDONE = {name: f"{name}_undone" for name in (*OURS, MAIN_NEW, VERSION_NEW)}
"""Our tables → what a rollback calls them until they are dropped."""

LIKELY = {"incident", "incidents", "fault", "faults", "faultrecord", "faultrecords", "problem", "problems"}
LIKELY |= {"workorder", "workorders", "ticket", "tickets", "故障", "故障登记", "故障记录", "故障表", "工单"}
LIKELY |= {"issue", "issues", "outage", "outages", "bug", "bugs", "故障单"}
"""Names of tables that are tried first."""

MARKS = {"events", "idempotent_answers", "incident_timeline"}
"""No other program's database has all of these."""


class State(StrEnum):
    """What a database holds."""

    OLD = "old"
    RUNNING = "running"
    DONE = "done"
    ROLLING_BACK = "rolling_back"
    OURS = "ours"


def read_journal(engine: OldEngine) -> Journal | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table(journal.NAME):
            return None
        return journal.read(connection)


def state_of(engine: OldEngine) -> tuple[State, Journal | None]:
    """Raises Refused for a database that somebody else half migrated."""
    tables = set(engine.tables())
    noted = read_journal(engine)
    if noted is not None:
        if noted.rolling_back_at is not None:
            return State.ROLLING_BACK, noted
        return (State.RUNNING if noted.finished_at is None else State.DONE), noted
    if tables >= MARKS and VERSION in tables:
        return State.OURS, None
    left = sorted(tables & {MAIN_BACKUP, MAIN_NEW, VERSION_NEW, UNDONE[MAIN]})
    if left:
        raise Refused(
            f"Somebody has begun to migrate this database by other means: there is a table {', '.join(left)}.\n"
            "Restore the old database from its dump into an empty one, and migrate that."
        )
    return State.OLD, None


@dataclass(frozen=True)
class Old:
    """The old system as it was found."""

    table: Table
    chosen: Chosen
    family: Family
    states: States
    mapping: MappingFile
    time_zone: str

    @property
    def key(self) -> str | None:
        return next(iter(self.chosen.get("id", ())), None)

    def converter(self, called: str | None = None) -> Converter:
        """`called`: the table's name as people know it, when it has been renamed."""
        return Converter(self.table, self.chosen, self.mapping, ZoneInfo(self.time_zone), called or self.table.name)


def find_old(engine: OldEngine, mapping: MappingFile, time_zone: str | None) -> Old:
    """Raises Refused where no table is the old system's, BadMapping for a column or table that is not there."""
    tables = engine.tables()
    table = _find_table(engine, mapping, tables)
    chosen = choose(table, mapping)
    require_old(table, chosen)
    references = [n.name for n in engine.neighbours(table.name) if n.kind == "foreign key"]
    others = [name for name in tables if name != table.name and name not in journal.TABLES]
    family = find_family(engine, table, next(iter(chosen.get("id", ())), None), others, references)
    family.people = people_of(engine, _people(tables))
    zone = time_zone or mapping.time_zone or DEFAULT_ZONE
    return Old(table, chosen, family, States(mapping.action_status), mapping, zone)


def found_again(engine: OldEngine, plan: Plan) -> Old:
    """The old system of a plan, whose tables may have other names by now."""
    mapping = plan.decided
    aside = engine.table(plan.now_called(plan.table))
    chosen = choose(aside, mapping)
    key = next(iter(chosen.get("id", ())), None)
    as_named = Table(plan.table, aside.columns, aside.key, aside.engine)
    others = [plan.now_called(name) for name in plan.checksums if name != plan.table]
    references = [n.name for n in engine.neighbours(aside.name) if n.kind == "foreign key"]
    family = find_family(engine, as_named, key, others, references)
    people = _people(list(plan.checksums))
    family.people = people_of(engine, people and plan.now_called(people))
    return Old(aside, chosen, family, States(mapping.action_status), mapping, plan.time_zone)


def _people(tables: Sequence[str]) -> str | None:
    return next((name for name in PEOPLE if name in tables), None)


def _find_table(engine: OldEngine, mapping: MappingFile, tables: Sequence[str]) -> Table:
    if mapping.table is not None:
        if mapping.table not in tables:
            where = mapping.line("", "table")
            raise BadMapping(f"Mapping file, {where}there is no table `{mapping.table}` in this database.")
        return engine.table(mapping.table)
    by_name = [name for name in tables if squeeze(name) in LIKELY]
    by_name.sort(key=lambda name: (name != MAIN, name))
    for name in by_name:
        table = engine.table(name)
        if looks_old(choose(table, mapping)):
            return table
    candidates = [table for table in map(engine.table, tables) if looks_old(choose(table, MappingFile()))]
    referred = {table.name: {n.table for n in engine.neighbours(table.name)} for table in candidates}
    children = set().union(*referred.values()) - {name for name, by in referred.items() if by}
    candidates = [table for table in candidates if table.name not in children]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        names = ", ".join(f"`{table.name}`" for table in candidates)
        raise Refused(f"Several tables may be the old system's: {names}. Name one as `table` in a mapping file.")
    if MAIN in tables:
        require_old(engine.table(MAIN), choose(engine.table(MAIN), mapping))
    raise Refused(
        "No table of this database looks like the old system's. Is the URL right? "
        "Name the table as `table` in a mapping file."
    )


@dataclass(frozen=True)
class Codes:
    """A column of numbers whose meaning nothing says."""

    ours: str
    column: str
    values: dict[str, int]


def unexplained_codes(engine: OldEngine, old: Old) -> list[Codes]:
    """Columns of status and level that hold numbers only, where the mapping file explains none."""
    found = []
    for ours, explained in (("status", old.mapping.status), ("level", old.mapping.level)):
        column = next(iter(old.chosen.get(ours, ())), None)
        if column is None or explained:
            continue
        counts = distinct(engine, old.table, column)
        words = [value for value in counts if value.strip()]
        numeric = words and all(value.strip().lstrip("-").isdigit() for value in words)
        of_numbers = (old.table.column(column) or old.table.columns[0]).kind is Kind.NUMBER
        if words and (numeric or of_numbers):
            found.append(Codes(ours, column, counts))
    return found


def distinct(engine: OldEngine, table: Table, column: str) -> dict[str, int]:
    """The values of a column as text, with how many rows have each; blank ones as ""."""
    counts: dict[str, int] = {}
    for (value,) in engine.stream(table, [column]):
        shown = value.decode(errors="replace") if isinstance(value, bytes) else value or ""
        counts[shown] = counts.get(shown, 0) + 1
    return dict(sorted(counts.items()))


def require_codes_explained(engine: OldEngine, old: Old) -> None:
    """Raises Refused, which names each column and its values."""
    codes = unexplained_codes(engine, old)
    if codes:
        raise Refused("\n".join(map(codes_sentence, codes)))


def codes_sentence(codes: Codes) -> str:
    values = ", ".join(f"{value or 'blank'} ({rows})" for value, rows in codes.values.items())
    means = ", ".join(OldStatus) if codes.ours == "status" else "Critical, Error, Warning, Info"
    return (
        f"Column `{codes.column}` holds numbers, and what they mean cannot be guessed. Values (rows): {values}.\n"
        f"Say under [{codes.ours}] of a mapping file what each means: {means}.\n"
        "`check --write-mapping FILE` writes a file to fill in; then give it with --mapping FILE."
    )


def plan_for(engine: OldEngine, old: Old) -> Plan:
    """What a run will do. Raises Refused for names that are taken."""
    tables = [name for name in engine.tables() if name not in journal.TABLES]
    renames = [(old.table.name, MAIN_BACKUP)]
    if old.table.name != MAIN and MAIN in tables:
        raise Refused(
            f"Beside `{old.table.name}` there is another table `{MAIN}`, whose name Closeloop needs. "
            "Rename one of them, or name the right one as `table` in a mapping file."
        )
    renames += [(name, f"{name}_backup") for name in tables if name in OURS and name != old.table.name]
    taken = sorted({new for _, new in renames} & set(tables))
    if taken:
        raise Refused(f"There is a table {', '.join(taken)} already; rename it, then run this again.")
    return Plan(
        table=old.table.name,
        time_zone=old.time_zone,
        mapping=old.mapping.as_json(),
        renames=renames,
        checksums={name: engine.checksum(name) for name in tables},
        definitions={name: engine.definition(name) for name in tables},
        rows=engine.count(old.table.name),
        facts=engine.facts(),
    )
