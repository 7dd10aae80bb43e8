"""python run.py: what it brings up by itself, and what it refuses to start on."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select, text

from backend.app import create_app, schema, start
from backend.app.config import Settings
from backend.app.extensions import db
from backend.app.models import User
from tests.harness.client import Client

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fresh(settings: Settings, new_database) -> Iterator[Flask]:
    """An application on a database without tables."""
    app = create_app(dataclasses.replace(settings, database_url=new_database()))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_empty_database_is_brought_to_the_newest_schema(fresh: Flask):
    schema.bring_up()
    assert db.session.scalars(select(User)).all() == []


def test_and_one_of_the_newest_schema_is_left_alone(fresh: Flask):
    schema.bring_up()
    run("INSERT INTO login_failures (username_hash, failures, created_at) VALUES ('x', 1, '2026-01-01')")
    schema.bring_up()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM login_failures")).scalar() == 1


def refusal() -> str:
    with pytest.raises(schema.NotReady) as refused:
        schema.bring_up()
    return str(refused.value)


def test_one_that_is_behind_is_refused_and_the_command_is_named(fresh: Flask, monkeypatch: pytest.MonkeyPatch):
    schema.bring_up()
    monkeypatch.setattr(ScriptDirectory, "get_heads", lambda _: ["9998"])
    assert "run `.venv/bin/flask db upgrade`" in refusal()
    assert "backup" in refusal()


def test_one_of_a_later_version_is_refused(fresh: Flask):
    schema.bring_up()
    run("UPDATE alembic_version SET version_num = '9999'")
    assert "later version" in refusal()
    assert "db upgrade" not in refusal()


def test_one_with_migrations_of_another_program_is_refused(fresh: Flask):
    run("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    run("INSERT INTO alembic_version VALUES ('ae1027a6acf')")
    run("CREATE TABLE alerts (id INTEGER PRIMARY KEY)")
    assert "python migrate_alert_system.py" in refusal()


def test_one_whose_schema_was_made_half_way_is_refused(fresh: Flask):
    run("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    run("CREATE TABLE events (id INTEGER PRIMARY KEY)")
    assert "interrupted" in refusal()


def test_two_first_starts_at_once_make_one_schema(fresh: Flask, tmp_path: Path):
    settings: Settings = fresh.config["SETTINGS"]
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "JWT_SECRET_KEY": settings.jwt_secret_key,
        "LOG_FILE": str(tmp_path / "app.log"),
    }
    code = "from backend.app.start import ready_app; ready_app()"
    starts = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ends = [(start.communicate()[1], start.returncode) for start in starts]
    assert [code for _, code in ends] == [0, 0, 0], ends
    assert len(db.session.scalars(select(User)).all()) == 1


def test_it_does_not_go_on_beside_one_that_makes_the_schema(fresh: Flask, monkeypatch: pytest.MonkeyPatch):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("there one waits for as long as it takes")
    monkeypatch.setattr(schema, "PATIENCE", 0)
    with db.engine.connect() as other:
        assert other.scalar(text(f"SELECT GET_LOCK({schema.LOCK}, 0)")) == 1
        assert refusal().startswith("Another start is still at work")
        other.execute(text(f"SELECT RELEASE_LOCK({schema.LOCK})"))
    schema.bring_up()


@pytest.mark.parametrize(
    "host, bound, told",
    [("127.0.0.1", "127.0.0.1", "localhost"), ("::", "::", "localhost"), ("::1", "::1", "[::1]")],
)
def test_it_listens_where_it_is_told_to(app: Flask, settings: Settings, host: str, bound: str, told: str):
    server = start.Server(app, dataclasses.replace(settings, host=host, port=5123))
    assert (server.cfg.address, server.address) == ([(bound, 5123)], f"http://{told}:5123")


@pytest.mark.parametrize("table", ["alerts", "something_else"])
def test_one_that_is_not_ours_is_refused_and_left_as_it_is(fresh: Flask, table: str):
    run(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)")
    assert "python migrate_alert_system.py" in refusal()
    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() == [table]


class TestTheFirstAdmin:
    def first(self, app: Flask, **changes: object) -> None:
        start.create_first_admin(dataclasses.replace(app.config["SETTINGS"], **changes))

    def login(self, app: Flask, password: str) -> int:
        return Client(app).post("auth/login", {"username": "admin", "password": password}).status_code

    def test_gets_the_password_that_is_set_and_it_is_not_printed(self, app: Flask, capsys):
        with app.app_context():
            self.first(app, admin_password="set by the operator")
        assert capsys.readouterr().out == ""
        assert self.login(app, "set by the operator") == 200

    def test_or_one_that_is_made_and_printed_once(self, app: Flask, capsys):
        with app.app_context():
            self.first(app)
            printed = capsys.readouterr().out
            self.first(app)
        assert capsys.readouterr().out == ""
        assert printed.startswith("Created user admin with password ")
        password = printed.split()[5]
        assert len(password) >= 12
        assert self.login(app, password) == 200

    def test_is_an_admin_and_tells_of_it(self, app: Flask, ledger):
        with app.app_context():
            self.first(app, admin_password="set by the operator")
        [user] = ledger.all(User)
        assert (user.username, user.role) == ("admin", "admin")
        [event] = ledger.events("user", user.id)
        assert (event.action, event.actor_kind, event.actor_name) == ("created", "system", "Closeloop")

    def test_is_not_made_where_there_is_anybody(self, app: Flask, make, ledger, capsys):
        make.user("somebody", "viewer")
        with ledger.unchanged(), app.app_context():
            self.first(app, admin_password="another password")
        assert capsys.readouterr().out == ""


def python_run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "run.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_bad_settings_stop_it_with_a_sentence_and_no_traceback():
    ended = python_run(PORT="http", LOG_LEVEL="LOUD")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Closeloop does not start.\n")
    assert "PORT:" in ended.stderr
    assert "LOG_LEVEL:" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "url",
    [
        "mysql+pymysql://root@127.0.0.1:1/closeloop",
        "sqlite:////dev/null/closeloop.db",
        "sqlite:////proc/version",
        "sqlite:////",
    ],
)
def test_a_database_that_cannot_be_worked_with_is_named_without_a_traceback(url: str, tmp_path: Path):
    ended = python_run("worker", DATABASE_URL=url, JWT_SECRET_KEY="x" * 40, LOG_FILE=str(tmp_path / "app.log"))
    assert ended.returncode == 1
    assert "Closeloop does not start.\n" in ended.stderr
    assert "DATABASE_URL:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_log_that_cannot_be_written_is_named_without_a_traceback(tmp_path: Path):
    ended = python_run("worker", DATABASE_URL=f"sqlite:///{tmp_path}/closeloop.db", LOG_FILE=str(tmp_path))
    assert (ended.returncode, "LOG_FILE: cannot be written" in ended.stderr) == (1, True)
    assert "Traceback" not in ended.stderr


def test_a_secret_that_is_empty_is_named(tmp_path: Path):
    (tmp_path / "jwt-secret-key").touch()
    ended = python_run("worker", DATABASE_URL=f"sqlite:///{tmp_path}/closeloop.db", LOG_FILE=str(tmp_path / "log"))
    assert (ended.returncode, "JWT_SECRET_KEY:" in ended.stderr) == (1, True)


def test_a_database_of_another_version_stops_it_with_what_to_do(fresh: Flask, tmp_path: Path):
    schema.bring_up()
    run("UPDATE alembic_version SET version_num = '9999'")
    settings: Settings = fresh.config["SETTINGS"]
    ended = python_run(
        "worker",
        DATABASE_URL=settings.database_url,
        JWT_SECRET_KEY=settings.jwt_secret_key,
        LOG_FILE=str(tmp_path / "app.log"),
    )
    assert ended.returncode == 1
    assert "Closeloop does not start.\n" in ended.stderr
    assert ".venv/bin/flask db current" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_word_that_is_no_command():
    ended = python_run("sever")
    assert (ended.returncode, ended.stderr) == (1, "python run.py takes no argument, or `worker`; not 'sever'.\n")
