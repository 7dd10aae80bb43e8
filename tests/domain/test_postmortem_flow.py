"""Postmortems: who may send one on its way, and who may not."""

from itertools import product
from types import SimpleNamespace

import pytest

from backend.app.domain.errors import MoveRefused
from backend.app.domain.postmortem import POSTMORTEM_FLOW, PostmortemStatus, may_edit, missing_parts
from backend.app.domain.roles import SYSTEM
from tests.domain.asking import ask, person

STATES = ["Draft", "InReview", "Reviewed", "Published"]
AUTHOR, REVIEWER = 1, 2

PEOPLE = {
    "author": person("responder", AUTHOR),
    "reviewer": person("responder", REVIEWER),
    "stranger": person("responder", 9),
    "manager": person("manager", 8),
    "author who is manager": person("manager", AUTHOR),
    "reviewer who is manager": person("manager", REVIEWER),
    "admin": person("admin", 7),
    "viewer": person("viewer", 6),
    "author who is only a viewer now": person("viewer", AUTHOR),
    "reviewer who is only a viewer now": person("viewer", REVIEWER),
}
EVERYBODY = set(PEOPLE)
VIEWERS = {"viewer", "author who is only a viewer now", "reviewer who is only a viewer now"}
MANAGERS = {"manager", "author who is manager", "reviewer who is manager", "admin"}

# from, to: action, who may, whether it needs a note.
LEGAL = {
    ("Draft", "InReview"): ("submit", {"author", *MANAGERS}, False),
    ("InReview", "Draft"): ("request_changes", {"reviewer", *MANAGERS}, True),
    ("InReview", "Reviewed"): ("approve", {"reviewer", "reviewer who is manager"}, False),
    ("Reviewed", "Draft"): ("rework", MANAGERS, True),
    ("Reviewed", "Published"): ("publish", MANAGERS, False),
    ("Published", "Draft"): ("revise", MANAGERS, True),
}

# What those who may not are told, where it is not `role_required`.
TOLD = {
    ("submit", "reviewer"): "author_or_manager",
    ("submit", "stranger"): "author_or_manager",
    ("request_changes", "author"): "reviewer_or_manager",
    ("request_changes", "stranger"): "reviewer_or_manager",
    ("approve", "author"): "reviewer_is_author",
    ("approve", "author who is manager"): "reviewer_is_author",
    ("approve", "stranger"): "reviewer_required",
    ("approve", "manager"): "reviewer_required",
    ("approve", "admin"): "reviewer_required",
}


def postmortem(status: str = "Draft", **changes: object) -> SimpleNamespace:
    """A complete one, by AUTHOR, reviewed by REVIEWER."""
    complete = {
        "author_id": AUTHOR,
        "reviewers": [SimpleNamespace(id=REVIEWER)],
        "summary": "What",
        "impact": "Whom",
        "root_cause": "Why",
        "timeline": [{"occurred_at": "2026-11-23T08:00:00Z", "text": "It broke"}],
    }
    return SimpleNamespace(status=PostmortemStatus(status), **(complete | changes))


def test_the_states_stand_in_this_order():
    assert list(PostmortemStatus) == STATES


@pytest.mark.parametrize("who", sorted(EVERYBODY))
@pytest.mark.parametrize("source, to", [*product(STATES, STATES)])
def test_every_move_is_open_to_its_people_and_no_others(source: str, to: str, who: str):
    row, target = postmortem(source), PostmortemStatus(to)
    without = ask(POSTMORTEM_FLOW, row, target, PEOPLE[who])
    with_note = ask(POSTMORTEM_FLOW, row, target, PEOPLE[who], note="because")
    if (source, to) not in LEGAL:
        assert without == with_note == "MoveRefused move_refused"
        return
    action, open_to, needs_note = LEGAL[source, to]
    if who not in open_to:
        assert without == with_note == f"Forbidden {TOLD.get((action, who), 'role_required')}"
        return
    assert with_note == action
    assert without == ("Invalid note_required" if needs_note else action)


def test_an_author_who_reviews_does_not_approve_even_as_manager():
    row = postmortem("InReview", reviewers=[SimpleNamespace(id=AUTHOR), SimpleNamespace(id=REVIEWER)])
    assert ask(POSTMORTEM_FLOW, row, PostmortemStatus.REVIEWED, PEOPLE["author"]) == "Forbidden reviewer_is_author"
    assert ask(POSTMORTEM_FLOW, row, PostmortemStatus.REVIEWED, PEOPLE["reviewer"]) == "approve"


@pytest.mark.parametrize(
    "lacking, missing",
    [
        ({"summary": ""}, ["summary"]),
        ({"impact": " \n\t"}, ["impact"]),
        ({"root_cause": ""}, ["root_cause"]),
        ({"timeline": []}, ["timeline"]),
        ({"reviewers": []}, ["reviewers"]),
        ({"reviewers": [SimpleNamespace(id=AUTHOR)]}, ["reviewers"]),
        (
            {"summary": "", "impact": "", "root_cause": "", "timeline": [], "reviewers": []},
            ["summary", "impact", "root_cause", "timeline", "reviewers"],
        ),
    ],
)
def test_an_incomplete_draft_is_not_submitted_and_what_is_missing_is_listed(lacking, missing):
    row = postmortem(**lacking)
    with pytest.raises(MoveRefused) as refusal:
        POSTMORTEM_FLOW.check(row, PostmortemStatus.IN_REVIEW, PEOPLE["author"], {})
    assert refusal.value.code == "postmortem_incomplete"
    assert refusal.value.params == {"missing": missing}
    assert missing_parts(row) == missing


def test_detection_resolution_and_lessons_may_stay_empty():
    assert missing_parts(postmortem(detection="", resolution="", lessons="")) == []


def test_one_reviewer_beside_the_author_is_enough():
    assert missing_parts(postmortem(reviewers=[SimpleNamespace(id=AUTHOR), SimpleNamespace(id=REVIEWER)])) == []


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_its_author_its_reviewers_and_managers_write_it(who: str):
    assert may_edit(postmortem(), PEOPLE[who]) == (who in {"author", "reviewer", *MANAGERS})


def test_closeloop_itself_is_neither_author_nor_reviewer():
    assert ask(POSTMORTEM_FLOW, postmortem("InReview"), PostmortemStatus.REVIEWED, SYSTEM) == (
        "Forbidden reviewer_required"
    )
