"""Alerts: what people do, and what the signal does."""

from itertools import product
from types import SimpleNamespace

import pytest

from backend.app.domain.alert import ALERT_FLOW, ALERT_SIGNALS, AlertStatus
from tests.domain.asking import ROLES, ask, has, person

STATES = ["Pending", "Acknowledged", "Ignored", "Linked", "Resolved"]

# from, to: action, what it needs. All of it is a responder's.
LEGAL = {
    ("Pending", "Acknowledged"): ("acknowledge", None),
    ("Pending", "Ignored"): ("ignore", "note"),
    ("Pending", "Linked"): ("link", "incident_id"),
    ("Pending", "Resolved"): ("resolve", None),
    ("Acknowledged", "Pending"): ("unacknowledge", None),
    ("Acknowledged", "Ignored"): ("ignore", "note"),
    ("Acknowledged", "Linked"): ("link", "incident_id"),
    ("Acknowledged", "Resolved"): ("resolve", None),
    ("Ignored", "Pending"): ("restore", None),
    ("Linked", "Acknowledged"): ("unlink", None),
    ("Resolved", "Linked"): ("link", "incident_id"),
}

SIGNALS = {
    ("Pending", "Resolved"): "signal_resolves",
    ("Acknowledged", "Resolved"): "signal_resolves",
    ("Resolved", "Pending"): "signal_fires_again",
}

GIVEN = {None: {}, "note": {"note": "because"}, "incident_id": {"incident_id": 7}}
LACKING = {"note": "Invalid note_required", "incident_id": "Invalid invalid"}


def alert(status: str, incident_status: str | None = None) -> SimpleNamespace:
    incident = SimpleNamespace(status=incident_status) if incident_status else None
    return SimpleNamespace(status=AlertStatus(status), incident=incident, incident_id=7 if incident else None)


def test_the_states_stand_in_this_order():
    assert list(AlertStatus) == STATES


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("source, to", [*product(STATES, STATES)])
def test_every_move_is_legal_for_responders_and_above(source: str, to: str, role: str):
    actor, target = person(role), AlertStatus(to)
    if (source, to) not in LEGAL:
        for given in GIVEN.values():
            assert ask(ALERT_FLOW, alert(source), target, actor, **given) == "MoveRefused move_refused"
        return
    action, need = LEGAL[source, to]
    if not has(role, "responder"):
        assert ask(ALERT_FLOW, alert(source), target, actor, **GIVEN[need]) == "Forbidden role_required"
        return
    assert ask(ALERT_FLOW, alert(source), target, actor, **GIVEN[need]) == action
    if need:
        assert ask(ALERT_FLOW, alert(source), target, actor) == LACKING[need]


@pytest.mark.parametrize("source, to", [*product(STATES, STATES)])
def test_the_signal_resolves_and_fires_again_and_nothing_else(source: str, to: str):
    answer = ask(ALERT_SIGNALS, alert(source), AlertStatus(to), person("responder"))
    assert answer == SIGNALS.get((source, to), "MoveRefused move_refused")


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem"])
def test_an_alert_leaves_an_incident_that_is_not_closed(status: str):
    assert ask(ALERT_FLOW, alert("Linked", status), AlertStatus.ACKNOWLEDGED, person("responder")) == "unlink"


@pytest.mark.parametrize("role", ["responder", "manager", "admin"])
def test_an_alert_stays_with_a_closed_incident(role: str):
    answer = ask(ALERT_FLOW, alert("Linked", "Closed"), AlertStatus.ACKNOWLEDGED, person(role))
    assert answer == "MoveRefused incident_closed"


@pytest.mark.parametrize("source, to", [pair for pair, (_, need) in LEGAL.items() if need != "incident_id"])
def test_an_incident_is_named_only_where_one_is_linked(source: str, to: str):
    given = {"note": "because", "incident_id": 7}
    assert ask(ALERT_FLOW, alert(source), AlertStatus(to), person("admin"), **given) == "Invalid invalid"
