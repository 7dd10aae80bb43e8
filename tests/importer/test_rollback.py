"""`rollback`: everything as it was before the migration, and nothing lost of what was made since."""

import dataclasses
import json
from collections.abc import Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pymysql
import pytest

from backend.app import create_app
from backend.app.config import Settings
from backend.app.domain.roles import Role
from backend.app.extensions import db
from backend.app.importer import journal
from backend.app.importer.engines import open_engine
from backend.app.importer.rollback import rollback
from tests.factories import Factory
from tests.harness.client import Client
from tests.importer.helpers import (
    PLATFORM,
    checksums,
    execute,
    make_sqlite_old,
    mapping_for,
    migrate,
    path_of,
    query,
    snapshot,
    tables,
)


@contextmanager
def product(settings: Settings, url: str):
    """A responder's client to Closeloop on a migrated database."""
    app = create_app(dataclasses.replace(settings, database_url=url))
    try:
        yield Client(app).as_(Factory(app).user("responder", Role.RESPONDER))
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def use(responder: Client) -> dict[str, Any]:
    """Make one of each by hand, and triage one that was imported. Returns what was answered."""
    imported = responder.get("alerts", status="Pending", limit=1, sort="id").json["items"][0]
    incident = responder.post("incidents", {"title": "made since", "severity": "P1"})
    assert incident.status_code == 201, incident.text
    said = {"description": "95 %", "level": "Warning", "alert_source": "cron", "fired_at": "2026-11-23T08:00:00Z"}
    alert = responder.post("alerts", {"title": "磁盘快满了", "labels": {"host": "web-1"}, **said})
    assert alert.status_code == 201, alert.text
    item = responder.post("action-items", {"title": "加监控", "incident_id": incident.json["id"]})
    assert item.status_code == 201, item.text
    moved = responder.move(f"alerts/{imported['id']}", "Acknowledged")
    assert moved.status_code == 200, moved.text
    return {"incident": incident.json, "alert": alert.json, "item": item.json, "triaged": moved.json}


def exported(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found.setdefault(entry["table"], []).append(entry["row"])
    return found


def assert_is_what_was_made(file: Path, made: dict[str, Any]) -> None:
    rows = exported(file)
    assert [row["id"] for row in rows["incidents"]] == [made["incident"]["id"]]
    assert [row["id"] for row in rows["alerts"]] == [made["triaged"]["id"], made["alert"]["id"]]
    assert [row["id"] for row in rows["action_items"]] == [made["item"]["id"]]
    assert [row["value"] for row in rows["alert_labels"]] == ["web-1"]
    assert [row["username"] for row in rows["users"]] == ["responder"]
    assert all(row["action"] != "imported" for row in rows["events"])
    text = file.read_text(encoding="utf-8")
    assert "made since" in text
    assert "磁盘快满了" in text
    assert "password" not in text
    assert "argon2" not in text


# MariaDB: a platform with a view, a trigger, a foreign key, users and an alembic_version of its own


def test_the_platform_is_as_it_was_and_can_be_migrated_again(old, settings: Settings, tmp_path: Path):
    url, file = old(PLATFORM), tmp_path / "made.jsonl"
    before, names = snapshot(url), sorted(tables(url))
    sums = checksums(url, names)
    run = migrate(url, "run", "--yes", *mapping_for(PLATFORM))
    assert run.status == 0, run.out
    with product(settings, url) as responder:
        made = use(responder)

    back = migrate(url, "rollback", "--yes", "--export", str(file))

    assert (back.status, back.json["differing"]) == (0, []), back.out
    assert back.json["file"] == str(file)
    assert back.json["exported"] == len(file.read_text(encoding="utf-8").splitlines())
    assert_is_what_was_made(file, made)
    assert sorted(tables(url)) == names
    assert checksums(url, names) == sums
    assert snapshot(url) == before
    assert_neighbours_work(url)

    again = migrate(url, "run", "--yes", *mapping_for(PLATFORM))
    verified = migrate(url, "verify")
    assert (again.status, again.json) == (0, run.json), again.out
    assert (verified.status, verified.json["differences"]) == (0, []), verified.out


def assert_neighbours_work(url: str) -> None:
    """The view, the trigger and the foreign key."""
    [(open_ones,)] = query(url, "SELECT COUNT(*) FROM v_open_incidents")
    assert open_ones == 10
    execute(url, "UPDATE incidents SET title = 'touched' WHERE id = 20240000")
    [(touched,)] = query(url, "SELECT update_time > '2026-01-01' FROM incidents WHERE id = 20240000")
    assert touched == 1
    with pytest.raises(pymysql.err.IntegrityError) as refused:
        execute(url, "INSERT INTO incident_actions (incident_id, content) VALUES (1, 'of nothing')")
    assert refused.value.args[0] == 1452


# SQLite: the same neighbours

NEIGHBOURS = """
CREATE TABLE incident_actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id BIGINT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    content TEXT NOT NULL
);
INSERT INTO incident_actions (incident_id, content) SELECT id, 'Add a canary' FROM incidents WHERE id % 10 = 0;
CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT UNIQUE, real_name TEXT);
INSERT INTO users VALUES (1, 'op', '值班甲');
CREATE INDEX by_status ON incidents (status, level);
CREATE VIEW v_open AS SELECT id, title FROM incidents WHERE status = '未处理';
CREATE TRIGGER touch AFTER UPDATE OF title ON incidents BEGIN
    UPDATE incidents SET remarks = 'touched' WHERE id = NEW.id;
END;
"""


def test_the_neighbours_in_sqlite_are_as_they_were(on_sqlite, new_database, settings: Settings, tmp_path: Path):
    url, file = new_database(), tmp_path / "made.jsonl"
    make_sqlite_old(path_of(url), 300)
    execute(url, NEIGHBOURS)
    before = snapshot(url)
    run = migrate(url, "run", "--yes")
    assert run.status == 0, run.out
    assert run.json["action_items"] > 20
    with product(settings, url) as responder:
        made = use(responder)

    back = migrate(url, "rollback", "--yes", "--export", str(file))

    assert (back.status, back.json["differing"]) == (0, []), back.out
    assert_is_what_was_made(file, made)
    assert snapshot(url) == before
    assert query(url, "SELECT COUNT(*) FROM v_open") == [(27,)]
    assert query(url, "PRAGMA foreign_key_list(incident_actions)")[0][2:5] == ("incidents", "incident_id", "id")
    assert query(url, "PRAGMA foreign_key_check") == []

    again = migrate(url, "run", "--yes")
    verified = migrate(url, "verify")
    assert (again.status, again.json) == (0, run.json), again.out
    assert (verified.status, verified.json["differences"]) == (0, []), verified.out
    assert migrate(url, "rollback", "--yes", "--export", str(tmp_path / "nothing.jsonl")).status == 0
    execute(url, "UPDATE incidents SET title = 'touched' WHERE id = 1")
    assert query(url, "SELECT remarks FROM incidents WHERE id = 1") == [("touched",)]


# Both


def test_a_rollback_that_cannot_write_its_export_changes_nothing(plain, tmp_path: Path):
    url = plain(50)
    assert migrate(url, "run", "--yes").status == 0
    before = snapshot(url)
    full = tmp_path / "full.jsonl"
    full.write_text("of yesterday\n")

    for file in (tmp_path / "no" / "such" / "folder.jsonl", tmp_path, full):
        refused = migrate(url, "rollback", "--yes", "--export", str(file))
        assert refused.status == 1, refused.out
        assert str(file) in refused.stderr
        assert snapshot(url) == before

    assert full.read_text() == "of yesterday\n"


def test_before_anything_was_migrated_there_is_nothing_to_roll_back(plain, tmp_path: Path):
    url = plain(10)
    before = snapshot(url)

    refused = migrate(url, "rollback", "--yes", "--export", str(tmp_path / "made.jsonl"))

    assert refused.status == 1
    assert "nothing to roll back" in refused.out
    assert snapshot(url) == before
    assert list(tmp_path.iterdir()) == []


class Killed(BaseException):
    pass


@pytest.mark.parametrize("finished", [True, False], ids=["of a finished run", "of a run killed before it was noted"])
def test_a_rollback_that_was_killed_at_its_last_step_is_known_as_one(
    plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished: bool
):
    """The old tables are back and all of Closeloop's are dropped, but for the note of the migration."""
    url = plain(50)
    before = snapshot(url)
    assert migrate(url, "run", "--yes").status == 0
    if not finished:
        execute(url, "UPDATE migration_runs SET finished_at = NULL")
    with closing(open_engine(url)) as engine:
        drop = engine.drop

        def until_the_journal(names: Sequence[str]) -> None:
            if journal.NAME in names:
                raise Killed
            drop(names)

        monkeypatch.setattr(engine, "drop", until_the_journal)
        with pytest.raises(Killed):
            rollback(engine, tmp_path / "made.jsonl", lambda _: None)

    status = migrate(url, "status")
    run = migrate(url, "run", "--yes")
    back = migrate(url, "rollback", "--yes", "--export", str(tmp_path / "made.jsonl"))

    assert status.json["state"] == "rolling_back", status.out
    assert run.status == 1, run.out
    assert back.status == 0, back.out
    assert snapshot(url) == before
