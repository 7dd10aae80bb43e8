"""Two alerts and two incidents: monitors send, people triage, incidents close and come back, time passes.

What should happen is foretold by `Episode`s, kept by hand from the product page. After every step the
rows must be as foretold, the events must name just the alerts that changed, and a refusal must leave
no trace. Every run walks elsewhere; a failure prints the walk.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from backend.app.domain.alert import AlertStatus
from backend.app.domain.errors import DomainError
from backend.app.domain.incident import IncidentStatus
from backend.app.domain.levels import Level, Severity
from backend.app.domain.roles import Actor, ActorKind, Role
from backend.app.domain.signal import Signal
from backend.app.extensions import db
from backend.app.models import Alert, Event, Incident, TimelineEntry, User
from backend.app.services import alerts, incidents
from backend.app.services.auth import actor_of
from tests.factories import hashed
from tests.harness.clock import HeldClock
from tests.harness.database import empty

ALERTS: Any = Alert.__table__
EVENTS: Any = Event.__table__
INCIDENTS: Any = Incident.__table__
TIMELINE: Any = TimelineEntry.__table__
WINDOW = timedelta(minutes=30)
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONITOR = Actor(ActorKind.INTEGRATION, None, "monitor", Role.RESPONDER)

# from, to: what a person must give with it
BY_PEOPLE = {
    ("Pending", "Acknowledged"): "",
    ("Pending", "Ignored"): "note",
    ("Pending", "Linked"): "incident",
    ("Pending", "Resolved"): "",
    ("Acknowledged", "Pending"): "",
    ("Acknowledged", "Ignored"): "note",
    ("Acknowledged", "Linked"): "incident",
    ("Acknowledged", "Resolved"): "",
    ("Ignored", "Pending"): "",
    ("Linked", "Acknowledged"): "",
    ("Resolved", "Linked"): "incident",
}
BY_SIGNAL = {("Pending", "Resolved"), ("Acknowledged", "Resolved"), ("Resolved", "Pending")}

# The incidents are P3, so that a manager may close them without a postmortem.
INCIDENT_MOVES = {
    "Pending": ["Closed", "InProgress"],
    "InProgress": ["Recovering"],
    "Recovering": ["Recovered"],
    "Recovered": ["Closed"],
    "Closed": ["InProgress"],
}

names = st.sampled_from(["disk", "磁盘"])
backwards = st.sampled_from([0, 0, 0, 5, 20, 45])  # minutes before now
numbers = st.integers(0, 50)
targets = st.one_of(numbers, numbers, st.sampled_from(AlertStatus))  # by number: one of the legal ones
saying = st.tuples(names, st.booleans(), st.sampled_from(Level), st.sampled_from(["", "93 %", "满了"]))


@dataclass
class Episode:
    """One row of `alerts`, as the product page lets it be."""

    id: int
    name: str
    since: datetime
    level: str
    text: str
    status: str = "Pending"
    ended: datetime | None = None
    key: bool = True
    incident: int | None = None
    count: int = 1
    flaps: int = 0
    version: int = 1


class AlertWalk(RuleBasedStateMachine):
    app: Flask
    clock: HeldClock

    @initialize()
    def two_incidents_and_two_alerts_one_of_them_linked(self) -> None:
        self.events: list[Any] = []
        self.timeline: list[Any] = []
        empty(self.app)
        self.clock.set(BEGIN)
        self.episodes: list[Episode] = []
        self.people: dict[str, Actor] = {}
        with self.app.app_context():
            for name in ("viewer", "responder", "manager"):
                user = User(username=name, display_name=name, password_hash=hashed("-" * 12), role=Role(name))
                db.session.add(user)
                db.session.flush()
                self.people[name] = actor_of(user)
            made = [
                incidents.create(
                    self.people["manager"], title=title, severity=Severity.P3, postmortem_required_for=frozenset()
                )
                for title in ("One", "二")
            ]
            db.session.commit()
            self.incidents = {incident.id: "Pending" for incident in made}
        self.seen = self.snapshot()
        self.several_arrive_together([("disk", True, Level.ERROR, ""), ("磁盘", True, Level.ERROR, "")], 0)
        self.somebody_moves_an_alert(0, AlertStatus.LINKED, "", 0, "responder")

    @rule(minutes=st.sampled_from([1, 10, 29, 31, 100]))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(name=names, level=st.sampled_from(Level), text=st.sampled_from(["", "93 %", "满了"]), back=backwards)
    def it_fires(self, name: str, level: Level, text: str, back: int) -> None:
        self.signals_arrive([(name, True, level, text)], back)

    @rule(name=names, back=backwards)
    def it_ends(self, name: str, back: int) -> None:
        self.signals_arrive([(name, False, Level.INFO, "")], back)

    @rule(said=st.lists(saying, min_size=2, max_size=5), back=backwards)
    def several_arrive_together(self, said: list[Any], back: int) -> None:
        self.signals_arrive(said, back)

    @rule(
        which=numbers,
        to=targets,
        note=st.sampled_from(["", "已知问题", "noise"]),
        incident=st.sampled_from([None, 0, 1]),
        who=st.sampled_from(["responder", "responder", "responder", "manager", "viewer"]),
    )
    def somebody_moves_an_alert(self, which: int, to: Any, note: str, incident: int | None, who: str) -> None:
        episode = self.episodes[which % len(self.episodes)]
        to = self.target(episode, to)
        incident_id = self.fitting(to, incident)
        moved = who != "viewer" and self.move_if_legal(episode, to, note, incident_id)
        self.do(
            moved,
            lambda: alerts.transition(episode.id, to, self.people[who], note=note, incident_id=incident_id),
            changed={episode.id},
        )

    @rule(which=st.sets(numbers, min_size=1, max_size=4), to=targets, note=st.sampled_from(["", "一起处理"]))
    def somebody_moves_several(self, which: set[int], to: Any, note: str) -> None:
        chosen = list(dict.fromkeys(number % len(self.episodes) for number in which))
        to = self.target(self.episodes[chosen[0]], to)
        incident_id = self.fitting(to, len(note) // 4)
        moved = {
            self.episodes[place].id: self.move_if_legal(self.episodes[place], to, note, incident_id) for place in chosen
        }
        became = {self.episodes[place].id: self.episodes[place].status for place in chosen}
        results = self.do(
            True,
            lambda: alerts.bulk(
                alerts.load(list(moved)),
                to,
                self.people["responder"],
                note=note,
                incident_id=incident_id,
                problem=lambda error: error.code,
            ),
            changed={ident for ident, legal in moved.items() if legal},
        )
        assert {result["id"]: result.get("status") for result in results} == {
            ident: became[ident] if legal else None for ident, legal in moved.items()
        }

    @rule(which=numbers, incident=st.integers(0, 1))
    def somebody_links_or_unlinks(self, which: int, incident: int) -> None:
        tied = self.episodes[which % len(self.episodes)].status == "Linked"
        to = AlertStatus.ACKNOWLEDGED if tied else AlertStatus.LINKED
        self.somebody_moves_an_alert(which, to, "", incident, "responder")

    @rule(which=st.integers(0, 1), way=st.integers(0, 1))
    def an_incident_takes_a_step(self, which: int, way: int) -> None:
        ident = list(self.incidents)[which]
        onward = INCIDENT_MOVES[self.incidents[ident]]
        self.move_incident(ident, onward[way % len(onward)])

    @rule(which=st.integers(0, 1))
    def an_incident_is_closed_or_comes_back(self, which: int) -> None:
        ident = list(self.incidents)[which]
        goal = "InProgress" if self.incidents[ident] == "Closed" else "Closed"
        while self.incidents[ident] != goal:
            self.move_incident(ident, INCIDENT_MOVES[self.incidents[ident]][0])

    def move_incident(self, ident: int, to: str) -> None:
        handed_over = self.close(ident) if to == "Closed" else set()
        if self.incidents[ident] == "Closed":
            handed_over = self.reopen(ident)
        self.incidents[ident] = to
        self.do(
            True,
            lambda: incidents.transition(ident, IncidentStatus(to), self.people["manager"], note="因为"),
            changed=set(),
            keys_of=handed_over,
        )

    # What should become of it.

    def signals_arrive(self, said: list[tuple[str, bool, Level, str]], back: int) -> None:
        """All of one instant, which may lie before now: a late word."""
        instant = self.clock.now - timedelta(minutes=back)
        signals = [
            Signal(
                fingerprint=name,
                alert_source="test",
                title=name,
                level=level,
                description=text,
                fired_at=instant,
                ended_at=None if fires else instant,
            )
            for name, fires, level, text in said
        ]
        told, new = [], len(self.episodes)
        before = {episode.id: vars(episode).copy() for episode in self.episodes}
        for name, fires, level, text in said:
            told.append(self.fires(name, level, text, instant) if fires else self.ends(name, instant))
        changed = {episode.id for episode in self.episodes[:new] if vars(episode) != before[episode.id]}
        received = self.do(True, lambda: alerts.ingest(MONITOR, signals, reopen_window=WINDOW), changed)
        assert [str(one.outcome) for one in received] == told
        created = [one.alert.id for one in received if one.outcome == "created"]
        for episode, ident in zip(self.episodes[new:], created, strict=True):
            episode.id = ident

    def fires(self, name: str, level: str, text: str, at: datetime) -> str:
        known = self.known(name, at)
        if known and known.key:
            outcome = "repeated"
        elif known and known.ended and not self.is_closed(known) and self.is_soon(known.ended, at):
            known.ended, known.key, outcome = None, True, "reopened"
            known.status = "Pending" if known.status == "Resolved" else known.status
            known.flaps, known.version = known.flaps + 1, known.version + 1
        else:
            self.episodes.append(Episode(0, name, at, level, text))
            return "created"
        known.count += 1
        known.level, known.text, known.since = level, text, max(known.since, at)
        return outcome

    def ends(self, name: str, at: datetime) -> str:
        """For all that have not ended: one in a closed incident too, beside a newer one."""
        over = [each for each in self.episodes if each.name == name and not each.ended and at >= each.since]
        for each in over:
            if each.status in ("Pending", "Acknowledged"):
                each.status = "Resolved"
            each.ended, each.key, each.version = at, False, each.version + 1
        return "resolved" if over else "unchanged"

    def known(self, name: str, at: datetime) -> Episode | None:
        """Whom a signal concerns: the one that holds the key, else the newest that has not ended long ago."""
        named = [each for each in self.episodes if each.name == name and (not each.ended or each.ended >= at - WINDOW)]
        return next((each for each in named if each.key), named[-1] if named else None)

    def is_soon(self, ended: datetime, at: datetime) -> bool:
        return (at if at > ended else self.clock.now) - ended <= WINDOW

    def is_closed(self, episode: Episode) -> bool:
        return episode.incident is not None and self.incidents[episode.incident] == "Closed"

    def target(self, episode: Episode, to: Any) -> AlertStatus:
        onward = [after for before, after in BY_PEOPLE if before == episode.status]
        return AlertStatus(onward[to % len(onward)] if isinstance(to, int) else to)

    def fitting(self, to: str, incident: int | None) -> int | None:
        """An incident, where the move takes one."""
        return list(self.incidents)[incident % 2] if to == "Linked" and incident is not None else None

    def move_if_legal(self, episode: Episode, to: str, note: str, incident_id: int | None) -> bool:
        needs = BY_PEOPLE.get((episode.status, to))
        if needs is None or (needs == "note" and not note) or (needs == "incident" and incident_id is None):
            return False
        if to == "Linked" and self.incidents[incident_id or 0] == "Closed":
            return False
        if (episode.status, to) == ("Linked", "Acknowledged") and self.is_closed(episode):
            return False
        if to == "Resolved":
            episode.ended, episode.key = episode.ended or self.clock.now, False
        stood_apart = episode.status in ("Ignored", "Linked")
        episode.incident = incident_id if to == "Linked" else None
        episode.status, episode.version = to, episode.version + 1
        if stood_apart:
            self.catch_up(episode)
        return True

    def catch_up(self, episode: Episode) -> None:
        """Its signal changed no status meanwhile: if that has ended, or fires as a newer alert, the alert is over."""
        if not episode.key and not episode.ended:
            if any(each.key for each in self.episodes if each.name == episode.name):
                episode.ended = self.clock.now
            else:
                episode.key = True
        if episode.ended:
            episode.status, episode.version = "Resolved", episode.version + 1

    def close(self, ident: int) -> set[int]:
        """What still fires comes back to the inbox: its alerts let their keys go."""
        holders = [each for each in self.episodes if each.incident == ident and each.key]
        for each in holders:
            each.key = False
        return {each.id for each in holders}

    def reopen(self, ident: int) -> set[int]:
        """What still fires gets its key back, unless a newer alert has it by now."""
        taken = {each.name for each in self.episodes if each.key}
        newest = {each.name: each for each in self.episodes if each.incident == ident and not each.ended}
        back = [each for name, each in newest.items() if name not in taken]
        for each in back:
            each.key = True
        return {each.id for each in back}

    # What has become of it.

    def do(
        self,
        legal: bool,
        verb: Callable[[], Any],
        changed: set[int],
        keys_of: Iterable[int] = (),
    ) -> Any:
        """One unit of work. Just the alerts that changed have a new event, and refusals change nothing.

        `keys_of`: alerts whose key goes or comes with their incident, which tells of it.
        """
        result = None
        with self.app.app_context():
            try:
                result = verb()
                db.session.commit()
            except DomainError:
                db.session.rollback()
                if legal:
                    raise
                changed = set()
            else:
                assert legal, "this should have been refused"
        told = len(self.events)
        before, self.seen = self.seen, self.snapshot()
        if not legal:
            assert self.seen == before
            return None
        new = self.seen["alerts"].keys() - before["alerts"].keys()
        differing = {ident for ident, row in before["alerts"].items() if differ(row, self.seen["alerts"][ident])}
        assert differing == changed | set(keys_of)
        assert {event.entity_id for event in self.events[told:] if event.entity == "alert"} == changed | new
        return result

    def snapshot(self) -> dict[str, Any]:
        """All that may change; events and timeline entries are only read on from where they ended."""
        with self.app.app_context(), db.engine.connect() as connection:
            for table, known in ((EVENTS, self.events), (TIMELINE, self.timeline)):
                last = known[-1].id if known else 0
                known.extend(connection.execute(select(table).where(table.c.id > last).order_by(table.c.id)))
            rows = connection.execute(select(ALERTS).order_by(ALERTS.c.id)).mappings()
            return {
                "events": len(self.events),
                "timeline": len(self.timeline),
                "incidents": connection.execute(select(INCIDENTS).order_by(INCIDENTS.c.id)).all(),
                "alerts": {row["id"]: dict(row) for row in rows},
            }

    def teardown(self) -> None:
        """What was written once still stands as it was written."""
        with self.app.app_context(), db.engine.connect() as connection:
            for table, known in ((EVENTS, self.events), (TIMELINE, self.timeline)):
                assert connection.execute(select(table).order_by(table.c.id)).all() == known

    @invariant()
    def the_rows_are_as_foretold(self) -> None:
        rows = self.rows()
        for episode in self.episodes:
            row = rows[episode.id]
            assert (row["status"], row["version"]) == (episode.status, episode.version)
            assert row["dedup_key"] == (episode.name if episode.key else None)
            assert (row["resolved_at"], row["firing_since"]) == (episode.ended, episode.since)
            assert (row["incident_id"], row["count"]) == (episode.incident, episode.count)
            assert (row["level"], row["description"]) == (episode.level, episode.text)
            assert row["flap_count"] == episode.flaps
        assert len(rows) == len(self.episodes)

    @invariant()
    def a_key_is_held_once_and_only_by_an_open_alert_whose_incident_is_open(self) -> None:
        held = [row for row in self.rows().values() if row["dedup_key"]]
        assert len({row["dedup_key"] for row in held}) == len(held)
        for row in held:
            assert row["resolved_at"] is None
            assert row["incident_id"] is None or self.incidents[row["incident_id"]] != "Closed"
        named = [row["fingerprint"] for row in self.rows().values()]
        for row in self.rows().values():
            alone = named.count(row["fingerprint"]) == 1
            closed = row["incident_id"] is not None and self.incidents[row["incident_id"]] == "Closed"
            if alone and row["resolved_at"] is None and not closed:
                assert row["dedup_key"] == row["fingerprint"]

    @invariant()
    def linked_alerts_have_an_incident_and_others_none(self) -> None:
        for row in self.rows().values():
            assert (row["incident_id"] is not None) == (row["status"] == "Linked")

    @invariant()
    def the_events_tell_the_way_of_every_alert_along_the_arrows(self) -> None:
        status: dict[int, str] = {}
        for event in getattr(self, "events", ()):
            if event.entity != "alert":
                continue
            source = status.get(event.entity_id)
            if "status" not in (event.after or {}):
                continue
            to = event.after["status"]
            arrows: Any = BY_PEOPLE if event.actor_kind == "user" else BY_SIGNAL
            assert (source, to) in arrows or (source, to) == (None, "Pending")
            assert source == (event.before or {}).get("status")
            status[event.entity_id] = to
        assert status == {ident: row["status"] for ident, row in self.rows().items()}

    def rows(self) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = getattr(self, "seen", {}).get("alerts", {})
        return found


def differ(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """In anything but `updated_at`, which an incident that closes also moves where no key was left to let go."""
    return before | {"updated_at": None} != after | {"updated_at": None}


@pytest.mark.timeout(300)
def test_alerts_walk_only_where_people_and_signals_may_send_them(app: Flask, clock: HeldClock):
    run_state_machine_as_test(
        type("Walk", (AlertWalk,), {"app": app, "clock": clock}),
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # shrinking on a database takes minutes
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
