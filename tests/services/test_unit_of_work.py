"""What the unit of work does when the database refuses: codes and outcomes written out by hand."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from pymysql.connections import Connection as DriverConnection
from pymysql.err import IntegrityError as DriverIntegrityError
from pymysql.err import OperationalError as DriverError
from sqlalchemy import NullPool, create_engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from backend.app import unit
from backend.app.domain.errors import Busy, Forbidden, LoginRefused, OutcomeUnknown
from backend.app.domain.roles import SYSTEM, Role
from backend.app.extensions import db
from backend.app.models import Event, User
from backend.app.services.record import event_row, record_many
from tests.factories import Factory
from tests.ledger import Ledger

LOST_RACES = [1213, 1205, 1020]
LOST_CONNECTIONS = [1047, 1180, 2003, 2006, 2013, 1927, 1053]
EXHAUSTED = [1040, 1290]
FAULTS_OF_OURS = [1054, 1064, 1146, 1105]

Work = Callable[[], str]


@pytest.fixture(autouse=True)
def at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """In the application's context, without pauses between attempts."""
    monkeypatch.setattr(unit.time, "sleep", lambda _: None)
    with app.app_context():
        yield


def of_driver(code: int) -> OperationalError:
    return OperationalError("statement", {}, DriverError(code, "injected"))


def writing(*failures: Exception) -> tuple[Work, list[int]]:
    """Work that writes an event row and fails with each of `failures` in turn before it succeeds; and its attempts."""
    waiting, attempts = list(failures), []

    def work() -> str:
        attempts.append(len(attempts) + 1)
        record_many([event_row(SYSTEM, "tested", "unit", 1, None, {"attempt": attempts[-1]})])
        if waiting:
            raise waiting.pop(0)
        return "done"

    return work, attempts


def failing_commits(monkeypatch: pytest.MonkeyPatch, *failures: Exception) -> None:
    """Let the first commits fail in the driver; the others are real."""
    waiting, real = list(failures), db.engine.dialect.do_commit

    def commit(connection: Any) -> None:
        if waiting:
            raise waiting.pop(0)
        real(connection)

    monkeypatch.setattr(db.engine.dialect, "do_commit", commit)


def attempts_kept(ledger: Ledger) -> list[int]:
    return [event.after["attempt"] for event in ledger.all(Event)]


@pytest.mark.parametrize("code", LOST_RACES + LOST_CONNECTIONS)
def test_what_was_lost_is_done_again_from_the_start(ledger: Ledger, code: int):
    work, _ = writing(of_driver(code), of_driver(code))
    assert unit.run(work) == "done"
    assert attempts_kept(ledger) == [3]


@pytest.mark.parametrize("code", LOST_RACES)
def test_a_race_lost_at_the_commit_is_run_again_even_if_it_must_not_be_done_twice(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, code: int
):
    work, _ = writing()
    failing_commits(monkeypatch, of_driver(code))
    assert unit.run(work, repeatable=lambda: False) == "done"
    assert attempts_kept(ledger) == [2]


def test_what_the_session_knew_is_forgotten_with_a_race_lost_at_the_commit(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, make: Factory
):
    wang, held = make.user("wang"), []

    def work() -> None:
        user = db.session.get_one(User, wang.id)
        user.display_name += "!"
        li = User(username="li", display_name="Li", password_hash="", role=Role.VIEWER)
        db.session.add(li)
        held.append((user, li))

    failing_commits(monkeypatch, of_driver(1213))
    unit.run(work)
    assert len(held) == 2
    assert [user.display_name for user in ledger.all(User)] == ["Wang!", "Li"]


@pytest.mark.parametrize("joined", [False, True])
def test_nothing_of_a_commit_that_failed_is_committed_with_the_next(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, joined: bool
):
    work, _ = writing()

    def refused() -> None:
        if joined:
            assert db.session.scalars(select(Event)).all() == []
        work()

    failing_commits(monkeypatch, of_driver(1105))
    with pytest.raises(OperationalError):
        unit.run(refused)
    assert unit.run(work) == "done"
    assert attempts_kept(ledger) == [2]


@pytest.mark.parametrize("code", LOST_CONNECTIONS)
def test_a_connection_lost_at_the_commit_leaves_the_outcome_unknown(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, code: int
):
    work, attempts = writing()
    failing_commits(monkeypatch, of_driver(code))
    with pytest.raises(OutcomeUnknown):
        unit.run(work, repeatable=lambda: False)
    assert attempts == [1]


@pytest.mark.parametrize("code", LOST_CONNECTIONS)
def test_unless_doing_it_twice_is_harmless(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, code: int):
    work, _ = writing()
    failing_commits(monkeypatch, of_driver(code))
    assert unit.run(work, repeatable=lambda: True) == "done"
    assert attempts_kept(ledger) == [2]


@pytest.mark.parametrize("code", EXHAUSTED)
def test_a_database_that_takes_no_more_is_not_pressed(ledger: Ledger, code: int):
    work, attempts = writing(of_driver(code))
    with pytest.raises(Busy):
        unit.run(work)
    assert attempts == [1]
    assert attempts_kept(ledger) == []


@pytest.mark.parametrize("code", FAULTS_OF_OURS)
def test_a_fault_of_ours_is_neither_hidden_nor_tried_again(ledger: Ledger, code: int):
    work, attempts = writing(of_driver(code))
    with pytest.raises(OperationalError):
        unit.run(work)
    assert attempts == [1]
    assert attempts_kept(ledger) == []


def test_after_eight_lost_races_others_are_said_to_be_in_the_way(ledger: Ledger):
    work, attempts = writing(*(of_driver(1213) for _ in range(20)))
    with pytest.raises(Busy):
        unit.run(work)
    assert attempts == [1, 2, 3, 4, 5, 6, 7, 8]
    assert attempts_kept(ledger) == []


@pytest.mark.parametrize("code", LOST_CONNECTIONS)
def test_a_silent_connection_that_used_it_up_is_made_good(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, code: int):
    """The first attempt asks no ping; that it waits a minute for an answer must not be the end."""
    now = iter([0.0, 60.0, 120.0])
    monkeypatch.setattr(unit.time, "monotonic", lambda: next(now))
    work, _ = writing(of_driver(code))
    assert unit.run(work) == "done"
    work, attempts = writing(of_driver(code), of_driver(code))
    now = iter([0.0, 60.0, 120.0])
    with pytest.raises(Busy):
        unit.run(work)
    assert attempts == [1, 2]


def test_long_waits_for_a_lock_use_up_the_patience(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    now = iter([0.0, 10.0, 20.0, 30.0])
    monkeypatch.setattr(unit.time, "monotonic", lambda: next(now))
    work, attempts = writing(*(of_driver(1205) for _ in range(20)))
    with pytest.raises(Busy):
        unit.run(work)
    assert attempts == [1, 2]


def test_a_key_that_is_taken_every_time_is_a_fault_and_no_race(ledger: Ledger):
    taken = IntegrityError("statement", {}, DriverIntegrityError(1062, "Duplicate entry"))
    work, attempts = writing(*[taken] * 20)
    with pytest.raises(IntegrityError):
        unit.run(work)
    assert len(attempts) == 8


def test_a_refusal_leaves_nothing(ledger: Ledger):
    work, _ = writing(Forbidden("no"))
    with ledger.unchanged(), pytest.raises(Forbidden):
        unit.run(work)


def test_unless_it_keeps_its_changes(ledger: Ledger):
    work, _ = writing(LoginRefused("wrong"))
    with pytest.raises(LoginRefused):
        unit.run(work)
    assert attempts_kept(ledger) == [1]


@pytest.mark.parametrize("code", [1047, 1180])
def test_a_node_that_left_its_cluster_is_not_asked_again_on_this_connection(app: Flask, code: int):
    """SQLAlchemy does not know these two; the real server is made to answer with them."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no nodes")
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text(f"SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'not ready'"))
    assert caught.value.connection_invalidated


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The round trips for which the driver has methods of their own."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite is asked for nothing over a wire")
    db.engine.dispose()
    db.session.scalar(text("SELECT 1"))  # so that the pool has one connection, and it is not a new one
    db.session.rollback()
    seen: list[str] = []

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(DriverConnection, name)

        def call(*given: Any) -> Any:
            seen.append(name)
            return real(*given)

        return call

    for name in ("ping", "commit", "rollback"):
        monkeypatch.setattr(DriverConnection, name, watched(name))
    return seen


class TestAConnectionOfThePool:
    def test_is_only_committed_by_a_unit(self, asked: list[str]):
        unit.run(writing()[0])
        unit.run(writing()[0])
        assert asked == ["commit", "commit"]

    def test_is_rolled_back_after_a_refusal(self, asked: list[str]):
        with pytest.raises(Forbidden):
            unit.run(writing(Forbidden("no"))[0])
        assert asked == ["rollback"]

    def test_is_asked_before_it_is_read_from_whether_it_is_there(self, asked: list[str]):
        db.session.scalars(select(Event)).all()
        db.session.rollback()
        assert asked[0] == "ping"

    def test_is_asked_when_a_unit_begins_again(self, asked: list[str]):
        unit.run(writing()[0])
        unit.run(writing(of_driver(1213))[0])
        assert asked == ["commit", "rollback", "ping", "commit"]

    def test_is_made_anew_when_the_server_has_hung_up(self, app: Flask, ledger: Ledger):
        """All are dead: who reads notices nothing, a unit begins once more."""
        if db.engine.dialect.name == "sqlite":
            pytest.skip("SQLite cannot hang up")

        def kill_all() -> None:
            db.engine.dispose()
            with ExitStack() as stack:
                connections = [stack.enter_context(db.engine.connect()) for _ in range(5)]
                numbers = [connection.scalar(text("SELECT CONNECTION_ID()")) for connection in connections]
            killer = create_engine(db.engine.url, poolclass=NullPool)
            with killer.connect() as other:
                for number in numbers:
                    other.execute(text(f"KILL {number}"))

        kill_all()
        assert db.session.scalars(select(Event)).all() == []
        db.session.rollback()
        kill_all()
        work, attempts = writing()
        assert unit.run(work) == "done"
        assert attempts == [1, 2]
        assert attempts_kept(ledger) == [2]

    def test_with_a_transaction_that_nobody_ended_is_rolled_back(self, ledger: Ledger):
        unit.run(writing()[0])
        with ledger.unchanged():
            for _ in range(2):
                connection = db.engine.raw_connection()
                cursor = connection.cursor()
                cursor.execute("BEGIN")
                cursor.execute("DELETE FROM events")
                connection.close()
