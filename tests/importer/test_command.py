"""`python migrate_alert_system.py`: what each subcommand prints, writes and ends with."""

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from backend.app import create_app
from backend.app.config import Settings
from backend.app.domain.roles import Role
from backend.app.extensions import db
from backend.app.importer.mapping import read_mapping
from tests.factories import Factory
from tests.harness.client import Client
from tests.importer.helpers import (
    PLATFORM,
    REGISTER,
    WORK_ORDERS,
    Done,
    execute,
    make_sqlite_old,
    mapping_for,
    migrate,
    query,
    snapshot,
    totals,
)


@dataclasses.dataclass(frozen=True)
class Migrated:
    url: str
    run: Done


# The three old databases


@pytest.fixture(scope="module", params=[REGISTER, WORK_ORDERS, PLATFORM])
def schema(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def migrated(old, schema: str) -> Migrated:
    url = old(schema)
    done = migrate(url, "run", "--yes", *mapping_for(schema))
    assert done.status == 0, done.out
    return Migrated(url, done)


def counted(url: str, column: str, table: str) -> dict[str, int]:
    return dict(Counter(word for (word,) in query(url, f"SELECT {column} FROM {table}")))


def test_a_run_prints_the_totals_that_are_expected(migrated: Migrated, schema: str):
    expected = totals(schema)

    assert migrated.run.json == {
        "rows": expected["rows"],
        "alerts": expected["alerts"],
        "incidents": expected["incidents"],
        "post_mortems": expected["postmortem_drafts"],
        "action_items": sum(expected["action_items_by_status"].values()),
        "skipped": expected["skipped"],
        "rejected": expected["rejected"],
        "warnings": expected["warnings"],
        "differences": [],
    }


def test_and_the_database_holds_them(migrated: Migrated, schema: str):
    url, expected = migrated.url, totals(schema)

    assert counted(url, "level", "alerts") == expected["alerts_by_level"]
    assert counted(url, "status", "alerts") == expected["alerts_by_status"]
    assert counted(url, "severity", "incidents") == expected["incidents_by_severity"]
    assert counted(url, "status", "incidents") == expected["incidents_by_status"]
    assert counted(url, "status", "post_mortems") == {"Draft": expected["postmortem_drafts"]}
    assert counted(url, "status", "action_items") == expected["action_items_by_status"]
    assert counted(url, "kind", "incident_timeline").get("note", 0) == expected["timeline_notes"]
    assert counted(url, "reason", "migration_rejects") == expected["rejected"]


def test_and_verify_finds_no_difference(migrated: Migrated):
    done = migrate(migrated.url, "verify")

    assert (done.status, done.json) == (0, migrated.run.json), done.out


def test_number_codes_are_refused_with_the_columns_and_their_values(old, tmp_path: Path):
    url, file = old(WORK_ORDERS), tmp_path / "mapping.toml"
    before = snapshot(url)

    done = migrate(url, "run", "--yes")
    checked = migrate(url, "check", "--write-mapping", str(file))

    for refused in (done, checked):
        assert refused.status == 1
        assert "Column `status`" in refused.out
        assert "0 (44), 1 (12), 2 (16), 3 (6), 7 (2)" in refused.out
        assert "Column `level`" in refused.out
        assert "0 (3), 1 (5), 2 (14), 3 (28), 4 (18), 5 (12)" in refused.out
        assert "Traceback" not in refused.out
    assert snapshot(url) == before

    filled_in = file.read_text(encoding="utf-8")
    for code, status in {"0": "resolved", "1": "working", "2": "open", "3": "false_alarm"}.items():
        filled_in = filled_in.replace(f'# "{code}" = ""', f'"{code}" = "{status}"', 1)
    head, _, levels = filled_in.partition("[level]")
    for code, level in {"5": "Critical", "4": "Error", "3": "Warning", "2": "Info", "1": "Info"}.items():
        levels = levels.replace(f'# "{code}" = ""', f'"{code}" = "{level}"', 1)
    file.write_text(f"{head}[level]{levels}", encoding="utf-8")
    assert read_mapping(file).status == {"0": "resolved", "1": "working", "2": "open", "3": "false_alarm"}

    checked = migrate(url, "check", "--mapping", str(file))

    assert checked.status == 0, checked.out
    expected = totals(WORK_ORDERS)
    assert {name: checked.json[name] for name in ("rows", "alerts", "incidents", "rejected", "warnings")} == {
        name: expected[name] for name in ("rows", "alerts", "incidents", "rejected", "warnings")
    }
    assert snapshot(url) == before


# A plain old table, on both engines

ROWS = 400


@pytest.fixture(scope="module")
def done(plain) -> Migrated:
    url = plain(ROWS)
    run = migrate(url, "run", "--yes")
    assert run.status == 0, run.out
    return Migrated(url, run)


def test_check_is_what_it_does_without_a_subcommand_and_it_writes_nothing(plain, done: Migrated):
    url = plain(ROWS)
    before = snapshot(url)

    checked = migrate(url)

    assert checked.status == 0, checked.out
    assert snapshot(url) == before
    assert {name: checked.json[name] for name in done.run.json if name != "differences"} == {
        name: value for name, value in done.run.json.items() if name != "differences"
    }


def test_every_row_is_accounted_for(done: Migrated):
    result = done.run.json

    left = sum(result["skipped"].values()) + sum(result["rejected"].values())
    assert result["alerts"] + left == result["rows"] == ROWS
    assert result["rejected"].keys() >= {"unknown_status"}
    assert result["skipped"].keys() == {"deleted"}


def test_a_second_run_prints_the_same_result_and_changes_nothing(done: Migrated):
    before = snapshot(done.url)

    again = migrate(done.url, "run", "--yes")

    assert (again.status, again.json) == (0, done.run.json), again.out
    assert snapshot(done.url) == before


def test_check_and_status_say_that_it_is_done(done: Migrated):
    checked, status = migrate(done.url, "check"), migrate(done.url, "status")

    assert (checked.status, status.status) == (0, 0)
    assert "done" in checked.out
    assert status.json["state"] == "done"
    assert status.json["alerts"] == done.run.json["alerts"]


def test_the_import_is_one_event(done: Migrated):
    assert query(done.url, "SELECT entity, action, actor_kind FROM events") == [("migration", "imported", "system")]


def test_verify_names_a_changed_row_and_leaves_out_what_people_changed(done: Migrated):
    wrong = "SELECT MAX(id) FROM alerts WHERE level = 'Warning'"
    [(alert,)] = query(done.url, wrong)
    execute(done.url, f"UPDATE alerts SET level = 'Info' WHERE id = {alert}")

    differs = migrate(done.url, "verify")

    assert differs.status == 1
    assert differs.json["differences"]
    assert any(f"alerts {alert} " in line and "level" in line for line in differs.json["differences"]), differs.out
    assert f"alerts {alert} " in differs.out

    execute(done.url, f"UPDATE alerts SET version = 2 WHERE id = {alert}")
    left_out = migrate(done.url, "verify")
    execute(done.url, f"UPDATE alerts SET level = 'Warning', version = 1 WHERE id = {alert}")

    assert (left_out.status, left_out.json["differences"]) == (0, []), left_out.out
    assert "1 alerts" in left_out.out


def test_report_writes_a_page(done: Migrated, tmp_path: Path):
    file = tmp_path / "report.html"

    reported = migrate(done.url, "report", "--out", str(file))

    assert reported.status == 0, reported.out
    page = file.read_text(encoding="utf-8")
    assert page.lstrip().casefold().startswith("<!doctype html>")
    assert str(done.run.json["alerts"]) in page.replace(",", "")


def test_verify_and_report_need_a_migration(plain, tmp_path: Path):
    url = plain(10)
    before = snapshot(url)

    verified, reported = migrate(url, "verify"), migrate(url, "report", "--out", str(tmp_path / "report.html"))

    assert (verified.status, reported.status) == (1, 1)
    assert "nothing has been migrated" in verified.out
    assert not (tmp_path / "report.html").exists()
    assert snapshot(url) == before


# Through the API


@pytest.fixture(scope="module")
def viewer(done: Migrated, settings: Settings) -> Client:
    app = create_app(dataclasses.replace(settings, database_url=done.url))
    client = Client(app).as_(Factory(app).user("viewer-of-the-past", Role.VIEWER))
    yield client
    with app.app_context():
        db.session.execute(text("DELETE FROM login_sessions"))
        db.session.execute(text("DELETE FROM users"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_the_board_shows_the_imported_incidents(done: Migrated, viewer: Client):
    columns = viewer.get("incidents/board", limit=200).json["columns"]

    assert {column["status"]: column["count"] for column in columns if column["count"]} == counted(
        done.url, "status", "incidents"
    )
    assert sum(column["count"] for column in columns) == done.run.json["incidents"]


def test_an_incident_shows_its_old_row_and_when_it_was_imported(done: Migrated, viewer: Client):
    [(ident, legacy_id)] = query(done.url, "SELECT MIN(id), MIN(legacy_id) FROM incidents WHERE legacy_id = '12'")

    incident = viewer.get(f"incidents/{ident}").json
    timeline: list[dict[str, Any]] = viewer.get(f"incidents/{ident}/timeline").json["items"]

    assert (incident["legacy_id"], legacy_id) == ("12", "12")
    assert "old remarks" in str(incident["legacy"])
    assert incident["alert_count"] == 1
    [imported] = [entry for entry in timeline if entry["kind"] == "imported"]
    assert imported["data"] == {"table": "incidents", "legacy_id": "12"}


def test_the_alert_list_shows_all_imported_alerts(done: Migrated, viewer: Client):
    counts = viewer.get("alerts/counts").json["by_status"]
    page = viewer.get("alerts", limit=5).json["items"]

    assert {status: number for status, number in counts.items() if number} == counted(done.url, "status", "alerts")
    assert len(page) == 5
    assert all(alert["legacy_id"] for alert in page)


# What is wrong with the call


@pytest.fixture(scope="module")
def file_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("old") / "old.db"
    make_sqlite_old(path, 20)
    return f"sqlite:///{path}"


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["convert"], "convert"),
        (["run", "--timezone", "Mars/Olympus"], "Mars/Olympus"),
        (["run", "--batch", "0"], "--batch"),
        (["check", "--database", "postgresql://localhost/old"], "sqlite:///"),
    ],
)
def test_a_wrong_call_is_exit_2_and_names_what_is_wrong(file_database: str, arguments: list[str], named: str):
    before = snapshot(file_database)

    refused = migrate(file_database, *arguments)

    assert refused.status == 2, refused.out
    assert "usage:" in refused.stderr
    assert named in refused.stderr
    assert snapshot(file_database) == before


@pytest.mark.parametrize(
    "mapping, line, named",
    [
        ('table = "incidents"\n[columns]\ntitle = "headline"\n', 3, "headline"),
        ('[columns]\nid = "id"\nheading = "title"\n', 3, "heading"),
        ('[status]\n"未处理" = "open"\n"转产品" = "gone"\n', 3, "gone"),
        ('[level]\n"一级" = "Fatal"\n', 2, "Fatal"),
        ('\n\n[statuses]\n"a" = "open"\n', 3, "statuses"),
        ('[status]\n\n"a" = open\n', 3, "TOML"),
        ('timezone = "Asia/Atlantis"\n', 1, "Asia/Atlantis"),
        ('[rules]\ndeleted = "burn"\n', 2, "deleted"),
        ('table = "tickets"\n', 1, "tickets"),
    ],
)
def test_a_wrong_mapping_file_is_exit_1_and_the_line_is_named(
    file_database: str, tmp_path: Path, mapping: str, line: int, named: str
):
    file = tmp_path / "mapping.toml"
    file.write_text(mapping, encoding="utf-8")
    before = snapshot(file_database)

    refused = migrate(file_database, "run", "--yes", "--mapping", str(file))

    assert refused.status == 1, refused.out
    assert f"line {line}" in refused.stderr
    assert named in refused.stderr
    assert "Traceback" not in refused.stderr
    assert snapshot(file_database) == before


def test_a_mapping_file_that_is_not_there_is_exit_1(file_database: str, tmp_path: Path):
    refused = migrate(file_database, "check", "--mapping", str(tmp_path / "none.toml"))

    assert refused.status == 1
    assert "none.toml" in refused.stderr
