"""POST /alerts/batch: up to a thousand alerts, all or none."""

from typing import Any

import pytest

from backend.app.models import Alert
from tests.harness.client import Client
from tests.ledger import Ledger, refused


def alert(n: int, **more: Any) -> dict[str, Any]:
    return {
        "title": f"Alert {n}",
        "description": "",
        "level": "Info",
        "alert_source": "batch",
        "fired_at": "2026-11-23T08:00:00Z",
    } | more


@pytest.fixture
def sender(client: Client, make) -> Client:
    return client.with_key(make.key("generic"))


def send(client: Client, *alerts: dict[str, Any]):
    return client.post("alerts/batch", {"alerts": alerts})


def test_a_result_for_each_in_their_order(sender: Client, ledger: Ledger):
    send(sender, alert(1))
    [known] = ledger.all(Alert)
    answer = send(sender, alert(2), alert(1), alert(3))
    assert answer.status_code == 200
    results = answer.json["results"]
    assert [(one["status"], one["outcome"]) for one in results] == [
        (201, "created"),
        (200, "repeated"),
        (201, "created"),
    ]
    assert results[1]["id"] == known.id
    titles = {row.id: row.title for row in ledger.all(Alert)}
    assert [titles[one["id"]] for one in results] == ["Alert 2", "Alert 1", "Alert 3"]


def test_the_same_alert_several_times_in_one_batch_is_one(sender: Client, ledger: Ledger):
    results = send(sender, alert(1), alert(2), alert(1), alert(1, description="newest")).json["results"]
    assert [one["outcome"] for one in results] == ["created", "created", "repeated", "repeated"]
    assert [one["status"] for one in results] == [201, 201, 200, 200]
    first, _ = ledger.all(Alert)
    assert (first.count, first.description) == (3, "newest")


def test_a_thousand(sender: Client, responder: Client, ledger: Ledger):
    many = [alert(n, labels={"n": str(n), "host": "db-01"}) for n in range(1000)]
    results = send(sender, *many).json["results"]
    assert {one["outcome"] for one in results} == {"created"}
    assert len({one["id"] for one in results}) == 1000
    assert ledger.count(Alert) == 1000
    assert len(ledger.events("alert")) == 1000
    [found] = responder.get("alerts", **{"label.n": "777"}).json["items"]
    assert found["id"] == results[777]["id"]
    again = send(sender, *many).json["results"]
    assert [(one["id"], one["outcome"]) for one in again] == [(one["id"], "repeated") for one in results]
    assert {row.count for row in ledger.all(Alert)} == {2}
    assert {row.version for row in ledger.all(Alert)} == {1}


@pytest.mark.parametrize("number", [0, 1001])
def test_none_and_more_than_a_thousand_are_refused(sender: Client, ledger: Ledger, number: int):
    with ledger.unchanged():
        refused(send(sender, *(alert(n) for n in range(number))), 422, "invalid", "alerts")


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"level": "worst"}, "alerts.1.level"),
        ({"title": "\x00"}, "alerts.1.title"),
        ({"nonsense": 1}, "alerts.1.nonsense"),
        ({"fired_at": "2026-11-24T08:00:00Z"}, "alerts.1.fired_at"),
        ({"labels": {"a": 1}}, "alerts.1.labels.a.value"),
    ],
)
def test_one_bad_alert_stops_all_and_is_named(sender: Client, ledger: Ledger, clock, wrong, field):
    with ledger.unchanged():
        refused(send(sender, alert(1), alert(2, **wrong), alert(3)), 422, "invalid", field)


def test_one_idempotency_key_for_a_whole_batch(sender: Client, ledger: Ledger):
    body = {"alerts": [alert(1), alert(2)]}
    first = sender.post("alerts/batch", body, Idempotency_Key="k")
    again = sender.post("alerts/batch", body, Idempotency_Key="k")
    assert again.json == first.json
    assert {row.count for row in ledger.all(Alert)} == {1}
