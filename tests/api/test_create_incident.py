"""POST /incidents: by hand, or from alerts."""

from datetime import timedelta

import pytest

from backend.app.models import Alert, Incident
from tests.harness.client import Client
from tests.ledger import Ledger, refused

FIELDS = {
    "id", "title", "description", "severity", "status", "services", "assignee", "created_by", "started_at",
    "detected_at", "acknowledged_at", "recovering_at", "recovered_at", "closed_at", "resolution", "relapses",
    "postmortem_required", "postmortem", "alert_count", "legacy_id", "legacy", "created_at", "updated_at", "version",
    "allowed_moves",
}  # fmt: skip
NOW = "2026-11-23T09:00:00Z"


@pytest.fixture(autouse=True)
def held(clock):
    return clock


def test_a_title_is_enough(responder: Client, ledger: Ledger):
    answer = responder.post("incidents", {"title": "订单服务不可用"})
    assert answer.status_code == 201
    assert set(answer.json) == FIELDS
    begins = {
        "title": "订单服务不可用",
        "description": "",
        "severity": "P3",
        "status": "Pending",
        "services": [],
        "assignee": None,
        "started_at": NOW,
        "detected_at": NOW,
        "acknowledged_at": None,
        "closed_at": None,
        "resolution": None,
        "relapses": 0,
        "postmortem": None,
        "alert_count": 0,
        "version": 1,
    }
    assert begins.items() <= answer.json.items()
    assert answer.json["created_by"]["id"] == responder.user.id
    assert answer.headers["ETag"] == '"1"'
    incident_id = answer.json["id"]
    [entry] = ledger.timeline(incident_id)
    assert (entry.kind, entry.actor_name, entry.data) == ("created", "Responder", {"from_alerts": 0})
    [event] = ledger.events("incident", incident_id)
    assert (event.action, event.after["status"]) == ("created", "Pending")
    assert responder.get(f"incidents/{incident_id}").json == answer.json


def test_everything_that_can_be_said(responder: Client, manager: Client):
    said = {
        "title": "t",
        "severity": "P2",
        "description": "多行\n文本",
        "services": ["订单", "支付"],
        "started_at": "2026-11-23T08:30:00Z",
    }
    answer = responder.post("incidents", said | {"assignee_id": manager.user.id})
    assert answer.status_code == 201
    assert said.items() <= answer.json.items()
    assert answer.json["assignee"]["id"] == manager.user.id
    assert answer.json["detected_at"] == NOW


@pytest.mark.parametrize("severity, required", [("P1", True), ("P2", True), ("P3", False), ("P4", False)])
def test_by_default_the_two_worst_severities_need_a_postmortem(responder: Client, severity, required):
    answer = responder.post("incidents", {"title": "t", "severity": severity})
    assert answer.json["postmortem_required"] is required


def test_it_needs_a_title_or_alerts(responder: Client, ledger: Ledger):
    with ledger.unchanged():
        refused(responder.post("incidents", {}), 422, "invalid", "title")
        refused(responder.post("incidents", {"alert_ids": []}), 422, "invalid", "title")
        refused(responder.post("incidents", {"title": "  "}), 422, "invalid", "title")


@pytest.mark.parametrize(
    "field, value",
    [
        ("severity", "P0"),
        ("severity", "p1"),
        ("services", ["x" * 101]),
        ("services", [f"s{n}" for n in range(21)]),
        ("services", "orders"),
        ("status", "Closed"),
        ("assignee_id", 999_999),
        ("alert_ids", [999_999]),
        ("started_at", "2026-11-23T09:05:01Z"),
    ],
)
def test_a_field_that_will_not_do_is_named(responder: Client, ledger: Ledger, field, value):
    with ledger.unchanged():
        problem = refused(responder.post("incidents", {"title": "t", field: value}), 422, "invalid")
    assert problem["errors"][0]["field"].split(".")[0] == field


def test_a_clock_a_little_ahead_of_ours_is_taken_for_now(responder: Client):
    answer = responder.post("incidents", {"title": "t", "started_at": "2026-11-23T09:00:30Z"})
    assert (answer.status_code, answer.json["started_at"], answer.json["detected_at"]) == (201, NOW, NOW)


@pytest.mark.parametrize("role, active", [("viewer", True), ("manager", False)])
def test_only_active_responders_are_put_in_charge(responder: Client, make, ledger: Ledger, role, active):
    somebody = make.user("somebody", role, is_active=active)
    with ledger.unchanged():
        answer = responder.post("incidents", {"title": "t", "assignee_id": somebody.id})
        refused(answer, 422, "invalid", "assignee_id")


class TestFromAlerts:
    def test_the_alerts_lend_what_is_not_said(self, responder, make, ledger, clock):
        first = make.alert(title="磁盘满", description="d", level="Warning", labels={"service": "订单"})
        first_seen = clock.now
        clock.advance(minutes=5)
        second = make.alert(
            "Acknowledged", level="Critical", labels={"service": "支付"}, fired_at=first_seen - timedelta(hours=1)
        )
        clock.advance(minutes=5)
        answer = responder.post("incidents", {"alert_ids": [first.id, second.id]})
        assert answer.status_code == 201
        lent = {
            "title": "磁盘满",
            "description": "d",
            "severity": "P1",
            "services": ["订单", "支付"],
            "detected_at": NOW,
            "started_at": "2026-11-23T08:00:00Z",
            "alert_count": 2,
        }
        assert lent.items() <= answer.json.items()
        for alert in (first, second):
            row = ledger.row(Alert, alert.id)
            assert (row.status, row.incident_id, row.version) == ("Linked", answer.json["id"], 2)
        assert [entry.kind for entry in ledger.timeline(answer.json["id"])] == [
            "created",
            "alert_linked",
            "alert_linked",
        ]
        assert [event.action for event in ledger.events("alert")] == ["link", "link"]

    def test_what_is_said_goes_before(self, responder, make):
        alert = make.alert(level="Critical", labels={"service": "订单"})
        said = {"title": "t", "severity": "P4", "services": ["支付"], "description": "mine"}
        answer = responder.post("incidents", said | {"alert_ids": [alert.id]})
        assert said.items() <= answer.json.items()

    @pytest.mark.parametrize("status", ["Ignored", "Linked"])
    def test_one_that_cannot_be_linked_stops_it_all(self, responder, make, ledger, status):
        good = make.alert()
        bad = make.alert(status, incident_id=make.incident().id if status == "Linked" else None)
        with ledger.unchanged():
            refused(responder.post("incidents", {"alert_ids": [good.id, bad.id]}), 409, "move_refused")

    def test_one_that_does_not_exist_stops_it_all(self, responder, make, ledger):
        ids = [make.alert().id, 999_999]
        with ledger.unchanged():
            refused(responder.post("incidents", {"title": "t", "alert_ids": ids}), 422, "invalid", "alert_ids")

    def test_the_same_alert_twice_is_one(self, responder, make):
        alert = make.alert()
        assert responder.post("incidents", {"alert_ids": [alert.id, alert.id]}).json["alert_count"] == 1

    def test_a_resolved_alert_is_claimed_late(self, responder, make, ledger):
        alert = make.alert("Resolved")
        assert responder.post("incidents", {"alert_ids": [alert.id]}).status_code == 201
        row = ledger.row(Alert, alert.id)
        assert (row.status, row.dedup_key) == ("Linked", None)


def test_viewers_declare_nothing(viewer: Client, ledger: Ledger):
    with ledger.unchanged():
        refused(viewer.post("incidents", {"title": "t"}), 403, "role_required")
    assert ledger.count(Incident) == 0


def test_a_service_named_twice_is_one(responder: Client):
    answer = responder.post("incidents", {"title": "t", "services": ["b", "a", " b ", "B"]})
    assert answer.json["services"] == ["b", "a", "B"]
