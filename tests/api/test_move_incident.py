"""POST /incidents/{id}/transitions: every move with its effects, every refusal without a trace."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest

from backend.app.models import Alert, Incident
from tests.harness.client import Client
from tests.ledger import Ledger, refused

STATES = ["Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"]
TARGETS = {
    "Pending": ["InProgress", "Closed"],
    "InProgress": ["Recovering"],
    "Recovering": ["InProgress", "Recovered"],
    "Recovered": ["AwaitingPostmortem", "Closed", "InProgress"],
    "AwaitingPostmortem": ["InProgress", "Closed"],
    "Closed": ["InProgress"],
}
NEEDS_NOTE = [
    ("Pending", "Closed"),
    ("Recovering", "InProgress"),
    ("Recovered", "InProgress"),
    ("Recovered", "Closed"),
    ("AwaitingPostmortem", "InProgress"),
    ("Closed", "InProgress"),
]
FOR_MANAGERS = [
    ("Recovered", "Closed", {"note": "small"}),
    ("AwaitingPostmortem", "Closed", {}),
    ("AwaitingPostmortem", "Closed", {"waive": True, "note": "nothing to learn"}),
    ("Closed", "InProgress", {"note": "it is back"}),
]
NOW = "2026-11-23T09:00:00Z"


@pytest.fixture(autouse=True)
def held(clock):
    return clock


def move(client: Client, incident: Incident, to: str, **needs: Any):
    return client.move(f"incidents/{incident.id}", to, **needs)


def moved(answer, ledger: Ledger, incident: Incident, action: str, to: str, note: str = "") -> dict[str, Any]:
    """The incident, after a look at the traces that every move leaves: one of each."""
    assert answer.status_code == 200, answer.text
    assert (answer.json["status"], answer.json["version"]) == (to, incident.version + 1)
    assert answer.headers["ETag"] == f'"{incident.version + 1}"'
    [entry] = ledger.timeline(incident.id)
    assert (entry.kind, entry.text) == ("moved", note)
    told = {"from": incident.status, "to": to, "action": action}
    assert told.items() <= entry.data.items()
    [event] = ledger.events("incident", incident.id)
    assert (event.action, event.before["status"], event.after["status"]) == (action, incident.status, to)
    assert event.note == note
    return answer.json


class TestEffects:
    def test_who_confirms_is_put_in_charge(self, responder, make, ledger):
        incident = make.incident("Pending")
        now = moved(move(responder, incident, "InProgress"), ledger, incident, "confirm", "InProgress")
        assert now["acknowledged_at"] == NOW
        assert now["assignee"]["id"] == responder.user.id

    def test_unless_somebody_is_already(self, responder, manager, make, ledger):
        incident = make.incident("Pending", assignee_id=manager.user.id)
        now = moved(move(responder, incident, "InProgress"), ledger, incident, "confirm", "InProgress")
        assert now["assignee"]["id"] == manager.user.id

    def test_a_false_alarm_is_dismissed(self, responder, make, ledger):
        incident = make.incident("Pending")
        answer = move(responder, incident, "Closed", note="误报")
        now = moved(answer, ledger, incident, "dismiss", "Closed", "误报")
        assert (now["closed_at"], now["resolution"], now["recovered_at"]) == (NOW, "FalseAlarm", None)

    def test_recovering_begins(self, responder, make, ledger):
        incident = make.incident("InProgress")
        now = moved(move(responder, incident, "Recovering"), ledger, incident, "mitigate", "Recovering")
        assert now["recovering_at"] == NOW

    def test_the_fix_did_not_hold(self, responder, make, ledger):
        incident = make.incident("Recovering")
        answer = move(responder, incident, "InProgress", note="again")
        now = moved(answer, ledger, incident, "setback", "InProgress", "again")
        assert (now["relapses"], now["recovered_at"]) == (0, None)

    def test_it_recovered_now(self, responder, make, ledger):
        incident = make.incident("Recovering")
        now = moved(move(responder, incident, "Recovered"), ledger, incident, "recover", "Recovered")
        assert now["recovered_at"] == NOW
        assert ledger.timeline(incident.id)[0].data["recovered_at"] == NOW

    def test_or_a_while_ago(self, responder, make, ledger):
        incident = make.incident("Recovering")
        answer = move(responder, incident, "Recovered", recovered_at="2026-11-23T16:30:00+08:00")
        now = moved(answer, ledger, incident, "recover", "Recovered")
        assert now["recovered_at"] == "2026-11-23T08:30:00Z"

    @pytest.mark.parametrize("when", ["2026-11-23T06:59:59Z", "2026-11-23T09:06:00Z", "2027-01-01T00:00:00Z"])
    def test_but_not_before_its_detection_nor_in_the_future(self, responder, make, ledger, when):
        incident = make.incident("Recovering")
        with ledger.unchanged():
            refused(move(responder, incident, "Recovered", recovered_at=when), 422, "invalid", "recovered_at")

    @pytest.mark.parametrize(
        "written, detected",
        [("2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z"), ("2026-11-23T07:00:00Z", "2026-11-23T07:00:42.500000Z")],
    )
    def test_in_the_minute_of_its_detection_is_not_before_it(self, responder, make, written, detected):
        incident = make.incident("Recovering", detected_at=datetime.fromisoformat(detected))
        answer = move(responder, incident, "Recovered", recovered_at=written)
        assert answer.json["recovered_at"] == detected

    def test_the_postmortem_is_awaited(self, responder, make, ledger):
        incident = make.incident("Recovered")
        answer = move(responder, incident, "AwaitingPostmortem")
        moved(answer, ledger, incident, "await_postmortem", "AwaitingPostmortem")

    @pytest.mark.parametrize("source", ["Recovered", "AwaitingPostmortem"])
    def test_a_relapse_is_counted_and_the_recovery_that_was_none_stays_in_the_timeline(
        self, responder, make, ledger, source
    ):
        incident = make.incident(source, relapses=1)
        answer = move(responder, incident, "InProgress", note="同样的错误")
        now = moved(answer, ledger, incident, "relapse", "InProgress", "同样的错误")
        assert (now["relapses"], now["recovered_at"]) == (2, None)
        assert ledger.timeline(incident.id)[0].data["previous_recovered_at"] == "2026-11-23T08:20:00Z"

    def test_a_small_one_is_closed_at_once(self, manager, make, ledger):
        incident = make.incident("Recovered", severity="P3", postmortem_required=False)
        answer = move(manager, incident, "Closed", note="done")
        now = moved(answer, ledger, incident, "close", "Closed", "done")
        assert (now["closed_at"], now["resolution"]) == (NOW, "Completed")

    def test_closed_after_its_postmortem(self, manager, make, ledger):
        incident = make.incident("AwaitingPostmortem")
        make.postmortem(incident, manager.user, "Published")
        now = moved(move(manager, incident, "Closed"), ledger, incident, "close", "Closed")
        assert (now["closed_at"], now["resolution"]) == (NOW, "Completed")

    def test_closed_without_one(self, manager, make, ledger):
        incident = make.incident("AwaitingPostmortem")
        answer = move(manager, incident, "Closed", waive=True, note="免复盘")
        now = moved(answer, ledger, incident, "waive", "Closed", "免复盘")
        assert (now["closed_at"], now["resolution"]) == (NOW, "PostmortemWaived")

    def test_reopened(self, manager, make, ledger):
        incident = make.incident("Closed", resolution="Completed")
        answer = move(manager, incident, "InProgress", note="it is back")
        now = moved(answer, ledger, incident, "reopen", "InProgress", "it is back")
        assert (now["closed_at"], now["resolution"], now["recovered_at"]) == (None, None, None)

    def test_reopened_though_nobody_had_confirmed_it(self, manager, make):
        incident = make.incident("Pending")
        move(manager, incident, "Closed", note="a test alarm")
        now = move(manager, incident, "InProgress", note="it was none").json
        assert (now["acknowledged_at"], now["assignee"]["username"]) == (NOW, "manager")

    def test_closing_frees_its_alerts_keys_and_leaves_them_linked(self, responder, make, ledger):
        incident = make.incident("Pending")
        alert = make.alert("Linked", incident_id=incident.id)
        other = make.alert("Linked", incident_id=make.incident().id)
        move(responder, incident, "Closed", note="误报")
        row = ledger.row(Alert, alert.id)
        assert (row.status, row.incident_id, row.dedup_key, row.version) == ("Linked", incident.id, None, 1)
        assert ledger.row(Alert, other.id).dedup_key is not None


@pytest.mark.parametrize(
    "source, to", [(source, to) for source, to in product(STATES, STATES) if to not in TARGETS[source]]
)
def test_an_illegal_move_says_what_would_be_legal(manager: Client, make, ledger: Ledger, source, to):
    incident = make.incident(source)
    with ledger.unchanged():
        problem = refused(move(manager, incident, to, note="please"), 409, "move_refused")
    assert sorted(problem["allowed"]) == sorted(TARGETS[source])
    assert problem["params"] == {"source": source, "to": to}


@pytest.mark.parametrize("source, to", NEEDS_NOTE)
def test_a_needed_note_is_asked_for(manager: Client, make, ledger: Ledger, source, to):
    incident = make.incident(source, postmortem_required=False)
    with ledger.unchanged():
        refused(move(manager, incident, to), 422, "note_required", "note")
        refused(move(manager, incident, to, note=""), 422, "note_required", "note")


@pytest.mark.parametrize("source, to, needs", FOR_MANAGERS)
def test_responders_do_not_do_what_is_a_managers(responder: Client, make, ledger: Ledger, source, to, needs):
    incident = make.incident(source, postmortem_required=False)
    with ledger.unchanged():
        problem = refused(move(responder, incident, to, **needs), 403, "role_required")
    assert problem["params"] == {"role": "manager"}


@pytest.mark.parametrize("source, to", [(source, to) for source in STATES for to in TARGETS[source]])
def test_viewers_move_nothing(viewer: Client, make, ledger: Ledger, source, to):
    incident = make.incident(source, postmortem_required=False)
    with ledger.unchanged():
        refused(move(viewer, incident, to, note="n"), 403, "role_required")


def test_any_responder_moves_it_not_only_who_is_in_charge(responder: Client, stranger: Client, make):
    incident = make.incident("InProgress", assignee_id=responder.user.id)
    assert move(stranger, incident, "Recovering").status_code == 200


def test_a_severe_one_is_not_closed_without_its_postmortem(manager: Client, make, ledger: Ledger):
    incident = make.incident("Recovered", severity="P1")
    with ledger.unchanged():
        problem = refused(move(manager, incident, "Closed", note="n"), 409, "postmortem_required")
    assert problem["params"] == {"severity": "P1"}


@pytest.mark.parametrize("status", [None, "Draft", "InReview", "Reviewed"])
def test_nor_with_one_that_is_not_published(manager: Client, make, ledger: Ledger, status):
    incident = make.incident("AwaitingPostmortem")
    if status:
        make.postmortem(incident, manager.user, status)
    with ledger.unchanged():
        refused(move(manager, incident, "Closed", note="n"), 409, "postmortem_not_published")
        refused(move(manager, incident, "Closed", waive=True), 422, "note_required", "note")


@pytest.mark.parametrize(
    "source, to, stray",
    [
        ("Pending", "InProgress", {"waive": True}),
        ("Pending", "InProgress", {"recovered_at": "2026-11-23T08:00:00Z"}),
        ("InProgress", "Recovering", {"recovered_at": "2026-11-23T08:00:00Z"}),
        ("Recovered", "Closed", {"waive": True, "note": "n"}),
    ],
)
def test_what_a_move_does_not_take_is_refused_by_name(manager: Client, make, ledger: Ledger, source, to, stray):
    incident = make.incident(source, postmortem_required=False)
    with ledger.unchanged():
        refused(move(manager, incident, to, **stray), 422, "invalid", next(iter(stray)))


def test_a_move_that_is_made_already_is_refused(responder: Client, make, ledger: Ledger):
    incident = make.incident("Pending")
    move(responder, incident, "InProgress")
    with ledger.unchanged():
        refused(move(responder, incident, "InProgress"), 409, "move_refused")


@pytest.mark.parametrize("to", ["Open", "pending", "", "待确认"])
def test_a_state_that_is_none(responder: Client, make, ledger: Ledger, to):
    incident = make.incident()
    with ledger.unchanged():
        refused(move(responder, incident, to), 422, "invalid", "to")


class TestOffers:
    def offers(self, client: Client, incident: Incident) -> dict[str, str | None]:
        served = client.get(f"incidents/{incident.id}").json["allowed_moves"]
        return {move["action"]: move["blocked"] and move["blocked"]["code"] for move in served}

    def test_to_a_responder(self, responder, make):
        assert self.offers(responder, make.incident("Pending")) == {"confirm": None, "dismiss": None}
        assert self.offers(responder, make.incident("Recovered")) == {
            "await_postmortem": None,
            "close": "role_required",
            "relapse": None,
        }

    def test_to_a_manager(self, manager, make):
        incident = make.incident("AwaitingPostmortem")
        assert self.offers(manager, incident) == {"relapse": None, "close": "postmortem_not_published", "waive": None}
        make.postmortem(incident, manager.user, "Published")
        assert self.offers(manager, incident)["close"] is None
        assert self.offers(manager, make.incident("Recovered"))["close"] == "postmortem_required"

    def test_to_a_viewer(self, viewer, make):
        assert set(self.offers(viewer, make.incident("Pending")).values()) == {"role_required"}

    def test_they_say_what_a_move_needs(self, manager, make):
        served = manager.get(f"incidents/{make.incident('AwaitingPostmortem').id}").json["allowed_moves"]
        assert [(move["to"], move["action"], move["needs"], move["takes"]) for move in served] == [
            ("InProgress", "relapse", ["note"], []),
            ("Closed", "close", [], []),
            ("Closed", "waive", ["waive", "note"], []),
        ]
        [_, recover] = manager.get(f"incidents/{make.incident('Recovering').id}").json["allowed_moves"]
        assert recover["takes"] == ["recovered_at"]
