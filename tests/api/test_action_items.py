"""/action-items: made under an incident or its postmortem, done, and verified by somebody else."""

from datetime import date
from typing import Any

import pytest

from backend.app.models import ActionItem
from tests.harness.client import Client
from tests.ledger import refused

FIELDS = {
    "id", "title", "description", "status", "type", "priority", "owner", "due_on", "overdue", "incident",
    "postmortem_id", "created_by", "done_at", "verified_at", "verified_by", "created_at", "updated_at", "version",
    "allowed_moves",
}  # fmt: skip
NOW = "2026-11-23T09:00:00Z"


@pytest.fixture(autouse=True)
def held(clock):
    return clock


class TestMaking:
    def test_under_an_incident(self, responder, make, ledger):
        incident = make.incident("Closed")
        answer = responder.post("action-items", {"title": "加监控", "incident_id": incident.id})
        assert answer.status_code == 201
        assert set(answer.json) == FIELDS
        begins = {
            "title": "加监控",
            "description": "",
            "status": "Open",
            "type": "Prevent",
            "priority": "Medium",
            "owner": None,
            "due_on": None,
            "overdue": False,
            "postmortem_id": None,
            "done_at": None,
            "verified_by": None,
            "version": 1,
        }
        assert begins.items() <= answer.json.items()
        assert answer.json["incident"]["id"] == incident.id
        assert answer.json["created_by"]["id"] == responder.user.id
        [entry] = ledger.timeline(incident.id)
        assert (entry.kind, entry.data) == (
            "action_item_created",
            {"action_item_id": answer.json["id"], "title": "加监控"},
        )
        assert [event.action for event in ledger.events("action_item", answer.json["id"])] == ["created"]
        assert responder.get(f"action-items/{answer.json['id']}").json == answer.json

    def test_under_a_postmortem_and_so_its_incident(self, responder, manager, make):
        paper = make.postmortem(make.incident("AwaitingPostmortem"), manager.user)
        said = {"title": "t", "description": "d", "due_on": "2026-12-24", "priority": "High", "type": "Detect"}
        answer = responder.post("action-items", said | {"postmortem_id": paper.id, "owner_id": manager.user.id})
        assert answer.status_code == 201
        assert said.items() <= answer.json.items()
        assert (answer.json["postmortem_id"], answer.json["incident"]["id"]) == (paper.id, paper.incident_id)
        assert answer.json["owner"]["username"] == "manager"

    def test_under_exactly_one_of_them(self, responder, manager, make, ledger):
        paper = make.postmortem(make.incident("AwaitingPostmortem"), manager.user)
        both = {"title": "t", "incident_id": paper.incident_id, "postmortem_id": paper.id}
        with ledger.unchanged():
            refused(responder.post("action-items", {"title": "t"}), 422, "invalid", "incident_id")
            refused(responder.post("action-items", both), 422, "invalid", "incident_id")

    @pytest.mark.parametrize("parent", ["incident_id", "postmortem_id"])
    def test_under_one_that_is_there(self, responder, ledger, parent):
        with ledger.unchanged():
            refused(responder.post("action-items", {"title": "t", parent: 999_999}), 422, "invalid", parent)

    @pytest.mark.parametrize(
        "field, value",
        [
            ("title", " "),
            ("status", "Done"),
            ("due_on", "2026-02-30"),
            ("due_on", "1999-12-31"),
            ("due_on", "2026-12-24T00:00:00Z"),
            ("due_on", ""),
            ("priority", "Urgent"),
            ("type", "Fix"),
            ("owner_id", 999_999),
        ],
    )
    def test_a_field_that_will_not_do_is_named(self, responder, make, ledger, field, value):
        body = {"title": "t", "incident_id": make.incident().id, field: value}
        with ledger.unchanged():
            refused(responder.post("action-items", body), 422, "invalid", field)

    @pytest.mark.parametrize("role, active", [("viewer", True), ("manager", False)])
    def test_only_active_responders_own_one(self, responder, make, ledger, role, active):
        somebody = make.user("somebody", role, is_active=active)
        body = {"title": "t", "incident_id": make.incident().id, "owner_id": somebody.id}
        with ledger.unchanged():
            refused(responder.post("action-items", body), 422, "invalid", "owner_id")


class TestEditing:
    def test_what_changes_leaves_one_version_and_one_event(self, responder, manager, make, ledger):
        item = make.action_item(make.incident())
        change = {"title": "new", "description": "d", "due_on": "2026-12-24", "priority": "Low", "type": "Process"}
        answer = responder.patch(f"action-items/{item.id}", change | {"owner_id": manager.user.id})
        assert answer.status_code == 200
        assert change.items() <= answer.json.items()
        assert (answer.json["owner"]["username"], answer.json["version"]) == ("manager", 2)
        [event] = ledger.events("action_item", item.id)
        assert (event.action, event.after["priority"], event.after["due_on"]) == ("edited", "Low", "2026-12-24")
        assert event.after["owner_id"] == manager.user.id

    @pytest.mark.parametrize("status", ["Done", "Verified", "Cancelled"])
    def test_what_is_done_keeps_its_owner(self, responder, manager, make, ledger, status):
        item = make.action_item(make.incident(), status=status, owner_id=responder.user.id)
        with ledger.unchanged():
            refused(responder.patch(f"action-items/{item.id}", {"owner_id": manager.user.id}), 409, "owner_settled")
        same = {"owner_id": responder.user.id, "description": "what was done"}
        assert responder.patch(f"action-items/{item.id}", same).json["description"] == "what was done"

    def test_owner_and_day_may_be_taken_away(self, responder, make):
        item = make.action_item(make.incident(), owner_id=responder.user.id, due_on=date(2026, 12, 24))
        answer = responder.patch(f"action-items/{item.id}", {"owner_id": None, "due_on": None})
        assert (answer.json["owner"], answer.json["due_on"]) == (None, None)

    def test_nothing_changed_leaves_nothing(self, responder, make, ledger):
        item = make.action_item(make.incident(), title="Same")
        with ledger.unchanged():
            assert responder.patch(f"action-items/{item.id}", {"title": "Same"}).status_code == 200

    @pytest.mark.parametrize(
        "field", ["status", "incident_id", "postmortem_id", "verified_at", "done_at", "created_by"]
    )
    def test_what_only_moves_change_is_not_edited(self, responder, make, ledger, field):
        item = make.action_item(make.incident())
        with ledger.unchanged():
            refused(responder.patch(f"action-items/{item.id}", {field: None}), 422, "invalid", field)

    def test_viewers_edit_nothing(self, viewer, make, ledger):
        item = make.action_item(make.incident())
        with ledger.unchanged():
            refused(viewer.patch(f"action-items/{item.id}", {"title": "x"}), 403, "role_required")


def move(client: Client, item: ActionItem, to: str, **needs: Any):
    return client.move(f"action-items/{item.id}", to, **needs)


class TestMoving:
    @pytest.mark.parametrize(
        "source, to, action, who, needs",
        [
            ("Open", "InProgress", "start", "responder", {}),
            ("InProgress", "Done", "finish", "responder", {}),
            ("Done", "Verified", "verify", "stranger", {}),
            ("Done", "InProgress", "fail_verification", "stranger", {"note": "还会出现"}),
            ("Open", "Cancelled", "cancel", "manager", {"note": "no longer needed"}),
            ("InProgress", "Cancelled", "cancel", "manager", {"note": "no longer needed"}),
            ("Cancelled", "Open", "reopen", "manager", {}),
        ],
    )
    def test_a_legal_move(self, request, responder, make, ledger, source, to, action, who, needs):
        done_at = make.incident("Closed").closed_at if source == "Done" else None
        item = make.action_item(make.incident(), status=source, owner_id=responder.user.id, done_at=done_at)
        client = request.getfixturevalue(who)
        answer = move(client, item, to, **needs)
        assert answer.status_code == 200, answer.text
        assert (answer.json["status"], answer.json["version"]) == (to, 2)
        [entry] = ledger.timeline(item.incident_id)
        assert (entry.kind, entry.text) == ("action_item_moved", needs.get("note", ""))
        told = {"action_item_id": item.id, "title": item.title, "from": source, "to": to}
        assert told.items() <= entry.data.items()
        [event] = ledger.events("action_item", item.id)
        assert (event.action, event.before["status"], event.after["status"]) == (action, source, to)
        if to == "Done":
            assert answer.json["done_at"] == NOW
        if to == "Verified":
            assert (answer.json["verified_at"], answer.json["verified_by"]["username"]) == (NOW, who)
            assert answer.json["done_at"] is not None
        if action == "fail_verification":
            assert answer.json["done_at"] is None

    @pytest.mark.parametrize("source, to", [("Open", "InProgress"), ("InProgress", "Done")])
    def test_whoever_does_what_nobody_owned_owns_it(self, responder, manager, make, ledger, source, to):
        item = make.action_item(make.incident(), status=source)
        assert move(responder, item, to).json["owner"]["username"] == "responder"
        [event] = ledger.events("action_item", item.id)
        assert event.after["owner_id"] == responder.user.id
        owned = make.action_item(make.incident(), status=source, owner_id=manager.user.id)
        assert move(responder, owned, to).json["owner"]["username"] == "manager"

    @pytest.mark.parametrize("who", ["responder", "manager", "admin"])
    def test_owners_do_not_verify_their_own_work(self, request, make, ledger, who):
        client = request.getfixturevalue(who)
        item = make.action_item(make.incident(), status="Done", owner_id=client.user.id)
        with ledger.unchanged():
            refused(move(client, item, "Verified"), 403, "self_verify")
        blocked = {m["action"]: m["blocked"] for m in client.get(f"action-items/{item.id}").json["allowed_moves"]}
        assert blocked["verify"]["code"] == "self_verify"

    @pytest.mark.parametrize(
        "source, to, needs",
        [("Open", "Cancelled", {"note": "n"}), ("InProgress", "Cancelled", {"note": "n"}), ("Cancelled", "Open", {})],
    )
    def test_responders_neither_cancel_nor_reopen(self, responder, make, ledger, source, to, needs):
        item = make.action_item(make.incident(), status=source)
        with ledger.unchanged():
            problem = refused(move(responder, item, to, **needs), 403, "role_required")
        assert problem["params"] == {"role": "manager"}

    @pytest.mark.parametrize("source, to", [("Open", "Cancelled"), ("InProgress", "Cancelled"), ("Done", "InProgress")])
    def test_a_needed_note_is_asked_for(self, manager, make, ledger, source, to):
        item = make.action_item(make.incident(), status=source)
        with ledger.unchanged():
            refused(move(manager, item, to), 422, "note_required", "note")

    @pytest.mark.parametrize(
        "source, to, allowed",
        [
            ("Open", "Done", ["InProgress", "Cancelled"]),
            ("Open", "Verified", ["InProgress", "Cancelled"]),
            ("InProgress", "Open", ["Done", "Cancelled"]),
            ("InProgress", "Verified", ["Done", "Cancelled"]),
            ("Done", "Open", ["Verified", "InProgress"]),
            ("Done", "Cancelled", ["Verified", "InProgress"]),
            ("Cancelled", "InProgress", ["Open"]),
        ],
    )
    def test_an_illegal_move_says_what_would_be_legal(self, manager, make, ledger, source, to, allowed):
        item = make.action_item(make.incident(), status=source)
        with ledger.unchanged():
            problem = refused(move(manager, item, to, note="n"), 409, "move_refused")
        assert problem["allowed"] == allowed

    @pytest.mark.parametrize("to", ["Open", "InProgress", "Done", "Verified", "Cancelled"])
    def test_verified_is_the_end(self, admin, make, ledger, to):
        item = make.action_item(make.incident(), status="Verified")
        with ledger.unchanged():
            refused(move(admin, item, to, note="n"), 409, "move_refused")
        assert admin.get(f"action-items/{item.id}").json["allowed_moves"] == []


class TestFinding:
    @pytest.fixture(autouse=True)
    def some(self, responder, manager, make):
        """Where the operators are it is 17:00 on the 23rd."""
        self.incident = make.incident("AwaitingPostmortem")
        self.paper = make.postmortem(self.incident, manager.user)
        make.action_item(self.incident, title="late", due_on=date(2026, 11, 22), priority="High")
        make.action_item(self.incident, title="today", due_on=date(2026, 11, 23), owner_id=responder.user.id)
        make.action_item(self.incident, title="no day", postmortem_id=self.paper.id, description="100% sure_thing")
        make.action_item(make.incident(), title="done late", status="Done", due_on=date(2026, 11, 1), priority="Low")

    def found(self, client, **query):
        return [item["title"] for item in client.get("action-items", **query).json["items"]]

    def test_the_most_urgent_first(self, viewer):
        assert self.found(viewer) == ["done late", "late", "today", "no day"]

    def test_what_is_overdue(self, viewer, clock):
        assert self.found(viewer, overdue="true") == ["late"]
        assert self.found(viewer, overdue="false") == ["done late", "today", "no day"]
        assert [item["title"] for item in viewer.get("action-items").json["items"] if item["overdue"]] == ["late"]

    def test_the_day_ends_at_midnight_where_the_operators_are(self, viewer, clock):
        clock.advance(hours=7)  # 00:00 in Shanghai
        assert self.found(viewer, overdue="true") == ["late", "today"]

    def test_each_filter_narrows(self, viewer, responder):
        assert self.found(viewer, status="Done") == ["done late"]
        assert self.found(viewer, status="Open,Done", priority="High,Low") == ["done late", "late"]
        assert self.found(viewer, owner_id=responder.user.id) == ["today"]
        assert self.found(viewer, incident_id=self.incident.id) == ["late", "today", "no day"]
        assert self.found(viewer, postmortem_id=self.paper.id) == ["no day"]
        assert self.found(viewer, q="100%") == ["no day"]
        assert self.found(viewer, q="E_T") == ["no day"]
        assert self.found(viewer, q="LATE") == ["done late", "late"]
