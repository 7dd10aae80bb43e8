"""PATCH /incidents/{id} and its timeline."""

import pytest

from backend.app.models import Incident
from tests.harness.client import Client
from tests.ledger import Ledger, refused


def test_what_changes_is_told_with_both_values(responder: Client, make, ledger: Ledger):
    incident = make.incident("InProgress", title="Old", severity="P3", postmortem_required=False)
    change = {"title": "新标题", "severity": "P1", "description": "d", "services": ["订单"]}
    answer = responder.patch(f"incidents/{incident.id}", change)
    assert answer.status_code == 200
    assert change.items() <= answer.json.items()
    assert (answer.json["version"], answer.json["status"]) == (2, "InProgress")
    [entry] = ledger.timeline(incident.id)
    assert entry.kind == "edited"
    assert entry.data["fields"]["title"] == {"from": "Old", "to": "新标题"}
    assert entry.data["fields"]["severity"] == {"from": "P3", "to": "P1"}
    [event] = ledger.events("incident", incident.id)
    assert (event.action, event.before["title"], event.after["title"]) == ("edited", "Old", "新标题")


def test_another_severity_decides_anew_whether_a_postmortem_is_needed(responder: Client, make):
    incident = make.incident(severity="P3", postmortem_required=False)
    assert responder.patch(f"incidents/{incident.id}", {"severity": "P2"}).json["postmortem_required"] is True
    assert responder.patch(f"incidents/{incident.id}", {"severity": "P4"}).json["postmortem_required"] is False


@pytest.mark.parametrize("change", [{}, {"title": "Same"}, {"assignee_id": None}])
def test_an_edit_that_changes_nothing_leaves_nothing(responder: Client, make, ledger: Ledger, change):
    incident = make.incident(title="Same")
    with ledger.unchanged():
        assert responder.patch(f"incidents/{incident.id}", change).status_code == 200


def test_somebody_is_put_in_charge_and_taken_out_again(responder: Client, manager: Client, make, ledger: Ledger):
    incident = make.incident()
    answer = responder.patch(f"incidents/{incident.id}", {"assignee_id": manager.user.id})
    assert (answer.json["assignee"]["display_name"], answer.json["version"]) == ("Manager", 2)
    assert responder.patch(f"incidents/{incident.id}", {"assignee_id": None}).json["assignee"] is None
    told = [(entry.kind, entry.data) for entry in ledger.timeline(incident.id)]
    assert told == [("assigned", {"from": None, "to": "Manager"}), ("assigned", {"from": "Manager", "to": None})]
    assert [event.action for event in ledger.events("incident", incident.id)] == ["assigned", "assigned"]


@pytest.mark.parametrize("role, active", [("viewer", True), ("responder", False)])
def test_only_active_responders_are_put_in_charge(responder: Client, make, ledger: Ledger, role, active):
    incident, somebody = make.incident(), make.user("somebody", role, is_active=active)
    with ledger.unchanged():
        answer = responder.patch(f"incidents/{incident.id}", {"title": "x", "assignee_id": somebody.id})
        refused(answer, 422, "invalid", "assignee_id")


def test_it_did_not_start_after_it_was_detected(responder: Client, make, ledger: Ledger, clock):
    incident = make.incident()
    with ledger.unchanged():
        answer = responder.patch(f"incidents/{incident.id}", {"started_at": "2026-11-23T07:00:01Z"})
        refused(answer, 422, "invalid", "started_at")
    answer = responder.patch(f"incidents/{incident.id}", {"started_at": "2026-11-23T06:00:00Z"})
    assert answer.json["started_at"] == "2026-11-23T06:00:00Z"


@pytest.mark.parametrize(
    "field",
    ["status", "closed_at", "recovered_at", "detected_at", "resolution", "relapses", "version", "id", "alert_ids"],
)
def test_what_only_moves_change_is_not_edited(responder: Client, make, ledger: Ledger, field: str):
    incident = make.incident()
    with ledger.unchanged():
        refused(responder.patch(f"incidents/{incident.id}", {field: None}), 422, "invalid", field)


def test_an_edit_of_a_field_that_will_not_do_changes_no_other(responder: Client, make, ledger: Ledger):
    incident = make.incident()
    with ledger.unchanged():
        answer = responder.patch(f"incidents/{incident.id}", {"title": "new", "severity": "worst"})
        refused(answer, 422, "invalid", "severity")


def test_viewers_edit_nothing(viewer: Client, make, ledger: Ledger):
    incident = make.incident()
    with ledger.unchanged():
        refused(viewer.patch(f"incidents/{incident.id}", {"title": "x"}), 403, "role_required")
        refused(viewer.post(f"incidents/{incident.id}/timeline", {"text": "x"}), 403, "role_required")


class TestTimeline:
    def test_a_note_is_added(self, responder, make, ledger, clock):
        incident = make.incident()
        answer = responder.post(f"incidents/{incident.id}/timeline", {"text": "重启了订单服务\n**完成**"})
        assert answer.status_code == 201
        assert set(answer.json) == {
            "id", "incident_id", "kind", "actor", "actor_name", "text", "data", "occurred_at", "created_at",
        }  # fmt: skip
        assert (answer.json["kind"], answer.json["text"]) == ("note", "重启了订单服务\n**完成**")
        assert answer.json["actor"]["id"] == responder.user.id
        assert answer.json["occurred_at"] == answer.json["created_at"] == "2026-11-23T09:00:00Z"
        assert [event.action for event in ledger.events("timeline_entry")] == ["noted"]
        assert ledger.row(Incident, incident.id).version == incident.version

    def test_oldest_first_by_when_it_happened(self, responder, make, clock):
        path = f"incidents/{make.incident().id}/timeline"
        responder.post(path, {"text": "second"})
        clock.advance(minutes=1)
        responder.post(path, {"text": "third"})
        late = responder.post(path, {"text": "first", "occurred_at": "2026-11-23T16:00:00+08:00"}).json
        assert (late["occurred_at"], late["created_at"]) == ("2026-11-23T08:00:00Z", "2026-11-23T09:01:00Z")
        assert [entry["text"] for entry in responder.get(path).json["items"]] == ["first", "second", "third"]

    def test_a_note_says_something(self, responder, make, ledger):
        path = f"incidents/{make.incident().id}/timeline"
        with ledger.unchanged():
            refused(responder.post(path, {"text": ""}), 422, "invalid", "text")
            refused(responder.post(path, {}), 422, "invalid", "text")

    def test_a_closed_incident_still_takes_notes(self, responder, make):
        path = f"incidents/{make.incident('Closed').id}/timeline"
        assert responder.post(path, {"text": "one more thing"}).status_code == 201

    def test_a_long_one_comes_in_pages(self, responder, make, clock):
        path = f"incidents/{make.incident().id}/timeline"
        for n in range(5):
            responder.post(path, {"text": str(n)})
        texts, cursor = [], {}
        while cursor is not None:
            page = responder.get(path, limit=2, **cursor).json
            texts += [entry["text"] for entry in page["items"]]
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
        assert texts == ["0", "1", "2", "3", "4"]

    def test_of_an_incident_that_is_not_there(self, responder):
        refused(responder.get("incidents/999999/timeline"), 404, "not_found")
