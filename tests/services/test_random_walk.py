"""One incident with its postmortem and its action items, moved about at random on a real database.

What should happen is foretold from the tables below, written by hand from the product page. A
foretold move must leave exactly its traces; a foretold refusal must leave none at all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from backend.app.domain.action_item import ActionItemStatus
from backend.app.domain.errors import DomainError
from backend.app.domain.incident import IncidentStatus
from backend.app.domain.levels import Severity
from backend.app.domain.postmortem import PostmortemStatus
from backend.app.domain.roles import Role
from backend.app.extensions import db
from backend.app.models import ActionItem, Event, Incident, Postmortem, TimelineEntry, User
from backend.app.services import action_items, incidents, postmortems
from backend.app.services.auth import actor_of
from tests.factories import hashed
from tests.harness.database import empty
from tests.ledger import Ledger

ROLES = {"viewer": 0, "author": 1, "reviewer": 1, "stranger": 1, "manager": 2}
RESPONDER, MANAGER = 1, 2

# from, to: the least role, whether it needs a note
INCIDENT_MOVES = {
    ("Pending", "InProgress"): (RESPONDER, False),
    ("Pending", "Closed"): (RESPONDER, True),
    ("InProgress", "Recovering"): (RESPONDER, False),
    ("Recovering", "InProgress"): (RESPONDER, True),
    ("Recovering", "Recovered"): (RESPONDER, False),
    ("Recovered", "AwaitingPostmortem"): (RESPONDER, False),
    ("Recovered", "InProgress"): (RESPONDER, True),
    ("AwaitingPostmortem", "InProgress"): (RESPONDER, True),
    ("AwaitingPostmortem", "Closed"): (MANAGER, False),
    ("Closed", "InProgress"): (MANAGER, True),
}
"""Recovered → Closed is missing: the incident is a P1, which needs a postmortem."""

POSTMORTEM_MOVES = {
    ("Draft", "InReview"): ({"author", "manager"}, False),
    ("InReview", "Draft"): ({"reviewer", "manager"}, True),
    ("InReview", "Reviewed"): ({"reviewer"}, False),
    ("Reviewed", "Draft"): ({"manager"}, True),
    ("Reviewed", "Published"): ({"manager"}, False),
    ("Published", "Draft"): ({"manager"}, True),
}

ITEM_MOVES = {
    ("Open", "InProgress"): (RESPONDER, False),
    ("InProgress", "Done"): (RESPONDER, False),
    ("Done", "Verified"): (RESPONDER, False),
    ("Done", "InProgress"): (RESPONDER, True),
    ("Open", "Cancelled"): (MANAGER, True),
    ("InProgress", "Cancelled"): (MANAGER, True),
    ("Cancelled", "Open"): (MANAGER, False),
}

people = st.sampled_from(["author", "reviewer", "stranger", "manager", "manager", "manager", "viewer"])
notes = st.sampled_from(["", "因为 because", "and so"])


def anywhere(states: Iterable[str]) -> st.SearchStrategy[str | int]:
    """Any state, or by number one of those that are legal next, so that walks get far."""
    return st.one_of(st.sampled_from([*states]), st.integers(0, 5), st.integers(0, 5))


def target(to: str | int, source: str | None, moves: Collection[tuple[str, str]]) -> str:
    onward = [after for before, after in moves if before == source] or ["Verified"]
    return onward[to % len(onward)] if isinstance(to, int) else to


@dataclass
class Walk:
    """What the tables above say that the database holds by now."""

    incident: str = "Pending"
    postmortem: str | None = None
    complete: bool = False
    revision: int = 1
    relapses: int = 0
    confirmed: bool = False
    items: dict[int, tuple[str, str | None]] = field(default_factory=dict)  # id: status, owner


class IncidentWalk(RuleBasedStateMachine):
    app: Flask

    @initialize()
    def an_incident_is_declared(self) -> None:
        empty(self.app)
        self.walk, self.ledger, self.ids = Walk(), Ledger(self.app), {}
        roles = ["viewer", "responder", "manager"]
        with self.app.app_context():
            for name, rank in ROLES.items():
                user = User(username=name, display_name=name, password_hash=hashed("-" * 12), role=Role(roles[rank]))
                db.session.add(user)
                db.session.flush()
                self.ids[name] = user.id
            incident = incidents.create(
                self.actor("author"), title="It broke", severity=Severity.P1, postmortem_required_for={Severity.P1}
            )
            db.session.commit()
            self.incident_id = incident.id
        self.postmortem_id = 0
        self.seen: Any = None  # everything, while nothing but refusals came since

    @rule(who=people, to=anywhere(IncidentStatus), note=notes, waive=st.sampled_from([False, False, True]))
    def move_the_incident(self, who: str, to: Any, note: str, waive: bool) -> None:
        source, published = self.walk.incident, self.walk.postmortem == "Published"
        to = IncidentStatus(target(to, source, INCIDENT_MOVES))
        least, needs_note = INCIDENT_MOVES.get((source, to), (99, False))
        closing = (source, to) == ("AwaitingPostmortem", "Closed")
        legal = ROLES[who] >= least and (note or not needs_note)
        if closing:
            legal = legal and (waive != published) and (note or not waive)
        elif waive:
            legal = False
        done = self.do(
            legal,
            lambda: incidents.transition(self.incident_id, to, self.actor(who), note=note, waive=waive),
            Incident,
            self.incident_id,
            (source, to),
        )
        if done:
            self.walk.incident = to
            self.walk.confirmed |= to == "InProgress"
            self.walk.relapses += source in ("Recovered", "AwaitingPostmortem") and to == "InProgress"

    @rule(who=st.sampled_from(["author", "author", "viewer"]))
    def begin_the_postmortem(self, who: str) -> None:
        """Viewers are turned away by the route, not by the service; they stand aside here."""
        if who == "viewer":
            return
        ready = self.walk.incident in ("Recovered", "AwaitingPostmortem", "Closed")
        legal = ready and self.walk.postmortem is None
        before = self.traces()
        made = self.try_to(legal, lambda: postmortems.create(self.actor(who), incident_id=self.incident_id))
        if made is None:
            return
        self.postmortem_id = made.id
        moves_on = self.walk.incident == "Recovered"
        self.walk.postmortem = "Draft"
        self.walk.incident = "AwaitingPostmortem" if moves_on else self.walk.incident
        entries, events = self.traces()
        assert (entries - before[0], events - before[1]) == ((2, 2) if moves_on else (1, 1))

    @precondition(lambda self: self.walk.postmortem is not None and not self.walk.complete)
    @rule(who=st.sampled_from(["author", "author", "manager", "stranger"]))
    def write_the_postmortem(self, who: str) -> None:
        prose = {"summary": "What", "impact": "Whom", "root_cause": "Why"}
        reviewers = [self.ids["reviewer"]]
        legal = self.walk.postmortem == "Draft" and who != "stranger"
        written = self.try_to(
            legal,
            lambda: postmortems.edit(self.postmortem_id, self.actor(who), None, reviewer_ids=reviewers, **prose),
        )
        if written is not None:
            self.walk.complete = True

    @precondition(lambda self: self.walk.postmortem is not None)
    @rule(who=people, to=anywhere(PostmortemStatus), note=notes)
    def move_the_postmortem(self, who: str, to: Any, note: str) -> None:
        source = self.walk.postmortem
        to = PostmortemStatus(target(to, source, POSTMORTEM_MOVES))
        open_to, needs_note = POSTMORTEM_MOVES.get((source, to), (set(), False))
        legal = who in open_to and (note or not needs_note)
        if to == "InReview":
            legal = legal and self.walk.complete
        done = self.do(
            legal,
            lambda: postmortems.transition(self.postmortem_id, to, self.actor(who), note=note),
            Postmortem,
            self.postmortem_id,
            (source, to),
        )
        if done:
            self.walk.postmortem = to
            self.walk.revision += (source, to) == ("Published", "Draft")

    @precondition(lambda self: len(self.walk.items) < 2)
    @rule(owner=st.sampled_from(["author", "stranger", None]))
    def add_an_action_item(self, owner: str | None) -> None:
        before = self.traces()
        item = self.try_to(
            True,
            lambda: action_items.create(
                self.actor("author"),
                title="Alert earlier",
                incident_id=self.incident_id,
                owner_id=self.ids[owner] if owner else None,
            ),
        )
        self.walk.items[item.id] = ("Open", owner)
        assert self.traces() == (before[0] + 1, before[1] + 1)

    @precondition(lambda self: self.walk.items)
    @rule(which=st.integers(0, 1), who=people, to=anywhere(ActionItemStatus), note=notes)
    def move_an_action_item(self, which: int, who: str, to: Any, note: str) -> None:
        item_id = list(self.walk.items)[which % len(self.walk.items)]
        source, owner = self.walk.items[item_id]
        to = ActionItemStatus(target(to, source, ITEM_MOVES))
        least, needs_note = ITEM_MOVES.get((source, to), (99, False))
        legal = ROLES[who] >= least and (note or not needs_note) and not (to == "Verified" and who == owner)
        done = self.do(
            legal,
            lambda: action_items.transition(item_id, to, self.actor(who), note=note),
            ActionItem,
            item_id,
            (source, to),
        )
        if done:
            does_it = to in ("InProgress", "Done") and source != "Done"
            self.walk.items[item_id] = (to, owner or (who if does_it else None))

    @invariant()
    def the_database_agrees(self) -> None:
        if not getattr(self, "incident_id", None):
            return
        incident: Any = self.ledger.row(Incident, self.incident_id)
        assert incident.status == self.walk.incident
        assert incident.relapses == self.walk.relapses
        assert (incident.closed_at is not None) == (incident.status == "Closed")
        assert (incident.resolution is not None) == (incident.status == "Closed")
        if incident.status in ("Recovered", "AwaitingPostmortem"):
            assert incident.recovered_at is not None
        if incident.status in ("Pending", "InProgress", "Recovering"):
            assert incident.recovered_at is None
        assert (incident.acknowledged_at is not None) == self.walk.confirmed
        assert (incident.assignee_id is not None) == self.walk.confirmed
        for item_id, (status, _) in self.walk.items.items():
            item: Any = self.ledger.row(ActionItem, item_id)
            assert item.status == status
            assert (item.done_at is not None) == (status in ("Done", "Verified"))
            assert (item.verified_at is not None) == (status == "Verified")
        if self.walk.postmortem:
            paper: Any = self.ledger.row(Postmortem, self.postmortem_id)
            assert (paper.status, paper.revision) == (self.walk.postmortem, self.walk.revision)

    def actor(self, who: str) -> Any:
        return actor_of(db.session.get_one(User, self.ids[who]))

    def traces(self) -> tuple[int, int]:
        """How many timeline entries and events there are."""
        with self.app.app_context():
            count = [db.session.scalar(select(func.count(table.id))) for table in (TimelineEntry, Event)]
        return count[0] or 0, count[1] or 0

    def try_to(self, legal: Any, verb: Any) -> Any:
        """Do it as one unit of work; when it is refused, as foretold, nothing at all has changed."""
        before = None if legal else self.seen or self.ledger.everything()
        with self.app.app_context():
            try:
                row = verb()
                db.session.commit()
            except DomainError:
                db.session.rollback()
                if legal:
                    raise
                row = None
        self.seen = before
        if row is None:
            assert self.ledger.everything() == before
        else:
            assert legal, "this should have been refused"
        return row

    def do(self, legal: Any, verb: Any, model: Any, ident: int, move: tuple[Any, Any]) -> bool:
        """A move: one timeline entry, one event with both statuses, the version one higher."""
        entries, events = self.traces()
        version = self.ledger.row(model, ident).version
        if self.try_to(legal, verb) is None:
            return False
        assert self.traces() == (entries + 1, events + 1)
        assert self.ledger.row(model, ident).version == version + 1
        source, to = move
        entry = self.ledger.timeline(self.incident_id)[-1]
        assert (entry.data["from"], entry.data["to"]) == (source, to)
        event = self.ledger.all(Event)[-1]
        assert event.entity_id == ident
        assert (event.before["status"], event.after["status"]) == (source, to)
        return True


@pytest.mark.timeout(300)
def test_a_random_walk_leaves_exactly_the_traces_of_its_moves(app: Flask):
    run_state_machine_as_test(
        type("Walk", (IncidentWalk,), {"app": app}),
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],  # shrinking on a database takes minutes
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
