"""GET /alerts: every filter, alone and together; GET /alerts/counts; one alert's history."""

from typing import Any

import pytest

from tests.harness.client import Client
from tests.ledger import refused


def send(client: Client, title: str, **more: Any) -> int:
    body = {"title": title, "description": "", "level": "Info", "alert_source": "s", "fired_at": "2026-11-23T08:00:00Z"}
    return client.post("alerts", body | more).json["id"]


@pytest.fixture
def found(viewer: Client):
    """`found(status="Pending")` is the titles of what is listed, in their order."""

    def search(**query: Any) -> list[str]:
        answer = viewer.get("alerts", **query)
        assert answer.status_code == 200, answer.text
        return [alert["title"] for alert in answer.json["items"]]

    return search


class TestStatusLevelAndSource:
    @pytest.fixture(autouse=True)
    def some(self, make, clock):
        for title, status, level, source in [
            ("a", "Pending", "Critical", "zabbix"),
            ("b", "Acknowledged", "Error", "prometheus"),
            ("c", "Ignored", "Warning", "cron"),
            ("d", "Resolved", "Info", "zabbix"),
        ]:
            clock.advance(seconds=1)
            make.alert(status, title=title, level=level, alert_source=source)

    def test_the_last_heard_of_stands_first(self, found):
        assert found() == ["d", "c", "b", "a"]

    @pytest.mark.parametrize(
        "query, titles",
        [
            ({"status": "Pending"}, "a"),
            ({"status": "Pending,Resolved"}, "ad"),
            ({"status": " Pending , Ignored ,"}, "ac"),
            ({"level": "Critical"}, "a"),
            ({"level": "Error,Warning"}, "bc"),
            ({"source": "zabbix"}, "ad"),
            ({"source": "zabbix,cron"}, "acd"),
            ({"source": "zabbix", "level": "Info"}, "d"),
            ({"status": "Acknowledged", "level": "Info"}, ""),
        ],
    )
    def test_each_narrows(self, found, query, titles):
        assert found(sort="id", **query) == list(titles)

    def test_the_counts(self, viewer: Client):
        assert viewer.get("alerts/counts").json == {
            "by_status": {"Pending": 1, "Acknowledged": 1, "Ignored": 1, "Linked": 0, "Resolved": 1}
        }


class TestCounts:
    """Of what is searched: every filter of the list but the status, which they tell apart."""

    @pytest.fixture(autouse=True)
    def some(self, responder: Client, make, clock):
        incident = make.incident("InProgress")
        for title, changes in [
            ("磁盘快满了", {"level": "Critical", "fired_at": "2026-11-23T06:00:00Z"}),
            ("disk failed", {"alert_source": "zabbix", "labels": {"host": "db-01"}}),
            ("disk 100% full", {"alert_source": "cron", "labels": {"host": "db-01"}}),
        ]:
            alert_id = send(responder, title, **changes)
        responder.move(f"alerts/{alert_id}", "Linked", incident_id=incident.id)
        self.incident_id = incident.id

    @pytest.mark.parametrize(
        "query, counts",
        [
            ({}, {"Pending": 2, "Linked": 1}),
            ({"level": "Critical"}, {"Pending": 1}),
            ({"level": "Info,Critical"}, {"Pending": 2, "Linked": 1}),
            ({"source": "zabbix,cron"}, {"Pending": 1, "Linked": 1}),
            ({"label.host": "db-01"}, {"Pending": 1, "Linked": 1}),
            ({"label.host": "db-01", "source": "cron"}, {"Linked": 1}),
            ({"q": "disk"}, {"Pending": 1, "Linked": 1}),
            ({"q": "%"}, {"Linked": 1}),
            ({"q": "磁盘"}, {"Pending": 1}),
            ({"fired_after": "2026-11-23T07:00:00Z"}, {"Pending": 1, "Linked": 1}),
            ({"fired_before": "2026-11-23T07:00:00Z"}, {"Pending": 1}),
            ({"q": "nothing like it"}, {}),
        ],
    )
    def test_by_each_filter_and_by_several(self, viewer: Client, query, counts):
        answer = viewer.get("alerts/counts", **query).json["by_status"]
        assert set(answer) == {"Pending", "Acknowledged", "Ignored", "Linked", "Resolved"}
        assert {status: number for status, number in answer.items() if number} == counts

    def test_of_one_incident(self, viewer: Client):
        answer = viewer.get("alerts/counts", incident_id=self.incident_id).json["by_status"]
        assert {status: number for status, number in answer.items() if number} == {"Linked": 1}

    @pytest.mark.parametrize("name", ["status", "sort", "limit", "cursor", "unknown", "level", "fired_after"])
    def test_what_is_no_filter_of_theirs_is_refused_by_name(self, viewer: Client, name: str):
        refused(viewer.get("alerts/counts", **{name: "Pending"}), 422, "invalid", name)


class TestText:
    @pytest.fixture(autouse=True)
    def some(self, responder: Client):
        send(responder, "100% full")
        send(responder, "100 percent")
        send(responder, "snake_case")
        send(responder, "snakeXcase")
        send(responder, "磁盘快满了", description="主机 db-01")
        send(responder, "slash \\ and / end")

    @pytest.mark.parametrize(
        "q, titles",
        [
            ("%", ["100% full"]),
            ("100%", ["100% full"]),
            ("_", ["snake_case"]),
            ("snake_", ["snake_case"]),
            ("SNAKE", ["snake_case", "snakeXcase"]),
            ("磁盘", ["磁盘快满了"]),
            ("主机 DB", ["磁盘快满了"]),
            ("盘满", []),
            ("\\", ["slash \\ and / end"]),
            ("/", ["slash \\ and / end"]),
            ("' OR 1=1 --", []),
            ("  100%  ", ["100% full"]),
        ],
    )
    def test_text_is_looked_for_as_it_stands(self, found, q, titles):
        assert found(q=q, sort="id") == titles

    def test_nothing_typed_is_no_condition(self, found):
        assert len(found(q="")) == len(found(q="   ")) == 6

    def test_a_fingerprint_finds_its_alert(self, viewer: Client, found):
        alert = viewer.get("alerts").json["items"][0]
        assert found(q=alert["fingerprint"]) == [alert["title"]]


class TestLabels:
    @pytest.fixture(autouse=True)
    def some(self, responder: Client):
        send(responder, "a", labels={"host": "db-01", "机房": "北京"})
        send(responder, "b", labels={"host": "db-02", "机房": "北京"})
        send(responder, "c", labels={"host": "DB-01", "k8s.io/name": "x"})
        send(responder, "d")

    @pytest.mark.parametrize(
        "query, titles",
        [
            ({"label.host": "db-01"}, "a"),
            ({"label.host": "db"}, ""),
            ({"label.机房": "北京"}, "ab"),
            ({"label.机房": "北京", "label.host": "db-02"}, "b"),
            ({"label.k8s.io/name": "x"}, "c"),
            ({"label.nothing": "x"}, ""),
            ({"label.HOST": "db-01"}, ""),
            ({"label.host": "%"}, ""),
        ],
    )
    def test_names_and_values_are_compared_to_the_letter(self, found, query, titles):
        assert found(sort="id", **query) == list(titles)

    @pytest.mark.parametrize("name", ["label.", "label.\x00", "label." + "n" * 101])
    def test_a_label_needs_a_name(self, viewer: Client, name: str):
        answer = viewer.get("alerts", **{name: "x"})
        assert refused(answer, 422, "invalid")["errors"][0]["field"].startswith("labels")


class TestTime:
    @pytest.fixture(autouse=True)
    def some(self, responder: Client, clock):
        for hour in (6, 7, 8):
            send(responder, f"at {hour}", fired_at=f"2026-11-23T0{hour}:00:00Z")

    @pytest.mark.parametrize(
        "query, titles",
        [
            ({"fired_after": "2026-11-23T07:00:00Z"}, ["at 7", "at 8"]),
            ({"fired_before": "2026-11-23T07:00:00Z"}, ["at 6", "at 7"]),
            ({"fired_after": "2026-11-23T06:30:00Z", "fired_before": "2026-11-23T07:30:00Z"}, ["at 7"]),
            ({"fired_after": "2026-11-23T16:00:00+08:00"}, ["at 8"]),
            ({"fired_after": "2026-11-23T08:00:00.000001Z"}, []),
        ],
    )
    def test_from_and_until(self, found, query, titles):
        assert found(sort="fired_at", **query) == titles

    def test_both_ways_round(self, found):
        assert found(sort="-fired_at") == ["at 8", "at 7", "at 6"]


def test_the_alerts_of_one_incident(responder: Client, found, make):
    incident = make.incident("InProgress")
    linked = [send(responder, title, fired_at=f"2026-11-23T0{7 - n}:00:00Z") for n, title in enumerate("ab")]
    send(responder, "c")
    for alert_id in linked:
        responder.move(f"alerts/{alert_id}", "Linked", incident_id=incident.id)
    assert found(incident_id=incident.id, sort="id") == ["a", "b"]
    of_it = responder.get(f"incidents/{incident.id}/alerts").json
    assert [alert["title"] for alert in of_it["items"]] == ["b", "a"]
    assert of_it["items"][0]["incident"] == {
        "id": incident.id,
        "title": incident.title,
        "severity": "P1",
        "status": "InProgress",
    }
    refused(responder.get("incidents/999999/alerts"), 404, "not_found")


def test_its_history_is_newest_first_with_who_and_why(responder: Client, manager: Client):
    alert_id = send(responder, "a")
    manager.move(f"alerts/{alert_id}", "Ignored", note="已知问题")
    manager.move(f"alerts/{alert_id}", "Pending")
    told = [
        (e["action"], e["actor_name"], e["note"]) for e in responder.get(f"alerts/{alert_id}/history").json["items"]
    ]
    assert told == [("restore", "Manager", ""), ("ignore", "Manager", "已知问题"), ("created", "Responder", "")]
    refused(responder.get("alerts/999999/history"), 404, "not_found")


@pytest.mark.parametrize(
    "query", ["status=Pending&status=Acknowledged", "q=a&q=b", "limit=1&limit=x", "label.a=1&label.a=2"]
)
def test_an_argument_given_twice_is_refused_by_name(viewer: Client, query: str):
    refused(viewer.send("GET", f"alerts?{query}"), 422, "invalid", query.partition("=")[0])
