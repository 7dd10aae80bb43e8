"""PATCH /postmortems/{id}: parts of a draft, and its reviewers. GET /postmortems: the list."""

import pytest

from backend.app.extensions import db
from backend.app.models import Postmortem
from tests.harness.client import Client
from tests.ledger import Ledger, refused

PROSE = ["summary", "impact", "detection", "root_cause", "resolution", "lessons"]


@pytest.fixture
def reviewer(client: Client, make) -> Client:
    return client.as_(make.user("reviewer"))


@pytest.fixture
def draft(responder: Client, reviewer: Client, make) -> Postmortem:
    """By the responder, complete, with one reviewer."""
    return make.complete_postmortem(make.incident("AwaitingPostmortem"), responder.user, reviewer.user)


def path(postmortem: Postmortem) -> str:
    return f"postmortems/{postmortem.id}"


def test_each_part_is_written_and_read_again(responder: Client, draft, ledger: Ledger):
    said = {part: f"# {part}\n\n中文 **text**" for part in PROSE}
    answer = responder.patch(path(draft), said)
    assert answer.status_code == 200
    assert said.items() <= answer.json.items()
    assert answer.json["version"] == draft.version + 1
    assert responder.get(path(draft)).json == answer.json
    [event] = ledger.events("postmortem", draft.id)
    assert event.action == "edited"


def test_one_part_leaves_the_others(responder: Client, draft):
    before = responder.get(path(draft)).json
    after = responder.patch(path(draft), {"lessons": "new"}).json
    assert {name: after[name] for name in PROSE[:-1]} == {name: before[name] for name in PROSE[:-1]}


def test_the_timeline_is_kept_oldest_first_in_utc(responder: Client, draft):
    lines = [
        {"occurred_at": "2026-11-23T09:00:00Z", "text": "second"},
        {"occurred_at": "2026-11-23T16:30:00+08:00", "text": "first"},
    ]
    assert responder.patch(path(draft), {"timeline": lines}).json["timeline"] == [
        {"occurred_at": "2026-11-23T08:30:00Z", "text": "first"},
        {"occurred_at": "2026-11-23T09:00:00Z", "text": "second"},
    ]


def test_what_is_missing_is_told(responder: Client, make):
    paper = make.postmortem(make.incident("AwaitingPostmortem"), responder.user)
    assert responder.get(path(paper)).json["missing"] == ["summary", "impact", "root_cause", "timeline", "reviewers"]
    assert responder.patch(path(paper), {"summary": "s", "impact": " "}).json["missing"] == [
        "impact",
        "root_cause",
        "timeline",
        "reviewers",
    ]


@pytest.mark.parametrize("change", [{}, {"summary": "What happened"}])
def test_an_edit_that_changes_nothing_leaves_nothing(responder: Client, draft, ledger: Ledger, change):
    with ledger.unchanged():
        assert responder.patch(path(draft), change).status_code == 200


@pytest.mark.parametrize(
    "change, field",
    [
        ({"status": "Published"}, "status"),
        ({"revision": 7}, "revision"),
        ({"author_id": 1}, "author_id"),
        ({"timeline": [{"text": "no time"}]}, "timeline.0.occurred_at"),
        ({"timeline": [{"occurred_at": "2026-11-23T08:00:00Z", "text": ""}]}, "timeline.0.text"),
        ({"reviewer_ids": [0]}, "reviewer_ids.0"),
        ({"reviewer_ids": [999_999]}, "reviewer_ids"),
        ({"reviewer_ids": list(range(1, 22))}, "reviewer_ids"),
    ],
)
def test_a_field_that_will_not_do_is_named_and_changes_no_other(responder, draft, ledger: Ledger, change, field):
    with ledger.unchanged():
        refused(responder.patch(path(draft), {"summary": "new"} | change), 422, "invalid", field)


class TestReviewers:
    def test_they_are_chosen(self, responder, stranger, reviewer, draft, ledger):
        answer = responder.patch(path(draft), {"reviewer_ids": [stranger.user.id]})
        assert [person["username"] for person in answer.json["reviewers"]] == ["stranger"]
        assert answer.json["version"] == draft.version + 1
        [event] = ledger.events("postmortem", draft.id)
        assert (event.before, event.after) == (
            {"reviewer_ids": [reviewer.user.id]},
            {"reviewer_ids": [stranger.user.id]},
        )
        assert event.version == draft.version + 1

    def test_choosing_the_same_ones_leaves_nothing(self, responder, reviewer, draft, ledger):
        with ledger.unchanged():
            assert responder.patch(path(draft), {"reviewer_ids": [reviewer.user.id]}).status_code == 200

    def test_all_may_go(self, responder, draft):
        answer = responder.patch(path(draft), {"reviewer_ids": []})
        assert (answer.json["reviewers"], answer.json["missing"]) == ([], ["reviewers"])

    @pytest.mark.parametrize("role, active", [("viewer", True), ("manager", False)])
    def test_only_active_responders_review(self, responder, make, draft, ledger, role, active):
        somebody = make.user("somebody", role, is_active=active)
        with ledger.unchanged():
            answer = responder.patch(path(draft), {"reviewer_ids": [somebody.id]})
            refused(answer, 422, "invalid", "reviewer_ids")

    def test_the_author_alone_is_no_reviewer(self, responder, draft):
        answer = responder.patch(path(draft), {"reviewer_ids": [responder.user.id]})
        assert answer.json["missing"] == ["reviewers"]


class TestWhoMay:
    def test_author_reviewers_and_managers(self, responder, reviewer, manager, admin, draft):
        for n, client in enumerate((responder, reviewer, manager, admin)):
            assert client.get(path(draft)).json["editable"] is True
            assert client.patch(path(draft), {"lessons": str(n)}).status_code == 200

    def test_a_stranger_may_not(self, stranger, draft, ledger):
        assert stranger.get(path(draft)).json["editable"] is False
        with ledger.unchanged():
            refused(stranger.patch(path(draft), {"lessons": "mine"}), 403, "not_yours")

    def test_a_viewer_may_not(self, viewer, draft, ledger):
        assert viewer.get(path(draft)).json["editable"] is False
        with ledger.unchanged():
            refused(viewer.patch(path(draft), {"lessons": "mine"}), 403, "role_required")

    @pytest.mark.parametrize("status", ["InReview", "Reviewed", "Published"])
    def test_only_a_draft_is_written(self, responder, manager, reviewer, make, ledger, status):
        incident = make.incident("AwaitingPostmortem")
        paper = make.complete_postmortem(incident, responder.user, reviewer.user, status=status)
        for client in (responder, manager):
            assert client.get(path(paper)).json["editable"] is False
            with ledger.unchanged():
                refused(client.patch(path(paper), {"lessons": "late"}), 409, "not_editable")

    def test_nobody_who_counts_is_left_to_review_it(self, responder, manager, reviewer, make, ledger):
        incident = make.incident("AwaitingPostmortem")
        paper = make.complete_postmortem(incident, responder.user, reviewer.user, status="InReview")
        for chosen in ([], [responder.user.id]):
            for client in (responder, manager):
                with ledger.unchanged():
                    refused(client.patch(path(paper), {"reviewer_ids": chosen}), 422, "invalid", "reviewer_ids")

    def test_reviewers_are_still_chosen_while_it_is_in_review(self, responder, reviewer, stranger, make, ledger):
        incident = make.incident("AwaitingPostmortem")
        paper = make.complete_postmortem(incident, responder.user, reviewer.user, status="InReview")
        answer = responder.patch(path(paper), {"reviewer_ids": [reviewer.user.id, stranger.user.id]})
        assert {person["username"] for person in answer.json["reviewers"]} == {"reviewer", "stranger"}
        with ledger.unchanged():
            refused(
                responder.patch(path(paper), {"reviewer_ids": [reviewer.user.id], "lessons": "x"}), 409, "not_editable"
            )


class TestWithoutAuthor:
    """A draft from the old system, which did not say who wrote it."""

    @pytest.fixture
    def orphan(self, app, draft) -> Postmortem:
        with app.app_context():
            row = db.session.get_one(Postmortem, draft.id)
            row.author = None
            db.session.commit()
            return row

    def test_the_first_responder_who_edits_it_becomes_its_author(self, stranger, orphan, ledger):
        before = stranger.get(path(orphan)).json
        assert (before["author"], before["editable"]) == (None, True)
        after = stranger.patch(path(orphan), {"lessons": "new"})
        assert after.status_code == 200, after.text
        assert (after.json["author"]["username"], after.json["lessons"]) == ("stranger", "new")
        assert stranger.get(path(orphan)).json["author"] == after.json["author"]
        [event] = ledger.events("postmortem", orphan.id)
        assert (event.action, event.actor_name) == ("edited", "Stranger")

    def test_from_then_on_it_is_theirs(self, stranger, responder, orphan, ledger):
        stranger.patch(path(orphan), {"lessons": "new"})
        assert responder.get(path(orphan)).json["editable"] is False
        with ledger.unchanged():
            refused(responder.patch(path(orphan), {"lessons": "mine"}), 403, "not_yours")
            refused(responder.move(path(orphan), "InReview"), 403, "author_or_manager")
        submitted = stranger.move(path(orphan), "InReview")
        assert (submitted.status_code, submitted.json["status"]) == (200, "InReview")

    def test_nobody_but_a_manager_submits_it_before(self, stranger, manager, orphan, ledger):
        with ledger.unchanged():
            refused(stranger.move(path(orphan), "InReview"), 403, "author_or_manager")
        assert manager.move(path(orphan), "InReview").json["author"] is None

    def test_a_viewer_may_not_edit_it(self, viewer, orphan, ledger):
        assert viewer.get(path(orphan)).json["editable"] is False
        with ledger.unchanged():
            refused(viewer.patch(path(orphan), {"lessons": "mine"}), 403, "role_required")


class TestList:
    @pytest.fixture(autouse=True)
    def some(self, responder, manager, reviewer, make):
        for title, author, status in [
            ("订单 100%", responder.user, "Draft"),
            ("支付", manager.user, "Published"),
            ("搜索", responder.user, "InReview"),
        ]:
            make.complete_postmortem(
                make.incident("AwaitingPostmortem", title=title),
                author,
                reviewer.user,
                status=status,
                summary=f"S {title}",
            )

    def found(self, client, **query):
        return [row["incident"]["title"] for row in client.get("postmortems", **query).json["items"]]

    def test_newest_first_without_the_prose(self, viewer):
        assert self.found(viewer) == ["搜索", "支付", "订单 100%"]
        for row in viewer.get("postmortems").json["items"]:
            assert set(PROSE) & set(row) == set()
            assert "timeline" not in row

    def test_each_filter_narrows(self, viewer, responder, reviewer):
        assert self.found(viewer, status="Draft,InReview") == ["搜索", "订单 100%"]
        assert self.found(viewer, author_id=responder.user.id) == ["搜索", "订单 100%"]
        assert len(self.found(viewer, reviewer_id=reviewer.user.id)) == 3
        assert self.found(viewer, reviewer_id=responder.user.id) == []
        assert self.found(viewer, q="支") == ["支付"]
        assert self.found(viewer, q="100%") == ["订单 100%"]
        assert self.found(viewer, q="_") == []
