"""Statements that go to the driver itself fail, are counted and are given up as SQLAlchemy's own are."""

from typing import Any

import pytest
from flask import Flask
from pymysql.err import OperationalError as DriverError
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from backend.app import database, unit
from backend.app.domain import clock
from backend.app.domain.roles import SYSTEM
from backend.app.extensions import db
from backend.app.models import Answer, Event
from backend.app.services.record import event_row, record_many
from backend.app.statement import Statement, insert_into
from tests.harness.driver import watched_driver
from tests.ledger import Ledger

ANSWERS: Any = Answer.__table__
EVENTS: Any = Event.__table__
ADD = insert_into(ANSWERS)
BODIES = Statement(select(ANSWERS.c.body).order_by(ANSWERS.c.id))
REWRITE = Statement(
    update(ANSWERS).where(ANSWERS.c.status == bindparam("status_is")).values(body=bindparam("body_becomes"))
)
COUNT_EVENTS = Statement(select(func.count()).select_from(EVENTS))


@pytest.fixture(autouse=True)
def at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """In the application's context, without pauses between attempts."""
    monkeypatch.setattr(unit.time, "sleep", lambda _: None)
    with app.app_context():
        yield
        db.session.rollback()


def answer(key: str, **columns: Any) -> dict[str, Any]:
    row = {"key_hash": key, "body_hash": "b", "status": 200, "body": "body", "etag": None, "created_at": clock.now()}
    return row | columns


def test_what_is_written_is_read_in_the_same_transaction():
    new = ADD.run(**answer("a", body="值 'quoted' \\ %s %(x)s ? :x"))
    ADD.run_many([answer("b", body="two"), answer("c", body="three", status=201)])
    assert BODIES.read() == ["值 'quoted' \\ %s %(x)s ? :x", "two", "three"]
    assert BODIES.first() == "值 'quoted' \\ %s %(x)s ? :x"
    assert db.session.get_one(Answer, new.lastrowid).key_hash == "a"


def test_the_session_rolls_it_back(ledger: Ledger):
    with ledger.unchanged():
        ADD.run(**answer("a"))
        db.session.rollback()
    assert BODIES.first() is None


def test_rows_are_counted_that_were_found_also_when_they_were_so_already():
    ADD.run_many([answer("a"), answer("b"), answer("c", status=201)])
    assert REWRITE.run(status_is=200, body_becomes="body").rowcount == 2
    assert REWRITE.run(status_is=404, body_becomes="body").rowcount == 0


def test_a_value_that_is_not_given_is_a_fault():
    with pytest.raises(KeyError, match="etag"):
        ADD.run(key_hash="a", body_hash="b", status=200, body="", created_at=None)


def test_a_key_that_is_taken_is_a_lost_race():
    ADD.run(**answer("a"))
    with pytest.raises(IntegrityError) as caught:
        ADD.run(**answer("a", body="secret"))
    assert database.is_lost_race(caught.value)
    assert not caught.value.connection_invalidated
    assert "secret" not in str(caught.value)


def test_a_fault_that_shows_while_rows_are_fetched_is_named_too():
    """SQLite computes a row when it is fetched, PyMySQL has all of them before."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("MariaDB makes a warning of it")
    ADD.run_many([answer("a", body="[1]"), answer("b", body="broken")])
    broken = Statement(select(func.json_extract(ANSWERS.c.body, text("'$[0]'"))).order_by(ANSWERS.c.id))
    with pytest.raises(OperationalError, match="malformed JSON"):
        broken.read()


@pytest.mark.parametrize("code", [1047, 1180, 2006, 2013])
def test_a_lost_connection_is_given_up_and_another_does_the_work(ledger: Ledger, code: int):
    """Two of the codes SQLAlchemy does not know."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no connection to lose")
    failures = [DriverError(code, "injected")]
    used = []

    def tell(statement: str) -> None:
        if statement.startswith("INSERT INTO events") and failures:
            raise failures.pop()

    def work() -> None:
        used.append(db.session.scalar(text("SELECT CONNECTION_ID()")))
        record_many([event_row(SYSTEM, "tested", "unit", 1, None, None)])

    with watched_driver(tell):
        unit.run(work)
    assert len(set(used)) == 2
    assert ledger.count(Event) == 1


def test_so_it_is_when_the_server_really_hangs_up(ledger: Ledger):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no connection to lose")
    used, raised = [], []

    def work() -> int:
        used.append(db.session.scalar(text("SELECT CONNECTION_ID()")))
        if len(used) == 1:
            with db.engine.connect() as other:
                other.execute(text(f"KILL {used[0]}"))
        try:
            return COUNT_EVENTS.first()
        except DBAPIError as error:
            raised.append(error)
            raise

    given_up = db.engine.pool._invalidate_time
    assert unit.run(work) == 0
    assert len(set(used)) == 2
    assert db.engine.pool._invalidate_time > given_up, "the others of the pool are taken for as dead"
    assert [(type(error), error.connection_invalidated) for error in raised] == [(OperationalError, True)]
