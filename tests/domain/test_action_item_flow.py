"""Action items: started, finished, verified by somebody else."""

from datetime import UTC, date, datetime
from itertools import product
from types import SimpleNamespace

import pytest

from backend.app.domain import clock
from backend.app.domain.action_item import ACTION_ITEM_FLOW, ActionItemStatus, is_overdue, today
from tests.domain.asking import ROLES, ask, has, person

STATES = ["Open", "InProgress", "Done", "Verified", "Cancelled"]
OWNER, SOMEBODY_ELSE = 1, 2

# from, to: action, least role, whether it needs a note. Verified is the end.
LEGAL = {
    ("Open", "InProgress"): ("start", "responder", False),
    ("InProgress", "Done"): ("finish", "responder", False),
    ("Done", "Verified"): ("verify", "responder", False),
    ("Done", "InProgress"): ("fail_verification", "responder", True),
    ("Open", "Cancelled"): ("cancel", "manager", True),
    ("InProgress", "Cancelled"): ("cancel", "manager", True),
    ("Cancelled", "Open"): ("reopen", "manager", False),
}


def item(status: str, owner_id: int | None = OWNER, due_on: date | None = None) -> SimpleNamespace:
    return SimpleNamespace(status=ActionItemStatus(status), owner_id=owner_id, due_on=due_on)


def test_the_states_stand_in_this_order():
    assert list(ActionItemStatus) == STATES


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("source, to", [*product(STATES, STATES)])
def test_every_move_is_legal_for_its_roles_and_no_others(source: str, to: str, role: str):
    actor, target = person(role, SOMEBODY_ELSE), ActionItemStatus(to)
    without = ask(ACTION_ITEM_FLOW, item(source), target, actor)
    with_note = ask(ACTION_ITEM_FLOW, item(source), target, actor, note="because")
    if (source, to) not in LEGAL:
        assert without == with_note == "MoveRefused move_refused"
        return
    action, least, needs_note = LEGAL[source, to]
    if not has(role, least):
        assert without == with_note == "Forbidden role_required"
        return
    assert with_note == action
    assert without == ("Invalid note_required" if needs_note else action)


@pytest.mark.parametrize("role", ["responder", "manager", "admin"])
def test_owners_do_not_verify_their_own_work_whatever_their_role(role: str):
    assert ask(ACTION_ITEM_FLOW, item("Done"), ActionItemStatus.VERIFIED, person(role, OWNER)) == (
        "Forbidden self_verify"
    )


def test_owners_start_finish_and_take_back_their_own_work():
    owner = person("responder", OWNER)
    assert ask(ACTION_ITEM_FLOW, item("Open"), ActionItemStatus.IN_PROGRESS, owner) == "start"
    assert ask(ACTION_ITEM_FLOW, item("InProgress"), ActionItemStatus.DONE, owner) == "finish"
    assert ask(ACTION_ITEM_FLOW, item("Done"), ActionItemStatus.IN_PROGRESS, owner, note="not yet") == (
        "fail_verification"
    )


def test_what_nobody_owns_anybody_may_verify():
    assert ask(ACTION_ITEM_FLOW, item("Done", owner_id=None), ActionItemStatus.VERIFIED, person("responder")) == (
        "verify"
    )


@pytest.mark.parametrize(
    "status, due_on, late",
    [
        ("Open", date(2026, 11, 22), True),
        ("InProgress", date(2026, 11, 22), True),
        ("Done", date(2026, 11, 22), False),
        ("Verified", date(2026, 11, 22), False),
        ("Cancelled", date(2026, 11, 22), False),
        ("Open", date(2026, 11, 23), False),
        ("Open", None, False),
    ],
)
def test_overdue_is_what_is_unfinished_after_its_day(status, due_on, late):
    assert is_overdue(item(status, due_on=due_on), on=date(2026, 11, 23)) == late


def test_the_day_ends_where_the_operators_are():
    with clock.held_at(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)):
        assert today("Asia/Shanghai") == date(2026, 11, 24)
        assert today("Europe/Berlin") == date(2026, 11, 23)
