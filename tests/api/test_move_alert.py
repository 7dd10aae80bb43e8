"""POST /alerts/{id}/transitions and /alerts/bulk: triage."""

import pytest

from backend.app.models import Alert, Incident
from tests.harness.client import Client
from tests.ledger import Ledger, refused

LEGAL = [
    ("Pending", "Acknowledged", "acknowledge", {}),
    ("Pending", "Ignored", "ignore", {"note": "已知问题"}),
    ("Pending", "Resolved", "resolve", {}),
    ("Acknowledged", "Pending", "unacknowledge", {}),
    ("Acknowledged", "Ignored", "ignore", {"note": "noise"}),
    ("Acknowledged", "Resolved", "resolve", {}),
    ("Ignored", "Pending", "restore", {}),
]
ILLEGAL = [
    ("Pending", "Pending"),
    ("Acknowledged", "Acknowledged"),
    ("Ignored", "Acknowledged"),
    ("Ignored", "Ignored"),
    ("Ignored", "Linked"),
    ("Ignored", "Resolved"),
    ("Linked", "Pending"),
    ("Linked", "Ignored"),
    ("Linked", "Linked"),
    ("Linked", "Resolved"),
    ("Resolved", "Pending"),
    ("Resolved", "Acknowledged"),
    ("Resolved", "Ignored"),
    ("Resolved", "Resolved"),
]


@pytest.fixture(autouse=True)
def held(clock):
    return clock


@pytest.mark.parametrize("source, to, action, needs", LEGAL)
def test_a_legal_move(responder: Client, make, ledger: Ledger, source, to, action, needs):
    alert = make.alert(source)
    answer = responder.move(f"alerts/{alert.id}", to, **needs)
    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["version"]) == (to, 2)
    assert answer.headers["ETag"] == '"2"'
    [event] = ledger.events("alert", alert.id)
    assert (event.action, event.actor_name) == (action, "Responder")
    assert (event.before["status"], event.after["status"]) == (source, to)
    assert event.note == needs.get("note", "")
    handled = "2026-11-23T09:00:00Z" if action in ("acknowledge", "ignore") else None
    assert answer.json["handled_at"] == handled
    row = ledger.row(Alert, alert.id)
    assert row.dedup_key == (None if to == "Resolved" else row.fingerprint)


@pytest.mark.parametrize("source, to", ILLEGAL)
def test_an_illegal_move_says_what_would_be_legal(responder: Client, make, ledger: Ledger, source, to):
    alert = make.alert(source, incident_id=make.incident().id if source == "Linked" else None)
    needs = {"incident_id": make.incident().id} if to == "Linked" else {"note": "because"}
    with ledger.unchanged():
        problem = refused(responder.move(f"alerts/{alert.id}", to, **needs), 409, "move_refused")
    legal = {
        "Pending": ["Acknowledged", "Ignored", "Linked", "Resolved"],
        "Acknowledged": ["Pending", "Ignored", "Linked", "Resolved"],
        "Ignored": ["Pending"],
        "Linked": ["Acknowledged"],
        "Resolved": ["Linked"],
    }
    assert problem["allowed"] == legal[source]


@pytest.mark.parametrize("source", ["Pending", "Acknowledged"])
def test_ignoring_needs_a_note(responder: Client, make, ledger: Ledger, source: str):
    alert = make.alert(source)
    with ledger.unchanged():
        refused(responder.move(f"alerts/{alert.id}", "Ignored"), 422, "note_required", "note")
        refused(responder.move(f"alerts/{alert.id}", "Ignored", note=""), 422, "note_required", "note")


def test_viewers_only_look(viewer: Client, make, ledger: Ledger):
    alert = make.alert()
    with ledger.unchanged():
        refused(viewer.move(f"alerts/{alert.id}", "Acknowledged"), 403, "role_required")
    offered = viewer.get(f"alerts/{alert.id}").json["allowed_moves"]
    assert {move["blocked"]["code"] for move in offered} == {"role_required"}


def test_the_first_human_action_is_kept(responder: Client, make, clock):
    alert = make.alert()
    responder.move(f"alerts/{alert.id}", "Acknowledged")
    clock.advance(minutes=7)
    responder.move(f"alerts/{alert.id}", "Ignored", note="n")
    assert responder.get(f"alerts/{alert.id}").json["handled_at"] == "2026-11-23T09:00:00Z"


def test_what_is_offered_is_served_with_the_row(responder: Client, make):
    offered = responder.get(f"alerts/{make.alert().id}").json["allowed_moves"]
    assert [(move["to"], move["action"], move["needs"], move["blocked"]) for move in offered] == [
        ("Acknowledged", "acknowledge", [], None),
        ("Ignored", "ignore", ["note"], None),
        ("Linked", "link", ["incident_id"], None),
        ("Resolved", "resolve", [], None),
    ]


@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\u3000"])
def test_blanks_are_no_note(responder: Client, make, ledger: Ledger, blank: str):
    alert = make.alert()
    with ledger.unchanged():
        refused(responder.move(f"alerts/{alert.id}", "Ignored", note=blank), 422, "note_required", "note")


class TestWhatItsSignalDidMeanwhile:
    """While an alert is Ignored or Linked its signal changes no status; once it comes back it must not seem to fire."""

    @pytest.mark.parametrize("source, to", [("Ignored", "Pending"), ("Linked", "Acknowledged")])
    def test_one_that_ended_comes_back_resolved(self, responder, make, ledger, clock, source, to):
        incident = make.incident() if source == "Linked" else None
        ended = make.alert(source, incident_id=incident and incident.id, dedup_key=None, resolved_at=clock.now)
        answer = responder.move(f"alerts/{ended.id}", to)
        assert (answer.status_code, answer.json["status"], answer.json["incident_id"]) == (200, "Resolved", None)
        assert answer.json["resolved_at"] == "2026-11-23T09:00:00Z"
        by_person, by_signal = ledger.events("alert", ended.id)
        assert (by_person.before["status"], by_person.after["status"]) == (source, to)
        assert (by_signal.before["status"], by_signal.after["status"]) == (to, "Resolved")
        assert (by_signal.action, by_signal.actor_kind) == ("signal_resolved", "system")

    def test_one_that_still_fires_takes_its_key_back(self, responder, make, ledger):
        alert = make.alert("Linked", incident_id=make.incident().id, dedup_key=None)
        assert responder.move(f"alerts/{alert.id}", "Acknowledged").json["status"] == "Acknowledged"
        assert ledger.row(Alert, alert.id).dedup_key == alert.fingerprint

    def test_one_for_which_a_newer_alert_fires_is_over(self, responder, make, ledger):
        alert = make.alert("Linked", incident_id=make.incident().id, dedup_key=None)
        newer = make.alert(fingerprint=alert.fingerprint, dedup_key=alert.fingerprint)
        answer = responder.move(f"alerts/{alert.id}", "Acknowledged")
        assert (answer.json["status"], answer.json["resolved_at"]) == ("Resolved", "2026-11-23T09:00:00Z")
        assert ledger.row(Alert, alert.id).dedup_key is None
        assert ledger.row(Alert, newer.id).dedup_key == alert.fingerprint


class TestLinking:
    @pytest.mark.parametrize("source", ["Pending", "Acknowledged", "Resolved"])
    @pytest.mark.parametrize("status", ["Pending", "InProgress", "Recovered", "AwaitingPostmortem"])
    def test_an_alert_joins_an_incident(self, responder, make, ledger, source, status):
        alert, incident = make.alert(source), make.incident(status)
        answer = responder.move(f"alerts/{alert.id}", "Linked", incident_id=incident.id, note="同一原因")
        assert answer.status_code == 200
        assert (answer.json["status"], answer.json["incident_id"]) == ("Linked", incident.id)
        assert answer.json["incident"]["title"] == incident.title
        assert answer.json["version"] == 2
        [entry] = ledger.timeline(incident.id)
        assert (entry.kind, entry.text) == ("alert_linked", "同一原因")
        assert entry.data == {"alert_id": alert.id, "title": alert.title, "level": "Error"}
        [event] = ledger.events("alert", alert.id)
        assert (event.before["status"], event.after["status"]) == (source, "Linked")
        assert event.after["incident_id"] == incident.id
        assert responder.get(f"incidents/{incident.id}").json["alert_count"] == 1
        assert ledger.row(Incident, incident.id).version == incident.version

    def test_it_needs_an_incident_that_exists(self, responder, make, ledger):
        alert = make.alert()
        with ledger.unchanged():
            refused(responder.move(f"alerts/{alert.id}", "Linked"), 422, "invalid", "incident_id")
            answer = responder.move(f"alerts/{alert.id}", "Linked", incident_id=999_999)
            refused(answer, 422, "invalid", "incident_id")

    def test_a_closed_incident_takes_no_more_alerts(self, responder, make, ledger):
        alert, incident = make.alert(), make.incident("Closed")
        with ledger.unchanged():
            refused(responder.move(f"alerts/{alert.id}", "Linked", incident_id=incident.id), 409, "incident_closed")

    def test_leaving_it_is_told_there(self, responder, make, ledger):
        incident = make.incident("InProgress")
        alert = make.alert("Linked", incident_id=incident.id)
        answer = responder.move(f"alerts/{alert.id}", "Acknowledged", note="wrong one")
        assert (answer.json["status"], answer.json["incident"], answer.json["incident_id"]) == (
            "Acknowledged",
            None,
            None,
        )
        [entry] = ledger.timeline(incident.id)
        assert (entry.kind, entry.text, entry.data["alert_id"]) == ("alert_unlinked", "wrong one", alert.id)
        [event] = ledger.events("alert", alert.id)
        assert (event.before["incident_id"], event.after["incident_id"]) == (incident.id, None)
        assert responder.get(f"incidents/{incident.id}").json["alert_count"] == 0

    def test_nobody_takes_an_alert_out_of_a_closed_incident(self, manager, make, ledger):
        alert = make.alert("Linked", incident_id=make.incident("Closed").id)
        with ledger.unchanged():
            refused(manager.move(f"alerts/{alert.id}", "Acknowledged"), 409, "incident_closed")
        [offered] = manager.get(f"alerts/{alert.id}").json["allowed_moves"]
        assert offered["blocked"]["code"] == "incident_closed"


class TestBulk:
    def bulk(self, client: Client, to: str, **body):
        return client.post("alerts/bulk", {"to": to, **body})

    def test_by_ids_with_mixed_results_in_their_order(self, responder, make, ledger):
        resolved, pending, acknowledged = make.alert("Resolved"), make.alert(), make.alert("Acknowledged")
        ids = [resolved.id, pending.id, 999_999, acknowledged.id, pending.id]
        answer = self.bulk(responder, "Ignored", ids=ids, note="maintenance")
        assert answer.status_code == 200
        results = answer.json["results"]
        assert [one["id"] for one in results] == [resolved.id, pending.id, 999_999, acknowledged.id]
        assert [one.get("status") for one in results] == [None, "Ignored", None, "Ignored"]
        assert results[0]["problem"]["code"] == "move_refused"
        assert results[0]["problem"]["allowed"] == ["Linked"]
        assert (results[2]["problem"]["status"], results[2]["problem"]["code"]) == (404, "not_found")
        assert ledger.row(Alert, resolved.id).version == 1
        assert [event.entity_id for event in ledger.events("alert")] == [pending.id, acknowledged.id]

    def test_by_filter(self, responder, make, ledger):
        noisy = [make.alert(alert_source="cron") for _ in range(3)]
        make.alert(alert_source="zabbix")
        make.alert("Resolved", alert_source="cron")
        filtered = {"source": "cron", "status": "Pending"}
        answer = self.bulk(responder, "Ignored", filter=filtered, note="n")
        assert answer.json["results"] == [{"id": alert.id, "status": "Ignored"} for alert in noisy]
        assert responder.get("alerts/counts").json["by_status"] == {
            "Pending": 1,
            "Acknowledged": 0,
            "Ignored": 3,
            "Linked": 0,
            "Resolved": 1,
        }

    def test_a_comma_in_a_list_is_part_of_the_word(self, responder, make, ledger):
        meant, other = make.alert(alert_source="web,db"), make.alert(alert_source="web")
        answer = self.bulk(responder, "Acknowledged", filter={"source": ["web,db"]})
        assert answer.json["results"] == [{"id": meant.id, "status": "Acknowledged"}]
        assert ledger.row(Alert, other.id).status == "Pending"

    @pytest.mark.parametrize("nothing", [{}, {"q": ""}, {"labels": {}}, {"status": []}, {"status": ""}])
    def test_nothing_chosen_is_not_everything(self, responder, make, ledger, nothing):
        make.alert()
        with ledger.unchanged():
            refused(self.bulk(responder, "Acknowledged", filter=nothing), 422, "invalid")

    @pytest.mark.parametrize(
        "conditions, number",
        [
            ({"labels": {"host": "a"}}, 1),
            ({"level": ["Error"], "status": ["Pending"]}, 2),
            ({"q": "second"}, 1),
            ({"fired_before": "2026-11-23T08:30:00Z"}, 2),
            ({"fired_after": "2026-11-23T08:30:00Z"}, 0),
            ({"incident_id": 999_999}, 0),
        ],
    )
    def test_the_filter_knows_what_the_list_knows(self, responder, conditions, number):
        for title, host in (("first", "a"), ("second", "b")):
            body = {"title": title, "description": "", "level": "Error", "alert_source": "s", "labels": {"host": host}}
            responder.post("alerts", body | {"fired_at": "2026-11-23T08:00:00Z"})
        assert len(self.bulk(responder, "Acknowledged", filter=conditions).json["results"]) == number

    def test_linking_many_to_one_incident(self, responder, make, ledger):
        incident, alerts = make.incident("InProgress"), [make.alert() for _ in range(3)]
        answer = self.bulk(responder, "Linked", ids=[alert.id for alert in alerts], incident_id=incident.id)
        assert [one["status"] for one in answer.json["results"]] == ["Linked"] * 3
        assert [entry.kind for entry in ledger.timeline(incident.id)] == ["alert_linked"] * 3

    def test_what_all_of_them_need_is_told_for_each(self, responder, make, ledger):
        alert = make.alert()
        with ledger.unchanged():
            [result] = self.bulk(responder, "Ignored", ids=[alert.id]).json["results"]
        assert (result["problem"]["code"], result["problem"]["errors"][0]["field"]) == ("note_required", "note")

    def test_neither_or_both_ways_to_choose_are_refused(self, responder, make, ledger):
        alert = make.alert()
        with ledger.unchanged():
            refused(self.bulk(responder, "Acknowledged"), 422, "invalid", "ids")
            refused(self.bulk(responder, "Acknowledged", ids=[alert.id], filter={"q": "x"}), 422, "invalid", "ids")
            refused(self.bulk(responder, "Acknowledged", ids=[]), 422, "invalid", "ids")
            refused(self.bulk(responder, "Acknowledged", filter={"nonsense": 1}), 422, "invalid", "filter.nonsense")

    def test_a_thousand_and_no_more(self, responder, make, ledger, client):
        batch = [
            {
                "title": f"{n}",
                "description": "",
                "level": "Info",
                "alert_source": "s",
                "fired_at": "2026-11-23T08:00:00Z",
            }
            for n in range(1000)
        ]
        responder.post("alerts/batch", {"alerts": batch})
        with ledger.unchanged():
            refused(self.bulk(responder, "Acknowledged", ids=list(range(1, 1002))), 422, "invalid", "ids")
        results = self.bulk(responder, "Acknowledged", filter={"level": "Info"}).json["results"]
        assert [one["status"] for one in results] == ["Acknowledged"] * 1000
        make.alert(level="Info")
        with ledger.unchanged():
            refused(self.bulk(responder, "Pending", filter={"level": "Info"}), 422, "invalid", "filter")
