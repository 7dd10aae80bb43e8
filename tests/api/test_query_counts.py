"""Lists ask the database a fixed number of questions, however many rows there are."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from backend.app.domain.fingerprint import fingerprint
from tests.harness.client import Client
from tests.harness.driver import watched_driver

STATUSES = ["Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"]


@contextmanager
def queries() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(statement: str) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    with watched_driver(note):
        yield seen


def test_a_board_of_a_thousand_incidents_takes_one_request_and_at_most_eight_queries(responder, make):
    make.incidents(1_000, STATUSES, assignee_id=responder.user.id)
    with queries() as seen:
        columns = responder.get("incidents/board").json["columns"]
    assert [column["status"] for column in columns] == STATUSES
    assert sum(column["count"] for column in columns) == 1_000
    assert all(column["items"] for column in columns)
    assert len(seen) <= 8, "\n\n".join(seen)


@pytest.mark.parametrize("path", ["alerts", "incidents", "postmortems", "action-items"])
def test_a_longer_list_takes_no_more_queries(responder: Client, manager: Client, make, path: str):
    def add(number: int) -> None:
        for _ in range(number):
            incident = make.incident("AwaitingPostmortem", assignee_id=manager.user.id)
            make.postmortem(incident, responder.user, reviewers=[manager.user])
            make.action_item(incident, owner_id=responder.user.id)
            make.alert("Linked", incident_id=incident.id)

    def count() -> int:
        with queries() as seen:
            assert responder.get(path).status_code == 200
        return len(seen)

    add(2)
    few = count()
    add(8)
    assert count() == few


def test_a_wide_outage_that_comes_back_takes_no_more_queries_than_a_narrow_one(client, manager, make, clock):
    """All its alerts belong to one closed incident, so each comes back as a new one."""
    key = client.with_key(make.key("generic"))

    def come_back(number: int) -> int:
        incident = make.incident("Closed", resolution="FalseAlarm")
        titles = [f"{place} of {number}" for place in range(number)]
        for title in titles:
            known = {"incident_id": incident.id, "resolved_at": clock.now, "dedup_key": None}
            make.alert("Linked", fingerprint=fingerprint("wide", title, {}), **known)
        signal = {"description": "", "level": "Error", "alert_source": "wide", "fired_at": clock.now.isoformat()}
        with queries() as seen:
            answer = key.post("alerts/batch", {"alerts": [signal | {"title": title} for title in titles]})
        assert {result["outcome"] for result in answer.json["results"]} == {"created"}
        return len(seen)

    come_back(2)  # notes that the key is used
    assert come_back(40) == come_back(4)
