"""Back to the old schema: what was made since is exported, then the old tables get their names back."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table, inspect, or_, select

from ..domain import clock
from ..extensions import Base
from . import journal
from .engines import OldEngine
from .errors import Refused
from .journal import Journal, Plan
from .survey import MAIN, MAIN_NEW, OURS, UNDONE, VERSION_NEW, State, state_of

SECRET = {"password_hash", "key_hash", "refresh_id"}
NOT_EXPORTED = {"idempotent_answers", "login_failures", "login_sessions", "migration_rejects"}


@dataclass(frozen=True)
class RolledBack:
    """What a rollback did."""

    exported: int
    file: Path | None
    differing: list[str]
    """Old tables that are not what they were before the migration."""


def rollback(engine: OldEngine, export: Path | None, tell: Callable[[str], None]) -> RolledBack:
    """Raises Refused when there is no migration to undo, or the export cannot be written."""
    with engine.only_migration():
        state, noted = state_of(engine)
        if noted is None:
            why = "is Closeloop's own" if state is State.OURS else "has not been migrated"
            raise Refused(f"This database {why}; there is nothing to roll back.")
        if noted.rolling_back_at is None:
            _begin(engine, noted, export or Path(f"closeloop-made-since-{clock.now():%Y%m%dT%H%M%SZ}.jsonl"))
        _give_names_back(engine, noted.plan)
        path, exported = _exported(engine, noted)
        if exported:
            tell(f"What was made since ({exported} rows) stands in {path}")
        differing = _differing(engine, noted.plan)
        _drop_ours(engine)
        engine.restore(noted.plan.facts)
        return RolledBack(exported, path if exported else None, differing)


def _begin(engine: OldEngine, noted: Journal, path: Path) -> None:
    """Note that a rollback is under way, and where to: one that is killed is finished by the next."""
    _require_writable(path)
    noted.export = {"path": str(path.resolve()), "rows": None}
    with engine.connect() as connection, connection.begin():
        journal.note(connection, rolling_back_at=clock.now(), export=noted.export)


def _exported(engine: OldEngine, noted: Journal) -> tuple[Path, int]:
    """Write what was made since, once. Returns the file and how many rows it has; without rows there is none."""
    export = noted.export or {}
    path = Path(export["path"])
    if export["rows"] is None:
        export["rows"] = _export(engine, noted, path)
        if not export["rows"]:
            path.unlink()
        with engine.connect() as connection, connection.begin():
            journal.note(connection, export=export)
    return path, export["rows"]


def _require_writable(path: Path) -> None:
    """Make the file, so that nothing is done when that fails. Raises Refused; never writes over a file."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        if path.stat().st_size:
            raise Refused(f"{path} exists already; name another file with --export.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}. Name a file with --export.") from None


def _give_names_back(engine: OldEngine, plan: Plan) -> None:
    """One step: ours out of the way, the old ones in their place. Whoever still uses ours fails from here on."""
    tables = set(engine.tables())
    back = [(new, old) for old, new in plan.renames if new in tables]
    if not back:
        return
    aside = {new for new, _ in back}
    old_names = set(plan.checksums) - {old for old, _ in plan.renames}
    ours = sorted(name for name in tables if name in OURS | {MAIN_NEW, VERSION_NEW} and name not in aside | old_names)
    engine.rename([(name, UNDONE[name]) for name in ours] + back)


def _differing(engine: OldEngine, plan: Plan) -> list[str]:
    tables = set(engine.tables())
    return sorted(
        name
        for name, checksum in plan.checksums.items()
        if name not in tables or engine.checksum(name) != checksum or engine.definition(name) != plan.definitions[name]
    )


def _drop_ours(engine: OldEngine) -> None:
    """The journal last: until then a killed rollback is known as one."""
    engine.drop(list(UNDONE.values()))
    engine.drop(journal.TABLES)


def _export(engine: OldEngine, noted: Journal, path: Path) -> int:
    """Write rows that people or monitors made or changed since, one JSON object a line. Returns how many."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for table, row in _made_since(engine, noted):
            shown = {name: value for name, value in row.items() if name not in SECRET}
            file.write(json.dumps({"table": table, "row": shown}, ensure_ascii=False, default=_plain) + "\n")
            written += 1
        file.flush()
        os.fsync(file.fileno())
    return written


def _made_since(engine: OldEngine, noted: Journal) -> Iterator[tuple[str, dict[str, Any]]]:
    if noted.converted_at is None:
        return
    progress = noted.progress
    imported = {
        "alerts": progress.alerts,
        MAIN: progress.incidents,
        "incident_timeline": progress.timeline,
        "post_mortems": progress.post_mortems,
        "action_items": progress.action_items,
    }
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
        for table in Base.metadata.sorted_tables:
            if table.name in NOT_EXPORTED or UNDONE[table.name] not in present:
                continue
            renamed = table.to_metadata(MetaData(), name=UNDONE[table.name])
            query = select(renamed)
            if table.name in imported:
                since = renamed.c.id > imported[table.name]
                query = query.where(or_(since, renamed.c.version != 1) if "version" in renamed.c else since)
            elif table.name == "alert_labels":
                query = query.where(renamed.c.alert_id > progress.alerts)
            elif table.name == "events":
                query = query.where(renamed.c.action != "imported")
            rows = connection.execution_options(stream_results=True).execute(query.order_by(*_key(renamed)))
            yield from ((table.name, dict(row)) for row in rows.mappings())


def _key(table: Table) -> list[Any]:
    return list(table.primary_key.columns)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
