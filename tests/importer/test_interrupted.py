"""A migration or a rollback that ends at a chosen moment is finished by the next command, with nothing lost."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from backend.app.importer import rollback as rolling
from backend.app.importer import run as running
from backend.app.importer.engines import OldEngine, open_engine
from backend.app.importer.mapping import MappingFile
from backend.app.importer.rollback import rollback
from backend.app.importer.run import Options, job_for, run
from backend.app.importer.survey import State, state_of
from backend.app.importer.verify import verify

ROWS = 9
OPTIONS = Options(MappingFile(), batch=2)


class Killed(BaseException):
    """Ends a command where a test wants it, and nothing handles it."""


def kill(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.fixture
def old(migrated_app: Flask, new_database: Any) -> Iterator[OldEngine]:
    """A small old database, with action items in a table that only a foreign key tells of."""
    url = new_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE incidents (id INTEGER PRIMARY KEY, title VARCHAR(100), status VARCHAR(20), "
                "level VARCHAR(20), created_at DATETIME, finish_time DATETIME, root_cause TEXT)"
            )
        )
        connection.execute(
            text(
                "CREATE TABLE sev_action (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, title VARCHAR(100), "
                "FOREIGN KEY (parent) REFERENCES incidents (id))"
            )
        )
        for number in range(1, ROWS + 1):
            connection.execute(
                text(
                    "INSERT INTO incidents VALUES (:id, :title, 'closed', 'P2', '2024-05-01 08:00:00', "
                    "'2024-05-01 09:00:00', '磁盘满')"
                ),
                {"id": number, "title": f"磁盘 {number}"},
            )
            connection.execute(text("INSERT INTO sev_action VALUES (:id, :id, '扩容')"), {"id": number})
    engine.dispose()
    with migrated_app.app_context(), closing(open_engine(url)) as opened:
        yield opened


def migrate(engine: OldEngine) -> Any:
    return run(engine, OPTIONS, lambda _: None, lambda *_: None)


def agrees(engine: OldEngine) -> None:
    noted = migrate(engine)
    found = verify(engine, job_for(engine, noted), noted)
    assert found.differences == []
    assert engine.count("alerts") == engine.count("incidents") == engine.count("action_items") == ROWS


def test_a_child_table_that_only_a_foreign_key_tells_of_comes_over(old: OldEngine):
    agrees(old)


@pytest.mark.parametrize(
    "step", ["move_aside", "require_unchanged", "make_tables", "convert_all", "link_duplicates", "swap", "_finish"]
)
def test_a_run_that_ends_before_a_step_goes_on(old: OldEngine, step: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, step, kill)
        with pytest.raises(Killed):
            migrate(old)
    assert state_of(old)[0] is State.RUNNING
    agrees(old)
    assert rollback(old, None, lambda _: None).differing == []


def test_a_run_that_ends_between_two_batches_goes_on_there(old: OldEngine):
    batches = iter([None, Killed])

    def advance(*_: int) -> None:
        if error := next(batches):
            raise error

    with pytest.raises(Killed):
        run(old, OPTIONS, lambda _: None, advance)
    assert old.count("alerts") == 4
    agrees(old)


@pytest.mark.parametrize("step", ["_give_names_back", "_export", "_differing", "_drop_ours"])
def test_a_rollback_that_ends_before_a_step_is_finished_by_the_next(old: OldEngine, tmp_path: Path, step: str):
    migrate(old)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rolling, step, kill)
        with pytest.raises(Killed):
            rollback(old, tmp_path / "first.jsonl", lambda _: None)
    assert state_of(old)[0] is State.ROLLING_BACK
    with pytest.raises(running.Refused, match="rollback"):
        migrate(old)
    assert rollback(old, tmp_path / "second.jsonl", lambda _: None).differing == []
    assert old.tables() == ["incidents", "sev_action"]
    agrees(old)


def test_a_rollback_that_ends_while_it_drops_is_finished_by_the_next(old: OldEngine, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(Killed):
        run(old, OPTIONS, lambda _: None, kill)
    real, dropped = type(old).drop, []

    def drop_once(engine: OldEngine, names: Any) -> None:
        if dropped:
            raise Killed
        dropped.append(names)
        real(engine, names)

    with monkeypatch.context() as patch:
        patch.setattr(type(old), "drop", drop_once)
        with pytest.raises(Killed):
            rollback(old, None, lambda _: None)
    assert rollback(old, None, lambda _: None).differing == []
    agrees(old)


def test_what_was_made_before_the_run_noted_its_end_is_exported(old: OldEngine, tmp_path: Path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "_finish", kill)
        with pytest.raises(Killed):
            migrate(old)
    with old.connect() as connection:
        connection.execute(
            text("INSERT INTO alert_labels (alert_id, name, value) SELECT id, 'made', 'since' FROM alerts WHERE id = 1")
        )
        connection.execute(text("UPDATE incidents SET title = 'changed since', version = 2 WHERE id = 3"))
        connection.commit()
    export = tmp_path / "made.jsonl"
    rollback(old, export, lambda _: None)
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    assert [(line["table"], line["row"]["title"]) for line in lines if line["table"] == "incidents"] == [
        ("incidents", "changed since")
    ]
    assert export.stat().st_mode & 0o077 == 0


def test_a_table_of_another_program_is_left_alone(old: OldEngine):
    migrate(old)
    with old.connect() as connection:
        connection.execute(text("CREATE TABLE orders_undone (id INTEGER)"))
        connection.commit()
    assert state_of(old)[0] is State.DONE
    rollback(old, None, lambda _: None)
    assert "orders_undone" in old.tables()


def test_a_run_does_not_go_on_when_old_rows_changed_meanwhile(old: OldEngine):
    with pytest.raises(Killed):
        run(old, OPTIONS, lambda _: None, kill)
    with old.connect() as connection:
        connection.execute(text("UPDATE incidents_backup SET title = 'changed' WHERE id = 7"))
        connection.commit()
    with pytest.raises(running.Refused, match="rollback"):
        migrate(old)
    assert rollback(old, None, lambda _: None).differing == ["incidents"]
    agrees(old)


def test_a_rollback_that_was_killed_after_its_export_names_the_same_file_again(old: OldEngine, tmp_path: Path):
    migrate(old)
    with old.connect() as connection:
        connection.execute(text("UPDATE alerts SET title = 'changed since', version = 2 WHERE id = 3"))
        connection.commit()
    export = tmp_path / "made.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rolling, "_drop_ours", kill)
        with pytest.raises(Killed):
            rollback(old, export, lambda _: None)
    written = export.read_text()
    done = rollback(old, tmp_path / "other.jsonl", lambda _: None)
    assert (done.file, done.exported) == (export, 1)
    assert export.read_text() == written
    assert not (tmp_path / "other.jsonl").exists()


def test_the_database_keeps_its_settings(old: OldEngine):
    before = old.facts()
    migrate(old)
    rollback(old, None, lambda _: None)
    assert old.facts() == before
