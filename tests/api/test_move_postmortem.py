"""POST /postmortems/{id}/transitions, its comments and its revisions."""

from typing import Any

import pytest

from backend.app.models import Postmortem, PostmortemRevision
from tests.harness.client import Client
from tests.ledger import Ledger, refused


@pytest.fixture
def reviewer(client: Client, make) -> Client:
    return client.as_(make.user("reviewer"))


@pytest.fixture
def people(responder, reviewer, stranger, manager, viewer) -> dict[str, Client]:
    return {"author": responder, "reviewer": reviewer, "stranger": stranger, "manager": manager, "viewer": viewer}


@pytest.fixture
def paper(people, make):
    """`paper("InReview")`: complete, by the author, with the reviewer."""

    def at(status: str = "Draft", **columns: Any) -> Postmortem:
        incident = make.incident("AwaitingPostmortem")
        author, reviewer = people["author"].user, people["reviewer"].user
        return make.complete_postmortem(incident, author, reviewer, status=status, **columns)

    return at


def move(client: Client, postmortem: Postmortem, to: str, **needs: Any):
    return client.move(f"postmortems/{postmortem.id}", to, **needs)


@pytest.mark.parametrize(
    "source, to, action, who, needs",
    [
        ("Draft", "InReview", "submit", "author", {}),
        ("Draft", "InReview", "submit", "manager", {}),
        ("InReview", "Draft", "request_changes", "reviewer", {"note": "补充影响范围"}),
        ("InReview", "Draft", "request_changes", "manager", {"note": "no"}),
        ("InReview", "Reviewed", "approve", "reviewer", {}),
        ("Reviewed", "Draft", "rework", "manager", {"note": "no"}),
        ("Reviewed", "Published", "publish", "manager", {}),
        ("Published", "Draft", "revise", "manager", {"note": "新证据"}),
    ],
)
def test_a_legal_move(people, paper, ledger: Ledger, source, to, action, who, needs):
    row = paper(source)
    answer = move(people[who], row, to, **needs)
    assert answer.status_code == 200, answer.text
    assert (answer.json["status"], answer.json["version"]) == (to, row.version + 1)
    [entry] = ledger.timeline(row.incident_id)
    assert (entry.kind, entry.text) == ("postmortem_moved", needs.get("note", ""))
    assert (entry.data["from"], entry.data["to"], entry.data["postmortem_id"]) == (source, to, row.id)
    [event] = ledger.events("postmortem", row.id)
    assert (event.action, event.before["status"], event.after["status"]) == (action, source, to)


@pytest.mark.parametrize(
    "source, to, who, code",
    [
        ("Draft", "InReview", "reviewer", "author_or_manager"),
        ("Draft", "InReview", "stranger", "author_or_manager"),
        ("InReview", "Draft", "author", "reviewer_or_manager"),
        ("InReview", "Draft", "stranger", "reviewer_or_manager"),
        ("InReview", "Reviewed", "author", "reviewer_is_author"),
        ("InReview", "Reviewed", "stranger", "reviewer_required"),
        ("InReview", "Reviewed", "manager", "reviewer_required"),
        ("Reviewed", "Draft", "author", "role_required"),
        ("Reviewed", "Published", "reviewer", "role_required"),
        ("Published", "Draft", "author", "role_required"),
        ("Draft", "InReview", "viewer", "role_required"),
        ("Reviewed", "Published", "viewer", "role_required"),
    ],
)
def test_a_move_that_is_somebody_elses(people, paper, ledger: Ledger, source, to, who, code):
    row = paper(source)
    with ledger.unchanged():
        refused(move(people[who], row, to, note="let me"), 403, code)


@pytest.mark.parametrize(
    "source, to",
    [
        ("Draft", "Draft"), ("Draft", "Reviewed"), ("Draft", "Published"),
        ("InReview", "InReview"), ("InReview", "Published"),
        ("Reviewed", "InReview"), ("Reviewed", "Reviewed"),
        ("Published", "InReview"), ("Published", "Reviewed"), ("Published", "Published"),
    ],
)  # fmt: skip
def test_an_illegal_move_says_what_would_be_legal(people, paper, ledger: Ledger, source, to):
    row = paper(source)
    with ledger.unchanged():
        problem = refused(move(people["manager"], row, to, note="please"), 409, "move_refused")
    legal = {
        "Draft": ["InReview"],
        "InReview": ["Draft", "Reviewed"],
        "Reviewed": ["Draft", "Published"],
        "Published": ["Draft"],
    }
    assert problem["allowed"] == legal[source]


@pytest.mark.parametrize("source", ["InReview", "Reviewed", "Published"])
def test_sending_it_back_needs_a_note(people, paper, ledger: Ledger, source):
    row = paper(source)
    with ledger.unchanged():
        refused(move(people["manager"], row, "Draft"), 422, "note_required", "note")


@pytest.mark.parametrize(
    "source, action", [("InReview", "request_changes"), ("Reviewed", "rework"), ("Published", "revise")]
)
def test_its_author_reads_why_it_was_sent_back(people, paper, source, action):
    row = paper(source)
    assert people["author"].get(f"postmortems/{row.id}").json["returned"] is None
    returned = move(people["manager"], row, "Draft", note="add how many orders").json["returned"]
    assert (returned["action"], returned["note"]) == (action, "add how many orders")
    assert returned["actor_name"] == people["manager"].user.display_name
    assert people["author"].get(f"postmortems/{row.id}").json["returned"] == returned
    assert move(people["author"], row, "InReview").json["returned"] is None


@pytest.mark.parametrize("lacking", ["summary", "impact", "root_cause", "timeline"])
def test_an_incomplete_draft_is_not_submitted(people, paper, ledger: Ledger, lacking):
    row = paper(**{lacking: [] if lacking == "timeline" else " "})
    with ledger.unchanged():
        problem = refused(move(people["author"], row, "InReview"), 409, "postmortem_incomplete")
    assert problem["params"] == {"missing": [lacking]}


def test_nor_one_that_nobody_but_its_author_reviews(people, responder, make, ledger: Ledger):
    row = make.complete_postmortem(make.incident("AwaitingPostmortem"), responder.user, responder.user)
    with ledger.unchanged():
        problem = refused(move(people["manager"], row, "InReview"), 409, "postmortem_incomplete")
    assert problem["params"] == {"missing": ["reviewers"]}


def test_publishing_keeps_the_text_as_a_revision(people, paper, ledger: Ledger, clock):
    row = paper("Reviewed", lessons="学到的")
    answer = move(people["manager"], row, "Published")
    assert answer.json["published_at"] == "2026-11-23T09:00:00Z"
    [kept] = people["viewer"].get(f"postmortems/{row.id}/revisions").json["items"]
    assert kept["revision"] == 1
    assert kept["published_by"]["username"] == "manager"
    assert (kept["summary"], kept["lessons"], kept["timeline"]) == ("What happened", "学到的", row.timeline)


def test_the_published_text_stays_readable_while_the_next_is_written(people, paper, ledger: Ledger, clock):
    row = paper("Reviewed")
    move(people["manager"], row, "Published")
    clock.advance(days=1)
    revised = move(people["manager"], row, "Draft", note="新证据").json
    assert (revised["revision"], revised["status"]) == (2, "Draft")
    people["author"].patch(f"postmortems/{row.id}", {"summary": "What really happened"})
    revisions = people["viewer"].get(f"postmortems/{row.id}/revisions").json["items"]
    assert [(one["revision"], one["summary"]) for one in revisions] == [(1, "What happened")]
    move(people["author"], row, "InReview")
    move(people["reviewer"], row, "Reviewed")
    published = move(people["manager"], row, "Published").json
    assert published["published_at"] == "2026-11-24T09:00:00Z"
    revisions = people["viewer"].get(f"postmortems/{row.id}/revisions").json["items"]
    assert [(one["revision"], one["summary"]) for one in revisions] == [
        (2, "What really happened"),
        (1, "What happened"),
    ]
    assert ledger.count(PostmortemRevision) == 2


def test_what_is_offered_depends_on_who_asks(people, paper):
    row = paper("InReview")
    told = {
        who: {move["action"]: move["blocked"] and move["blocked"]["code"] for move in served}
        for who, client in people.items()
        if (served := client.get(f"postmortems/{row.id}").json["allowed_moves"])
    }
    assert told == {
        "author": {"request_changes": "reviewer_or_manager", "approve": "reviewer_is_author"},
        "reviewer": {"request_changes": None, "approve": None},
        "stranger": {"request_changes": "reviewer_or_manager", "approve": "reviewer_required"},
        "manager": {"request_changes": None, "approve": "reviewer_required"},
        "viewer": {"request_changes": "role_required", "approve": "role_required"},
    }


class TestComments:
    def test_oldest_first(self, people, paper, ledger, clock):
        path = f"postmortems/{paper('InReview').id}/comments"
        said = people["stranger"].post(path, {"text": "为什么？"})
        assert said.status_code == 201
        assert set(said.json) == {"id", "author", "text", "created_at"}
        assert said.json["author"]["username"] == "stranger"
        people["author"].post(path, {"text": "因为"})
        assert [one["text"] for one in people["viewer"].get(path).json["items"]] == ["为什么？", "因为"]
        assert [event.action for event in ledger.events("postmortem_comment")] == ["commented"] * 2

    @pytest.mark.parametrize("text", ["", "x" * 5001, None])
    def test_one_says_something(self, people, paper, ledger, text):
        path = f"postmortems/{paper().id}/comments"
        with ledger.unchanged():
            refused(people["author"].post(path, {"text": text}), 422, "invalid", "text")

    def test_viewers_say_nothing(self, people, paper, ledger):
        path = f"postmortems/{paper().id}/comments"
        with ledger.unchanged():
            refused(people["viewer"].post(path, {"text": "x"}), 403, "role_required")

    def test_of_a_postmortem_that_is_not_there(self, people, ledger):
        with ledger.unchanged():
            for part in ("comments", "revisions"):
                refused(people["viewer"].get(f"postmortems/999999/{part}"), 404, "not_found")
            refused(people["author"].post("postmortems/999999/comments", {"text": "x"}), 404, "not_found")
