"""Lists ask the database a fixed number of questions, however many rows there are."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from backend.app.domain.fingerprint import fingerprint
from backend.app.extensions import db
from tests.harness.client import Client

STATUSES = ["Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"]


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_board_of_a_thousand_incidents_takes_one_request_and_at_most_eight_queries(app, responder, make):
    make.incidents(1_000, STATUSES, assignee_id=responder.user.id)
    with queries(app) as seen:
        columns = responder.get("incidents/board").json["columns"]
    assert [column["status"] for column in columns] == STATUSES
    assert sum(column["count"] for column in columns) == 1_000
    assert all(column["items"] for column in columns)
    assert len(seen) <= 8, "\n\n".join(seen)


@pytest.mark.parametrize("path", ["alerts", "incidents", "postmortems", "action-items"])
def test_a_longer_list_takes_no_more_queries(app: Flask, responder: Client, manager: Client, make, path: str):
    def add(number: int) -> None:
        for _ in range(number):
            incident = make.incident("AwaitingPostmortem", assignee_id=manager.user.id)
            make.postmortem(incident, responder.user, reviewers=[manager.user])
            make.action_item(incident, owner_id=responder.user.id)
            make.alert("Linked", incident_id=incident.id)

    def count() -> int:
        with queries(app) as seen:
            assert responder.get(path).status_code == 200
        return len(seen)

    add(2)
    few = count()
    add(8)
    assert count() == few


def test_a_wide_outage_that_comes_back_takes_no_more_queries_than_a_narrow_one(app, client, manager, make, clock):
    """All its alerts belong to one closed incident, so each comes back as a new one."""
    key = client.with_key(make.key("generic"))

    def come_back(number: int) -> int:
        incident = make.incident("Closed", resolution="FalseAlarm")
        titles = [f"{place} of {number}" for place in range(number)]
        for title in titles:
            known = {"incident_id": incident.id, "resolved_at": clock.now, "dedup_key": None}
            make.alert("Linked", fingerprint=fingerprint("wide", title, {}), **known)
        signal = {"description": "", "level": "Error", "alert_source": "wide", "fired_at": clock.now.isoformat()}
        with queries(app) as seen:
            answer = key.post("alerts/batch", {"alerts": [signal | {"title": title} for title in titles]})
        assert {result["outcome"] for result in answer.json["results"]} == {"created"}
        return len(seen)

    come_back(2)  # notes that the key is used
    assert come_back(40) == come_back(4)
