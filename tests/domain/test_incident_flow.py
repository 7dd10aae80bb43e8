"""Incidents: which move is whose, written out from the product page."""

from itertools import product
from types import SimpleNamespace

import pytest

from backend.app.domain.errors import MoveRefused
from backend.app.domain.incident import INCIDENT_FLOW, IncidentStatus
from tests.domain.asking import ROLES, ask, has, person

STATES = ["Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"]

# from, to: action, least role, whether it needs a note. Everything else is illegal.
LEGAL = {
    ("Pending", "InProgress"): ("confirm", "responder", False),
    ("Pending", "Closed"): ("dismiss", "responder", True),
    ("InProgress", "Recovering"): ("mitigate", "responder", False),
    ("Recovering", "InProgress"): ("setback", "responder", True),
    ("Recovering", "Recovered"): ("recover", "responder", False),
    ("Recovered", "AwaitingPostmortem"): ("await_postmortem", "responder", False),
    ("Recovered", "Closed"): ("close", "manager", True),
    ("Recovered", "InProgress"): ("relapse", "responder", True),
    ("AwaitingPostmortem", "InProgress"): ("relapse", "responder", True),
    ("AwaitingPostmortem", "Closed"): ("close", "manager", False),
    ("Closed", "InProgress"): ("reopen", "manager", True),
}


def incident(status: str, required: bool = False, postmortem: str | None = "Published") -> SimpleNamespace:
    """One that no guard holds back, unless a test says otherwise."""
    paper = SimpleNamespace(status=postmortem) if postmortem else None
    return SimpleNamespace(status=IncidentStatus(status), severity="P1", postmortem_required=required, postmortem=paper)


def test_the_board_has_six_columns_in_this_order():
    assert list(IncidentStatus) == STATES


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("source, to", [*product(STATES, STATES)])
def test_every_move_is_legal_for_its_roles_and_no_others(source: str, to: str, role: str):
    without = ask(INCIDENT_FLOW, incident(source), IncidentStatus(to), person(role))
    with_note = ask(INCIDENT_FLOW, incident(source), IncidentStatus(to), person(role), note="because")
    if (source, to) not in LEGAL:
        assert without == with_note == "MoveRefused move_refused"
        return
    action, least, needs_note = LEGAL[source, to]
    if not has(role, least):
        assert without == with_note == "Forbidden role_required"
        return
    assert with_note == action
    assert without == ("Invalid note_required" if needs_note else action)


@pytest.mark.parametrize("source", STATES)
def test_a_refusal_names_what_would_be_legal(source: str):
    with pytest.raises(MoveRefused) as refusal:
        INCIDENT_FLOW.check(incident(source), IncidentStatus(source), person("admin"), {})
    legal = [to for to in STATES if (source, to) in LEGAL]
    assert sorted(refusal.value.allowed) == sorted(legal)
    assert all(to in refusal.value.detail for to in legal)


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_recovered_is_not_closed_where_a_postmortem_is_required(role: str):
    row = incident("Recovered", required=True)
    assert (
        ask(INCIDENT_FLOW, row, IncidentStatus.CLOSED, person(role), note="done") == "MoveRefused postmortem_required"
    )


@pytest.mark.parametrize(
    "postmortem, given, answer",
    [
        ("Published", {}, "close"),
        ("Published", {"note": "all done"}, "close"),
        ("Published", {"waive": True, "note": "no need"}, "MoveRefused postmortem_already_published"),
        (None, {}, "MoveRefused postmortem_not_published"),
        (None, {"note": "please"}, "MoveRefused postmortem_not_published"),
        ("Draft", {}, "MoveRefused postmortem_not_published"),
        ("InReview", {}, "MoveRefused postmortem_not_published"),
        ("Reviewed", {}, "MoveRefused postmortem_not_published"),
        (None, {"waive": True, "note": "nothing to learn"}, "waive"),
        ("Draft", {"waive": True, "note": "nothing to learn"}, "waive"),
        (None, {"waive": True}, "Invalid note_required"),
    ],
)
def test_closing_after_the_postmortem_or_by_waiver(postmortem, given, answer):
    row = incident("AwaitingPostmortem", required=True, postmortem=postmortem)
    assert ask(INCIDENT_FLOW, row, IncidentStatus.CLOSED, person("manager"), **given) == answer


@pytest.mark.parametrize("role", ["viewer", "responder"])
@pytest.mark.parametrize("given", [{}, {"waive": True, "note": "let me"}])
def test_only_managers_close_or_waive(role, given):
    row = incident("AwaitingPostmortem")
    assert ask(INCIDENT_FLOW, row, IncidentStatus.CLOSED, person(role), **given) == "Forbidden role_required"


@pytest.mark.parametrize(
    "source, to", [(source, to) for source, to in LEGAL if (source, to) != ("Recovering", "Recovered")]
)
def test_only_the_recovery_takes_a_time(source: str, to: str):
    given = {"note": "n", "recovered_at": "2026-11-23T08:00:00Z"}
    assert ask(INCIDENT_FLOW, incident(source), IncidentStatus(to), person("admin"), **given) == "Invalid invalid"


@pytest.mark.parametrize("source, to", [pair for pair in LEGAL if pair != ("AwaitingPostmortem", "Closed")])
def test_only_the_close_can_be_waived(source: str, to: str):
    given = {"note": "n", "waive": True}
    assert ask(INCIDENT_FLOW, incident(source), IncidentStatus(to), person("admin"), **given) == "Invalid invalid"


def test_a_note_of_nothing_is_no_note():
    row = incident("Pending")
    assert ask(INCIDENT_FLOW, row, IncidentStatus.CLOSED, person("admin"), note="") == "Invalid note_required"


@pytest.mark.parametrize("source", STATES)
def test_what_is_offered_is_what_is_legal(source: str):
    offers = [(offer.move.to, offer.blocked) for offer in INCIDENT_FLOW.offered(incident(source), person("manager"))]
    free = {to for to, blocked in offers if blocked is None}
    assert free == {to for to in STATES if (source, to) in LEGAL}


def test_a_blocked_close_is_offered_with_its_reason_beside_the_waiver():
    row = incident("AwaitingPostmortem", postmortem=None)
    offers = INCIDENT_FLOW.offered(row, person("manager"))
    told = {offer.move.action: offer.blocked.code if offer.blocked else None for offer in offers}
    assert told == {"relapse": None, "close": "postmortem_not_published", "waive": None}
