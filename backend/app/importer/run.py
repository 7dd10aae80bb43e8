"""The steps of a migration. Each reads from the schema whether it is done, so that a killed run can be run again."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import alembic.command
from flask import current_app
from sqlalchemy import Connection, insert

from ..config import ROOT, Settings
from ..domain import clock
from ..domain.roles import SYSTEM
from ..models import Event
from . import journal
from .children import require_known_states
from .engines import OldEngine
from .errors import Refused
from .journal import Journal, Plan, Progress
from .load import BATCH, Job, convert_all, link_duplicates
from .mapping import MappingFile
from .rows import Origin
from .survey import (
    MAIN,
    MAIN_NEW,
    OURS,
    VERSION,
    VERSION_NEW,
    Old,
    State,
    find_old,
    found_again,
    plan_for,
    require_codes_explained,
    state_of,
)

Tell = Callable[[str], None]
Advance = Callable[[int, int], None]
"""Rows converted so far, and rows in all."""

HALF_WAY = "\nNothing is lost: run this again to go on, or `rollback` to go back to the old system."


class Stopped(Refused):
    """Ctrl-C or SIGTERM; what was converted stays."""


@dataclass(frozen=True)
class Options:
    """What the operator chose on the command line."""

    mapping: MappingFile
    time_zone: str | None = None
    batch: int = BATCH


def prepare(engine: OldEngine, options: Options) -> tuple[Old, Plan]:
    """What would be done. Raises Refused where the old database has open questions."""
    old = find_old(engine, options.mapping, options.time_zone)
    require_codes_explained(engine, old)
    require_known_states(engine, old.family, old.states)
    if missing := engine.missing_privileges():
        raise Refused(f"The database account lacks privileges: {', '.join(missing)}.")
    return old, plan_for(engine, old)


def run(
    engine: OldEngine, options: Options, tell: Tell, advance: Advance, before: Callable[[], None] = lambda: None
) -> Journal:
    """Migrate, or go on where an earlier run stopped. Raises Refused. `before` is called when nothing has begun."""
    with engine.only_migration():
        state, noted = state_of(engine)
        if state is State.OURS:
            raise Refused("This database is Closeloop's own already; there is nothing to migrate.")
        if state is State.ROLLING_BACK:
            raise Refused("A rollback was interrupted. Run `rollback` again, then `run`.")
        if state is State.DONE and noted is not None:
            tell("The migration is done already.")
            return noted
        if noted is None:
            _, plan = prepare(engine, options)
            before()
            _begin(engine, plan)
        else:
            tell("Going on with a migration that was interrupted, by the mapping and time zone that it began with.")
        return _steps(engine, options, tell, advance)


def _begin(engine: OldEngine, plan: Plan) -> None:
    with engine.connect() as connection:
        journal.make(connection)
        journal.begin(connection, plan)
        connection.commit()


def _read(engine: OldEngine) -> Journal:
    with engine.connect() as connection:
        noted = journal.read(connection)
    assert noted is not None  # noqa: S101 (written before the first step)
    return noted


def _steps(engine: OldEngine, options: Options, tell: Tell, advance: Advance) -> Journal:
    noted = _read(engine)
    engine.make_readable()
    with _stoppable() as check_stop:
        if move_aside(engine, noted.plan):
            tell("The old tables are set aside: " + ", ".join(new for _, new in noted.plan.renames))
        check_stop()
        if noted.converted_at is None:
            if MAIN_NEW not in engine.tables():
                require_unchanged(engine, noted.plan)
                make_tables(engine)
                tell("Closeloop's tables are made.")
            require_same_rows(engine, noted)
            check_stop()
            convert(engine, noted, options.batch, advance, check_stop)
            tell("All rows are converted.")
        swap(engine)
        _finish(engine)
    tell("Closeloop's tables are in place.")
    return _read(engine)


def move_aside(engine: OldEngine, plan: Plan) -> bool:
    """Rename the old tables, all in one step. Returns whether there was something to do."""
    tables = set(engine.tables())
    there = [new in tables for _, new in plan.renames]
    if all(there):
        return False
    if any(there):
        raise Refused(
            "Some of the old tables have been renamed by other means: "
            + ", ".join(f"{old} → {new}" for old, new in plan.renames)
            + ". Rename them all, or none."
        )
    engine.rename(plan.renames)
    return True


def require_unchanged(engine: OldEngine, plan: Plan) -> None:
    """Give everything back when rows were written between the plan and the renaming. Raises Refused then."""
    changed = [old for old, new in plan.renames if engine.checksum(new) != plan.checksums[old]]
    if not changed:
        return
    engine.rename([(new, old) for old, new in plan.renames])
    engine.drop(journal.TABLES)
    raise Refused(
        f"Rows of {', '.join(changed)} were changed while the migration began; everything is as it was. "
        "Stop the old system, then run this again."
    )


def require_same_rows(engine: OldEngine, noted: Journal) -> None:
    """Going on counts on the order of the old rows. Raises Refused when they changed since the run began."""
    plan = noted.plan
    if noted.progress.rows and engine.checksum(plan.now_called(plan.table)) != plan.checksums[plan.table]:
        raise Refused(
            f"Rows of {plan.now_called(plan.table)} were changed since the migration began, so that it cannot go on. "
            "Run `rollback`, then `run` again."
        )


def make_tables(engine: OldEngine) -> None:
    """Make Closeloop's tables, `incidents` as `incidents_new`, so that no server starts on them."""
    engine.drop(sorted(OURS))  # an earlier attempt that was killed half way; the old ones have other names by now
    config = current_app.extensions["migrate"].migrate.get_config(str(ROOT / "backend" / "migrations"))
    with engine.without_foreign_keys() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        connection.commit()
    engine.rename([(MAIN, MAIN_NEW), (VERSION, VERSION_NEW)])


def job_for(engine: OldEngine, noted: Journal) -> Job:
    """The conversion that a plan asks for, with today's settings."""
    old = found_again(engine, noted.plan)
    settings: Settings = current_app.config["SETTINGS"]
    return Job(
        engine=engine,
        converter=old.converter(noted.plan.table),
        family=old.family,
        states=old.states,
        origin=Origin(noted.plan.table, old.table.names, noted.started_at, settings.postmortem_required_for),
    )


def convert(engine: OldEngine, noted: Journal, batch: int, advance: Advance, check_stop: Callable[[], None]) -> None:
    total = noted.plan.rows

    def after_batch(progress: Progress) -> None:
        advance(progress.rows, total)
        check_stop()

    convert_all(job_for(engine, noted), noted.progress, batch, after_batch)
    with engine.connect() as connection, connection.begin():
        link_duplicates(connection)
        _record(connection, noted)
        journal.note(connection, converted_at=clock.now())


def _record(connection: Connection, noted: Journal) -> None:
    """One event for the whole import: it notifies nobody."""
    connection.execute(
        insert(Event),
        {
            "actor_kind": SYSTEM.kind,
            "actor_id": None,
            "actor_name": SYSTEM.name,
            "entity": "migration",
            "entity_id": 1,
            "version": None,
            "action": "imported",
            "note": "",
            "before": None,
            "after": {"table": noted.plan.table, **noted.progress.result()},
            "created_at": clock.now(),
        },
    )


def swap(engine: OldEngine) -> None:
    """Give `incidents` and Alembic's stamp their names, in one step."""
    if MAIN_NEW in engine.tables():
        engine.rename([(MAIN_NEW, MAIN), (VERSION_NEW, VERSION)])


def _finish(engine: OldEngine) -> None:
    engine.drop([journal.LINKS])
    with engine.connect() as connection, connection.begin():
        journal.note(connection, finished_at=clock.now())


@contextmanager
def _stoppable() -> Iterator[Callable[[], None]]:
    """Ctrl-C and SIGTERM stop between two batches: the function that is given raises Stopped then."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    def check() -> None:
        if asked:
            raise Stopped("Stopped between two batches." + HALF_WAY)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
