"""/healthz and /readyz: does the process live, can it work."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from backend.app import create_app
from backend.app.config import Settings
from backend.app.extensions import db
from tests.harness.client import Client
from tests.harness.mariadb import free_port
from tests.ledger import refused

VERSION = "SELECT 1 FROM alembic_version"
WSREP_ON = "SHOW VARIABLES LIKE 'wsrep_on'"
WSREP_READY = "SHOW STATUS LIKE 'wsrep_ready'"


@pytest.fixture
def node(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A database that answers some statements as a cluster's node would: `node[statement] = "SELECT …"`."""
    answers: dict[str, str] = {}
    with app.app_context():
        engine = db.engine
    monkeypatch.setattr(engine.dialect, "name", "mysql")

    def answer(connection, cursor, statement, parameters, context, executemany):
        return answers.get(statement, statement), parameters

    event.listen(engine, "before_cursor_execute", answer, retval=True)
    yield answers
    event.remove(engine, "before_cursor_execute", answer)


@contextmanager
def another(settings: Settings, database_url: str) -> Iterator[Client]:
    """A client of an application on another database."""
    app = create_app(dataclasses.replace(settings, database_url=database_url))
    yield Client(app)
    with app.app_context():
        db.engine.dispose()


def shown(name: str, value: str) -> str:
    return f"SELECT '{name}', '{value}'"


def is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def is_busy(client: Client) -> str:
    """The reason."""
    answer = client.get("/readyz")
    assert answer.headers["Retry-After"] == "2"
    detail: str = refused(answer, 503, "busy")["detail"]
    return detail


def lives(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_both_are_well_on_a_database_that_answers(client: Client):
    lives(client)
    is_ready(client)


class TestInACluster:
    def test_a_node_of_the_majority_is_ready(self, client: Client, node: dict[str, str]):
        node[WSREP_ON], node[WSREP_READY] = shown("wsrep_on", "ON"), shown("wsrep_ready", "ON")
        is_ready(client)

    def test_a_node_cut_off_from_the_majority_gets_no_traffic_but_is_not_restarted(self, client: Client, node):
        node[WSREP_ON], node[WSREP_READY] = shown("wsrep_on", "ON"), shown("wsrep_ready", "OFF")
        assert "majority" in is_busy(client)
        lives(client)

    def test_nor_one_that_does_not_say_whether_it_is_ready(self, client: Client, node):
        node[WSREP_ON], node[WSREP_READY] = shown("wsrep_on", "ON"), "SELECT 1, 1 WHERE 1 = 0"
        assert "majority" in is_busy(client)

    def test_it_is_ready_again_as_soon_as_it_has_rejoined(self, client: Client, node):
        node[WSREP_ON], node[WSREP_READY] = shown("wsrep_on", "ON"), shown("wsrep_ready", "OFF")
        is_busy(client)
        node[WSREP_READY] = shown("wsrep_ready", "ON")
        is_ready(client)

    @pytest.mark.parametrize("off", [shown("wsrep_on", "OFF"), "SELECT 1, 1 WHERE 1 = 0"], ids=["off", "unknown"])
    def test_a_server_alone_need_not_be_part_of_anything(self, client: Client, node, off: str):
        node[WSREP_ON], node[WSREP_READY] = off, shown("wsrep_ready", "OFF")
        is_ready(client)


def test_a_server_that_nobody_can_reach(settings: Settings):
    with another(settings, f"mysql+pymysql://root:secret@127.0.0.1:{free_port()}/closeloop?charset=utf8mb4") as client:
        detail = is_busy(client)
        assert "secret" not in detail
        assert "127.0.0.1" not in detail
        lives(client)


def test_a_database_without_our_tables(settings: Settings, new_database):
    with another(settings, new_database()) as client:
        is_busy(client)
        lives(client)


def test_a_database_that_went_away_and_came_back(client: Client, node):
    node[WSREP_ON] = shown("wsrep_on", "OFF")
    node[VERSION] = "SELECT 1 FROM a_table_that_is_gone"
    is_busy(client)
    lives(client)
    del node[VERSION]
    is_ready(client)


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_they_are_asked_without_a_token_and_only_asked(client: Client, address: str):
    assert client.get(address).status_code == 200
    assert client.send("HEAD", address).status_code == 200
    refused(client.post(address, {}), 405, "method_not_allowed")
