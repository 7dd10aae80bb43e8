"""`flask demo load`: a week to look around in, and never in production by accident."""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from backend.app import create_app
from backend.app.config import Settings
from backend.app.extensions import db
from backend.app.models import ActionItem, Alert, Incident, Postmortem, User
from tests.factories import Factory
from tests.harness.client import Client
from tests.harness.database import migrate
from tests.harness.mariadb import free_port
from tests.ledger import Ledger

CHINESE = re.compile("[\u4e00-\u9fff]")


@contextmanager
def on(database_url: str, settings: Settings) -> Iterator[Flask]:
    app = create_app(dataclasses.replace(settings, database_url=database_url))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def fresh(settings: Settings, new_database) -> Iterator[Flask]:
    """An application on a database without tables."""
    with on(new_database(), settings) as app:
        yield app


@pytest.fixture(scope="module")
def loaded(settings: Settings, new_database) -> Iterator[tuple[Flask, str]]:
    """The demo week, loaded into a database without tables, and what the command said."""
    with on(new_database(), settings) as app:
        result = load(app)
        assert result.exit_code == 0, result.output
        yield app, result.output


def load(app: Flask) -> Result:
    """As an operator who means it: on MySQL with the option that it takes there."""
    option = [] if app.config["SETTINGS"].on_sqlite else ["--on-mysql"]
    return app.test_cli_runner().invoke(args=["demo", "load", *option])


def password_in(output: str) -> str:
    return output.split()[-1]


class TestTheWeek:
    @pytest.fixture
    def rows(self, loaded) -> Ledger:
        return Ledger(loaded[0])

    @pytest.mark.parametrize(
        "model, statuses",
        [
            (Alert, {"Pending", "Acknowledged", "Ignored", "Linked", "Resolved"}),
            (Incident, {"Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"}),
            (Postmortem, {"Draft", "InReview", "Reviewed", "Published"}),
            (ActionItem, {"Open", "InProgress", "Done", "Verified", "Cancelled"}),
        ],
    )
    def test_shows_everything_in_every_state_on_its_way(self, rows: Ledger, model: Any, statuses: set[str]):
        assert {row.status for row in rows.all(model)} >= statuses

    def test_what_was_cancelled_was_cancelled_by_a_manager_who_says_why(self, rows: Ledger):
        managers = {user.id for user in rows.all(User) if user.role == "manager"}
        cancelled = [event for event in rows.events("action_item") if event.action == "cancel"]
        assert [(event.actor_id in managers, bool(CHINESE.search(event.note))) for event in cancelled] == [(True, True)]

    def test_fills_every_column_of_the_board(self, loaded):
        app, output = loaded
        token = Client(app).post("auth/login", {"username": "lina", "password": password_in(output)}).json
        board = Client(app, f"Bearer {token['access_token']}").get("incidents/board").json
        assert [column["status"] for column in board["columns"] if column["items"]] == [
            "Pending",
            "InProgress",
            "Recovering",
            "Recovered",
            "AwaitingPostmortem",
            "Closed",
        ]

    @pytest.mark.parametrize("model", [Alert, Incident, ActionItem])
    def test_is_told_in_chinese_and_in_english(self, rows: Ledger, model: Any):
        chinese = {bool(CHINESE.search(row.title)) for row in rows.all(model)}
        assert chinese == {True, False}

    def test_has_people_of_every_role_who_do_the_work_between_them(self, rows: Ledger):
        people = rows.all(User)
        assert {user.role for user in people} == {"viewer", "responder", "manager", "admin"}
        assert {user.language for user in people} >= {"zh-CN", "en"}
        assert len({incident.assignee_id for incident in rows.all(Incident) if incident.assignee_id}) >= 3
        assert len({item.owner_id for item in rows.all(ActionItem)}) >= 3

    def test_every_one_of_them_logs_in_with_the_password_that_was_printed(self, loaded, rows: Ledger):
        app, output = loaded
        for user in rows.all(User):
            answer = Client(app).post("auth/login", {"username": user.username, "password": password_in(output)})
            assert answer.status_code == 200, user.username

    def test_lies_in_the_past(self, rows: Ledger):
        now = datetime.now(UTC)
        for alert in rows.all(Alert):
            assert alert.fired_at <= alert.last_fired_at <= now
        for incident in rows.all(Incident):
            moments = (incident.detected_at, incident.acknowledged_at, incident.recovered_at, incident.closed_at)
            passed = [moment for moment in moments if moment]
            assert passed == sorted(passed)
            assert passed[-1] <= now

    def test_a_second_load_changes_nothing(self, loaded):
        app, _ = loaded
        with Ledger(app).unchanged():
            again = load(app)
        assert again.exit_code == 0
        assert "Loaded" not in again.output

    def test_the_password_is_kept_for_whoever_runs_it_on_this_machine_only(self, loaded):
        app, output = loaded
        settings: Settings = app.config["SETTINGS"]
        if settings.on_sqlite:
            kept = Path(make_url(settings.database_url).database or "").parent / "demo-password"
            assert kept.read_text().strip() == password_in(output)
            assert kept.stat().st_mode & 0o077 == 0
            assert password_in(load(app).output) == password_in(output)
        else:
            assert password_in(output) not in load(app).output


def test_on_mysql_nothing_is_loaded_unless_it_is_asked_for_by_name(settings: Settings, new_database):
    """On SQLite's turn nothing listens at the address: it is not even asked."""
    nowhere = f"mysql+pymysql://root@127.0.0.1:{free_port()}/closeloop"
    url = nowhere if settings.on_sqlite else new_database()
    with on(url, settings) as app:
        result = app.test_cli_runner().invoke(args=["demo", "load"])
        assert result.exit_code == 1
        assert "kept out of production: nothing loaded" in result.output
        if not settings.on_sqlite:
            assert tables(app) == []


def test_where_there_are_people_already_nothing_is_loaded(fresh: Flask):
    migrate(fresh)
    Factory(fresh).user("somebody")
    with Ledger(fresh).unchanged():
        result = load(fresh)
    assert (result.exit_code, result.output) == (0, "The database has people already: no demo data loaded.\n")


def test_in_a_database_that_is_not_ours_nothing_is_loaded(fresh: Flask):
    with fresh.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alerts (id INTEGER PRIMARY KEY)"))
    result = load(fresh)
    assert result.exit_code == 1
    assert "python migrate_alert_system.py" in result.output
    assert tables(fresh) == ["alerts"]


def tables(app: Flask) -> list[str]:
    with app.app_context(), db.engine.connect() as connection:
        return inspect(connection).get_table_names()
