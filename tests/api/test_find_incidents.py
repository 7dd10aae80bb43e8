"""GET /incidents and GET /incidents/board."""

from typing import Any

import pytest

from tests.harness.client import Client
from tests.ledger import refused

COLUMNS = ["Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"]


@pytest.fixture
def some(make, clock, responder: Client) -> Client:
    for title, status, severity in [
        ("订单 100%", "Pending", "P1"),
        ("支付_慢", "InProgress", "P2"),
        ("Search slow", "InProgress", "P1"),
        ("Old one", "Closed", "P4"),
    ]:
        clock.advance(minutes=1)
        assignee = responder.user.id if status == "InProgress" else None
        make.incident(status, title=title, severity=severity, assignee_id=assignee, description="细节 details")
    return responder


def found(client: Client, **query: Any) -> list[str]:
    return [incident["title"] for incident in client.get("incidents", **query).json["items"]]


def test_the_latest_detected_stands_first(some: Client):
    assert found(some) == ["Old one", "Search slow", "支付_慢", "订单 100%"]


@pytest.mark.parametrize(
    "query, titles",
    [
        ({"status": "InProgress"}, ["支付_慢", "Search slow"]),
        ({"status": "Pending,Closed"}, ["订单 100%", "Old one"]),
        ({"severity": "P1"}, ["订单 100%", "Search slow"]),
        ({"severity": "P2,P4"}, ["支付_慢", "Old one"]),
        ({"q": "%"}, ["订单 100%"]),
        ({"q": "_"}, ["支付_慢"]),
        ({"q": "订单"}, ["订单 100%"]),
        ({"q": "SEARCH"}, ["Search slow"]),
        ({"q": "DETAILS", "severity": "P2"}, ["支付_慢"]),
        ({"status": "Pending", "severity": "P2"}, []),
    ],
)
def test_each_filter_narrows(some: Client, query, titles):
    assert found(some, sort="id", **query) == titles


def test_by_who_is_in_charge(some: Client):
    assert found(some, assignee_id=some.user.id, sort="id") == ["支付_慢", "Search slow"]


@pytest.mark.parametrize("pattern", ["{id}", "INC-{id}", "inc-{id}", "#{id}"])
def test_a_number_finds_its_incident(responder: Client, make, pattern: str):
    incident = make.incident(title="Nothing with digits")
    assert found(responder, q=pattern.format(id=incident.id)) == ["Nothing with digits"]


@pytest.mark.parametrize("q", ["9" * 18, "9" * 19, "9" * 100, "INC-", "#", "INC-x", "١٢"])
def test_a_number_that_finds_none(some: Client, q: str):
    assert found(some, q=q) == []


@pytest.mark.parametrize(
    "query, field", [("status=Open", "status"), ("severity=P5", "severity"), ("assignee_id=me", "assignee_id")]
)
def test_a_filter_that_is_not_understood_is_refused_by_name(viewer: Client, query: str, field: str):
    for path in ("incidents", "incidents/board"):
        if (path, field) != ("incidents/board", "status"):
            refused(viewer.send("GET", f"{path}?{query}"), 422, "invalid", field)


class TestBoard:
    def test_six_columns_in_order_even_when_empty(self, viewer):
        columns = viewer.get("incidents/board").json["columns"]
        assert [column["status"] for column in columns] == COLUMNS
        assert all((c["count"], c["items"], c["next_cursor"]) == (0, [], None) for c in columns)

    def test_cards_stand_in_their_columns_worst_and_newest_first(self, some):
        columns = {c["status"]: c for c in some.get("incidents/board").json["columns"]}
        assert [card["title"] for card in columns["InProgress"]["items"]] == ["Search slow", "支付_慢"]
        assert {status: column["count"] for status, column in columns.items()} == {
            "Pending": 1,
            "InProgress": 2,
            "Recovering": 0,
            "Recovered": 0,
            "AwaitingPostmortem": 0,
            "Closed": 1,
        }

    def test_a_card_is_the_whole_incident_with_the_callers_moves(self, some):
        [card] = some.get("incidents/board").json["columns"][0]["items"]
        assert card == some.get(f"incidents/{card['id']}").json

    def test_filters_count_too(self, some):
        columns = some.get("incidents/board", severity="P1", q="slow", assignee_id=some.user.id).json["columns"]
        assert [column["count"] for column in columns] == [0, 1, 0, 0, 0, 0]

    def test_more_than_the_limit_is_counted_and_has_a_cursor(self, viewer, make):
        for _ in range(3):
            make.incident("Recovering")
        column = viewer.get("incidents/board", limit=2).json["columns"][2]
        assert (column["count"], len(column["items"])) == (3, 2)
        assert column["next_cursor"]
        assert viewer.get("incidents/board", limit=3).json["columns"][2]["next_cursor"] is None

    @pytest.mark.parametrize("limit", [0, 201, "x"])
    def test_a_limit_within_reason(self, viewer, limit):
        refused(viewer.get("incidents/board", limit=limit), 422, "invalid", "limit")
