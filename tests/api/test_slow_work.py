"""Passwords are hashed and checked while nothing is locked, and for nobody who is not let in."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pymysql.err import OperationalError as DriverError
from sqlalchemy.exc import OperationalError

from backend.app.extensions import HELD, db
from backend.app.models import User
from backend.app.services import auth
from tests.factories import PASSWORD, hashed
from tests.harness.client import Client
from tests.ledger import Ledger, refused

HASHER = auth.HASHER
NEW = {"username": "li.lei", "display_name": "李雷", "password": "long enough", "role": "responder"}


def writers_must_wait() -> bool:
    """Whether somebody who would write now is held up; MariaDB locks rows, of which none is known here."""
    if db.engine.dialect.name != "sqlite":
        return HELD.get() is not None
    other = sqlite3.connect(str(db.engine.url.database), timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE").execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


class Hasher:
    """The real one; `slow` is one entry for each use of it: whether others had to wait meanwhile."""

    def __init__(self) -> None:
        self.slow: list[bool] = []

    def hash(self, password: str) -> str:
        self.slow.append(writers_must_wait())
        return HASHER.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        self.slow.append(writers_must_wait())
        return HASHER.verify(password_hash, password)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    hashed(PASSWORD)  # the factory's, kept from now on: not the work that is looked at
    hasher = Hasher()
    monkeypatch.setattr(auth, "HASHER", hasher)
    return hasher.slow


@pytest.fixture
def lost_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[OperationalError]:
    """The first commit loses a race; the list is empty once it has."""
    with app.app_context():
        dialect = db.engine.dialect
    waiting, real = [OperationalError("COMMIT", {}, DriverError(1213, "injected"))], dialect.do_commit

    def commit(connection: Any) -> None:
        if waiting:
            raise waiting.pop()
        real(connection)

    monkeypatch.setattr(dialect, "do_commit", commit)
    return waiting


def test_with_a_login(client: Client, make, slow):
    make.user("wang")
    assert client.post("auth/login", {"username": "wang", "password": PASSWORD}).status_code == 200
    assert slow == [False]


def test_when_it_fails_no_password_reaches_the_log(app: Flask, client: Client, make, monkeypatch):
    make.user("wang")
    monkeypatch.setattr(auth, "_matches", lambda *_: 1 / 0)
    refused(client.post("auth/login", {"username": "wang", "password": "s3cret-password"}), 500, "internal")
    logged = Path(app.config["SETTINGS"].log_file).read_text()
    assert "ZeroDivisionError" in logged
    assert "s3cret" not in logged


def test_with_a_new_person(admin: Client, client: Client, slow):
    assert admin.post("users", NEW).status_code == 201
    assert slow == [False]
    answer = client.post("auth/login", {"username": "li.lei", "password": "long enough"})
    assert answer.status_code == 200


def test_with_a_new_password_from_an_admin(admin: Client, client: Client, make, slow):
    wang = make.user("wang")
    assert admin.patch(f"users/{wang.id}", {"password": "a new password", "role": "viewer"}).status_code == 200
    assert slow == [False]
    answer = client.post("auth/login", {"username": "wang", "password": "a new password"})
    assert (answer.status_code, answer.json["user"]["role"]) == (200, "viewer")


def test_with_a_new_password_of_ones_own(responder: Client, slow):
    body = {"current_password": PASSWORD, "new_password": "a new password"}
    assert responder.post("auth/password", body).status_code == 204
    assert slow == [False, False]


def test_a_unit_that_is_run_again_hashes_no_second_time(admin: Client, ledger: Ledger, slow, lost_once):
    assert admin.post("users", NEW).status_code == 201
    assert (slow, lost_once) == ([False], [])
    assert [event.action for event in ledger.events("user")] == ["created"]
    assert [user.username for user in ledger.all(User)] == ["admin", "li.lei"]


def test_nor_does_the_same_request_sent_again(admin: Client, slow):
    for _ in range(2):
        assert admin.post("users", NEW, Idempotency_Key="k").status_code == 201
    assert slow == [False]


@pytest.mark.parametrize("body", [NEW, NEW | {"role": "owner"}])
def test_who_is_not_let_in_is_not_worked_for(responder: Client, client: Client, ledger: Ledger, slow, body):
    with ledger.unchanged():
        refused(client.post("users", body), 401, "unauthenticated")
        refused(responder.post("users", body), 403, "role_required")
    assert slow == []


def test_nor_is_what_is_not_understood(admin: Client, ledger: Ledger, slow):
    with ledger.unchanged():
        refused(admin.post("users", NEW | {"role": "owner"}), 422, "invalid", "role")
    assert slow == []
