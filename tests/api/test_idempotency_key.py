"""Idempotency-Key: the same request sent twice is done once and answered twice."""

import pytest

from backend.app.extensions import db
from backend.app.models import Answer, Incident
from backend.app.workers.prune import prune
from tests.harness.client import Client
from tests.ledger import Ledger, refused

NOW = "2026-11-23T08:00:00Z"
ALERT = {"title": "t", "description": "", "level": "Info", "alert_source": "s", "fired_at": NOW}


@pytest.fixture
def calls(make, responder, manager):
    """Each call that takes a key: who may send it, where, what."""
    incident, after = make.incident(), make.incident("AwaitingPostmortem")
    paper = make.complete_postmortem(after, manager.user, responder.user)
    recovered = make.incident("Recovered")
    person = {"username": "new", "display_name": "n", "password": "long enough", "role": "viewer"}
    return {
        "make an alert": ("responder", "alerts", ALERT),
        "make many": ("responder", "alerts/batch", {"alerts": [ALERT]}),
        "move an alert": ("responder", f"alerts/{make.alert().id}/transitions", {"to": "Acknowledged"}),
        "move many": ("responder", "alerts/bulk", {"to": "Resolved", "ids": [make.alert().id]}),
        "make an incident": ("responder", "incidents", {"title": "t"}),
        "move an incident": ("responder", f"incidents/{incident.id}/transitions", {"to": "InProgress"}),
        "note something": ("responder", f"incidents/{incident.id}/timeline", {"text": "t"}),
        "begin a postmortem": ("responder", "postmortems", {"incident_id": recovered.id}),
        "move a postmortem": ("manager", f"postmortems/{paper.id}/transitions", {"to": "InReview"}),
        "comment": ("responder", f"postmortems/{paper.id}/comments", {"text": "t"}),
        "make an action item": ("responder", "action-items", {"title": "t", "incident_id": after.id}),
        "move an action item": (
            "responder",
            f"action-items/{make.action_item(after).id}/transitions",
            {"to": "InProgress"},
        ),
        "make a person": ("admin", "users", person),
    }


@pytest.mark.parametrize(
    "call",
    ["make an alert", "make many", "move an alert", "move many", "make an incident", "move an incident",
     "note something", "begin a postmortem", "move a postmortem", "comment", "make an action item",
     "move an action item", "make a person"],
)  # fmt: skip
def test_a_repeat_gets_the_first_answer_and_does_nothing(request, calls, ledger: Ledger, call: str):
    who, path, body = calls[call]
    client: Client = request.getfixturevalue(who)
    first = client.post(path, body, Idempotency_Key="键-1".encode().decode("latin-1"))
    assert first.status_code in (200, 201), first.text
    assert "Idempotent-Replayed" not in first.headers
    with ledger.unchanged():
        again = client.post(path, body, Idempotency_Key="键-1".encode().decode("latin-1"))
    assert (again.status_code, again.json, again.headers.get("ETag")) == (
        first.status_code,
        first.json,
        first.headers.get("ETag"),
    )
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.mimetype == "application/json"


def test_another_body_under_the_same_key_is_refused(responder: Client, ledger: Ledger):
    responder.post("incidents", {"title": "one"}, Idempotency_Key="k")
    with ledger.unchanged():
        refused(responder.post("incidents", {"title": "two"}, Idempotency_Key="k"), 422, "idempotency_key_reused")


def test_somebody_elses_same_key_is_another_key(responder: Client, stranger: Client, ledger: Ledger):
    mine = responder.post("incidents", {"title": "t"}, Idempotency_Key="k")
    theirs = stranger.post("incidents", {"title": "t"}, Idempotency_Key="k")
    assert theirs.status_code == 201
    assert theirs.json["id"] != mine.json["id"]
    assert ledger.count(Incident) == 2


def test_a_person_and_a_machine_of_the_same_number_are_not_the_same(client: Client, make, ledger: Ledger):
    machine = client.with_key(make.key("generic"))
    person = client.as_(make.user("one"))
    assert machine.post("alerts", ALERT, Idempotency_Key="k").status_code == 201
    assert person.post("alerts", ALERT, Idempotency_Key="k").status_code == 200
    assert ledger.count(Answer) == 2


def test_the_same_key_elsewhere_is_another_key(responder: Client, make, ledger: Ledger):
    one, two = make.incident(), make.incident()
    for incident in (one, two):
        answer = responder.post(f"incidents/{incident.id}/timeline", {"text": "t"}, Idempotency_Key="k")
        assert (answer.status_code, answer.json["incident_id"]) == (201, incident.id)


def test_a_refused_move_is_not_kept(responder: Client, make, ledger: Ledger):
    incident = make.incident("InProgress")
    path = f"incidents/{incident.id}/transitions"
    with ledger.unchanged():
        refused(responder.post(path, {"to": "Recovered"}, Idempotency_Key="k"), 409, "move_refused")
    responder.post(path, {"to": "Recovering"})
    answer = responder.post(path, {"to": "Recovered"}, Idempotency_Key="k")
    assert (answer.status_code, answer.json["status"]) == (200, "Recovered")


def test_a_repeated_move_without_a_key_is_refused_like_any_other(responder: Client, make, ledger: Ledger):
    path = f"incidents/{make.incident().id}/transitions"
    assert responder.post(path, {"to": "InProgress"}, Idempotency_Key="k").status_code == 200
    with ledger.unchanged():
        refused(responder.post(path, {"to": "InProgress"}), 409, "move_refused")
        refused(responder.post(path, {"to": "InProgress"}, Idempotency_Key="other"), 409, "move_refused")
        assert responder.post(path, {"to": "InProgress"}, Idempotency_Key="k").status_code == 200


def test_who_lost_the_role_does_not_get_the_answer_again(responder: Client, admin: Client, ledger: Ledger):
    responder.post("incidents", {"title": "t"}, Idempotency_Key="k")
    admin.patch(f"users/{responder.user.id}", {"role": "viewer"})
    with ledger.unchanged():
        refused(responder.post("incidents", {"title": "t"}, Idempotency_Key="k"), 403, "role_required")


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_one_to_two_hundred_characters(responder: Client, ledger: Ledger, key: str):
    with ledger.unchanged():
        refused(responder.post("incidents", {"title": "t"}, Idempotency_Key=key), 422, "invalid", "Idempotency-Key")
    assert responder.post("incidents", {"title": "t"}, Idempotency_Key="k" * 200).status_code == 201


def test_keys_of_integrations_are_shown_once_so_nothing_is_kept(admin: Client, ledger: Ledger):
    for _ in range(2):
        assert admin.post("integrations", {"name": "n", "kind": "generic"}, Idempotency_Key="k").status_code == 201
    assert ledger.count(Answer) == 0


def test_answers_are_forgotten_after_a_day(app, responder: Client, ledger: Ledger, clock):
    responder.post("incidents", {"title": "t"}, Idempotency_Key="k")
    for hours, left in ((23, 1), (2, 0)):
        clock.advance(hours=hours)
        with app.app_context():
            prune()
            db.session.commit()
        assert ledger.count(Answer) == left
    again = responder.post("incidents", {"title": "t"}, Idempotency_Key="k")
    assert (again.status_code, ledger.count(Incident)) == (201, 2)
