"""POST /alerts: a new alert, or a repeat that folds into the open one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from backend.app.domain import clock as the_clock
from backend.app.domain.levels import Level
from backend.app.domain.roles import SYSTEM
from backend.app.domain.signal import Signal
from backend.app.extensions import db
from backend.app.models import Alert, AlertLabel
from backend.app.services import alerts
from tests.harness.client import Client
from tests.ledger import Ledger, refused

FIELDS = {
    "id", "title", "description", "level", "status", "alert_source", "labels", "annotations", "source_url",
    "fingerprint", "count", "flap_count", "fired_at", "firing_since", "last_fired_at", "resolved_at", "handled_at",
    "incident_id", "incident", "legacy_id", "legacy", "created_at", "updated_at", "version", "allowed_moves",
}  # fmt: skip
LEAST = {
    "title": "磁盘快满了",
    "description": "95 %",
    "level": "Warning",
    "alert_source": "cron",
    "fired_at": "2026-11-23T08:00:00Z",
}


@pytest.fixture(autouse=True)
def held(clock):
    """Nine o'clock."""
    return clock


def send(client: Client, **more: Any):
    return client.post("alerts", LEAST | more)


def test_the_least_that_makes_an_alert(responder: Client, ledger: Ledger):
    answer = send(responder)
    assert answer.status_code == 201
    assert set(answer.json) == FIELDS
    assert LEAST.items() <= answer.json.items()
    begins = {"status": "Pending", "count": 1, "flap_count": 0, "version": 1, "labels": {}, "incident": None}
    assert begins.items() <= answer.json.items()
    assert answer.json["last_fired_at"] == "2026-11-23T09:00:00Z"
    assert (answer.json["resolved_at"], answer.json["handled_at"]) == (None, None)
    assert (answer.json["legacy_id"], answer.json["legacy"]) == (None, None)
    assert answer.headers["ETag"] == '"1"'
    [event] = ledger.events("alert", answer.json["id"])
    assert (event.action, event.actor_name, event.after["status"]) == ("created", "Responder", "Pending")


def test_it_is_read_as_it_was_answered(responder: Client):
    made = send(responder, labels={"host": "db-01", "机房": "北京"}, annotations={"runbook": "https://x.example/r"})
    got = responder.get(f"alerts/{made.json['id']}")
    assert got.json == made.json
    assert got.headers["ETag"] == made.headers["ETag"]


@pytest.mark.parametrize("field", sorted(LEAST))
def test_each_of_the_least_is_needed(responder: Client, ledger: Ledger, field: str):
    body = {name: value for name, value in LEAST.items() if name != field}
    with ledger.unchanged():
        refused(responder.post("alerts", body), 422, "invalid", field)


@pytest.mark.parametrize("level", ["Critical", "Error", "Warning", "Info"])
def test_every_level(responder: Client, level: str):
    assert send(responder, level=level).json["level"] == level


@pytest.mark.parametrize("level", ["critical", "CRITICAL", "P1", "", "严重"])
def test_no_other_level(responder: Client, ledger: Ledger, level: str):
    with ledger.unchanged():
        refused(send(responder, level=level), 422, "invalid", "level")


def test_a_time_in_another_zone_is_served_in_utc(responder: Client):
    assert send(responder, fired_at="2026-11-23T16:30:00+08:00").json["fired_at"] == "2026-11-23T08:30:00Z"


def test_a_senders_clock_may_run_a_little_ahead(responder: Client, ledger: Ledger):
    assert send(responder, fired_at="2026-11-23T09:04:59Z").status_code == 201
    with ledger.unchanged():
        refused(send(responder, title="other", fired_at="2026-11-23T09:05:01Z"), 422, "invalid", "fired_at")


def test_labels_have_limits(responder: Client, ledger: Ledger):
    assert send(responder, labels={f"n{i}": "v" * 255 for i in range(64)}).status_code == 201
    with ledger.unchanged():
        for labels in ({f"n{i}": "" for i in range(65)}, {"n": "v" * 256}, {"n" * 101: "v"}, {"": "v"}, {"n": 7}):
            assert refused(send(responder, labels=labels), 422, "invalid")["errors"][0]["field"].startswith("labels")


class TestFolding:
    def test_a_repeat_counts_and_leaves_the_version_to_people(self, responder, ledger, clock):
        first = send(responder)
        clock.advance(minutes=5)
        again = send(responder)
        assert again.status_code == 200
        assert (again.json["id"], again.json["count"], again.json["version"]) == (first.json["id"], 2, 1)
        assert (again.json["fired_at"], again.json["last_fired_at"]) == (LEAST["fired_at"], "2026-11-23T09:05:00Z")
        assert again.headers["ETag"] == first.headers["ETag"]
        events = ledger.events("alert")
        assert [event.action for event in events] == ["created", "repeated"]
        assert (events[1].before["count"], events[1].after["count"]) == (1, 2)

    def test_a_repeat_brings_up_to_date_what_the_sender_says(self, responder, ledger):
        send(responder, annotations={"value": "95"})
        again = send(responder, description="99 %", level="Critical", annotations={"value": "99"})
        assert (again.json["description"], again.json["level"]) == ("99 %", "Critical")
        assert again.json["annotations"] == {"value": "99"}
        assert ledger.events("alert")[-1].after == {
            "count": 2,
            "description": "99 %",
            "level": "Critical",
            "annotations": {"value": "99"},
        }

    @pytest.mark.parametrize(
        "other", [{"labels": {"host": "db-02"}}, {"title": "x"}, {"alert_source": "y"}, {"fingerprint": "mine"}]
    )
    def test_another_label_title_source_or_key_is_another_alert(self, responder, ledger, other):
        assert send(responder, labels={"host": "db-01"}).status_code == 201
        assert send(responder, **({"labels": {"host": "db-01"}} | other)).status_code == 201
        assert ledger.count(Alert) == 2

    def test_the_order_of_labels_does_not_matter(self, responder, ledger):
        send(responder, labels={"a": "1", "b": "2"})
        assert send(responder, labels={"b": "2", "a": "1"}).status_code == 200

    def test_senders_may_say_themselves_what_is_the_same(self, responder, ledger):
        send(responder, fingerprint="disk-7", labels={"n": "1"})
        assert send(responder, fingerprint="disk-7", title="Other words", labels={"n": "1"}).status_code == 200
        assert send(responder, fingerprint="disk-7", alert_source="another").status_code == 201
        assert ledger.count(Alert) == 2

    @pytest.mark.parametrize("status", ["Acknowledged", "Ignored", "Linked"])
    def test_what_people_have_taken_up_still_folds_and_keeps_its_status(self, responder, make, ledger, status):
        alert_id = send(responder).json["id"]
        needs = {"Ignored": {"note": "known"}, "Linked": {"incident_id": make.incident().id}}.get(status, {})
        responder.move(f"alerts/{alert_id}", status, **needs)
        again = send(responder)
        assert again.status_code == 200
        assert (again.json["id"], again.json["status"], again.json["count"]) == (alert_id, status, 2)
        assert again.json["version"] == 2
        if status == "Linked":
            assert again.json["incident"]["id"] == needs["incident_id"]


class TestFiringAgain:
    @pytest.fixture
    def resolved(self, responder: Client) -> int:
        """One that a person resolved at nine."""
        alert_id = send(responder).json["id"]
        assert responder.move(f"alerts/{alert_id}", "Resolved").json["resolved_at"] == "2026-11-23T09:00:00Z"
        return alert_id

    @pytest.mark.parametrize("minutes", [0, 1, 30])
    def test_inside_the_window_it_opens_again(self, responder, resolved, ledger, clock, minutes):
        clock.advance(minutes=minutes)
        again = send(responder)
        assert again.status_code == 200
        now = {"id": resolved, "status": "Pending", "flap_count": 1, "count": 2, "resolved_at": None, "version": 3}
        assert now.items() <= again.json.items()
        row = ledger.row(Alert, resolved)
        assert row.dedup_key == row.fingerprint
        event = ledger.events("alert", resolved)[-1]
        assert event.action == "signal_fired_again"
        assert (event.before["status"], event.after["status"]) == ("Resolved", "Pending")

    def test_after_it_there_is_a_new_alert(self, responder, resolved, ledger, clock):
        clock.advance(minutes=30, seconds=1)
        again = send(responder)
        assert again.status_code == 201
        assert again.json["id"] != resolved
        assert (again.json["count"], again.json["flap_count"]) == (1, 0)
        old = ledger.row(Alert, resolved)
        assert (old.status, old.dedup_key) == ("Resolved", None)

    def test_it_folds_again_once_it_is_open_again(self, responder, resolved, clock):
        send(responder)
        clock.advance(hours=3)
        assert send(responder).json["id"] == resolved

    def test_each_relapse_counts(self, responder, resolved, clock):
        for flaps in (1, 2, 3):
            assert send(responder).json["flap_count"] == flaps
            responder.move(f"alerts/{resolved}", "Resolved")


class TestOfAClosedIncident:
    def test_what_fires_again_is_a_new_pending_alert(self, responder, make, ledger):
        alert_id = send(responder).json["id"]
        incident = responder.post("incidents", {"alert_ids": [alert_id]}).json
        responder.move(f"incidents/{incident['id']}", "Closed", note="false alarm")
        again = send(responder)
        assert again.status_code == 201
        assert (again.json["status"], again.json["incident_id"]) == ("Pending", None)
        old = ledger.row(Alert, alert_id)
        assert (old.status, old.incident_id, old.dedup_key) == ("Linked", incident["id"], None)

    def test_a_reopened_incident_gets_its_firing_alerts_back(self, responder, manager, make, ledger):
        """So that the alert is one again, not two."""
        alert_id = send(responder).json["id"]
        incident = responder.post("incidents", {"alert_ids": [alert_id]}).json
        responder.move(f"incidents/{incident['id']}", "Closed", note="false alarm")
        manager.move(f"incidents/{incident['id']}", "InProgress", note="it was not")
        again = send(responder)
        assert (again.status_code, again.json["id"]) == (200, alert_id)
        unlinked = responder.move(f"alerts/{alert_id}", "Acknowledged")
        assert unlinked.status_code == 200
        assert send(responder).json["id"] == alert_id

    def test_but_not_when_a_new_one_has_come_meanwhile(self, responder, manager, make, ledger):
        alert_id = send(responder).json["id"]
        incident = responder.post("incidents", {"alert_ids": [alert_id]}).json
        responder.move(f"incidents/{incident['id']}", "Closed", note="false alarm")
        newer = send(responder).json["id"]
        manager.move(f"incidents/{incident['id']}", "InProgress", note="it was not")
        assert send(responder).json["id"] == newer
        assert ledger.row(Alert, alert_id).dedup_key is None


def signal(alert: dict[str, Any] | Alert, ended: bool, **more: Any) -> Signal:
    fingerprint = alert["fingerprint"] if isinstance(alert, dict) else alert.fingerprint
    at = the_clock.now()
    return Signal(
        fingerprint=fingerprint,
        alert_source="cron",
        title=LEAST["title"],
        description=LEAST["description"],
        level=Level.WARNING,
        fired_at=at - timedelta(hours=1),
        ended_at=at if ended else None,
        **more,
    )


class TestTheSignalEnds:
    """As a monitor says it; POST /alerts itself only brings what fires."""

    @pytest.fixture
    def ends(self, app):
        def end(alert: dict[str, Any]) -> str:
            with app.app_context():
                [received] = alerts.ingest(SYSTEM, [signal(alert, ended=True)], reopen_window=timedelta(minutes=30))
                db.session.commit()
                return received.outcome

        return end

    @pytest.mark.parametrize("status", ["Pending", "Acknowledged"])
    def test_what_nobody_tied_to_anything_is_resolved(self, responder, ledger, clock, ends, status):
        alert = send(responder).json
        if status == "Acknowledged":
            responder.move(f"alerts/{alert['id']}", status)
        version = ledger.row(Alert, alert["id"]).version
        clock.advance(minutes=10)
        assert ends(alert) == "resolved"
        row = ledger.row(Alert, alert["id"])
        assert (row.status, row.resolved_at, row.dedup_key) == ("Resolved", clock.now, None)
        assert row.version == version + 1
        event = ledger.events("alert", alert["id"])[-1]
        assert (event.action, event.before["status"], event.after["status"]) == ("signal_resolved", status, "Resolved")

    def test_an_ignored_one_only_gets_its_time(self, responder, ledger, clock, ends):
        alert = send(responder).json
        responder.move(f"alerts/{alert['id']}", "Ignored", note="known")
        assert ends(alert) == "resolved"
        row = ledger.row(Alert, alert["id"])
        assert (row.status, row.resolved_at) == ("Ignored", clock.now)
        assert "status" not in ledger.events("alert", alert["id"])[-1].after

    def test_a_linked_one_too_and_its_incident_hears_of_it(self, responder, make, ledger, clock, ends):
        alert, incident = send(responder).json, make.incident("InProgress")
        responder.move(f"alerts/{alert['id']}", "Linked", incident_id=incident.id)
        assert ends(alert) == "resolved"
        row = ledger.row(Alert, alert["id"])
        assert (row.status, row.resolved_at, row.incident_id) == ("Linked", clock.now, incident.id)
        entry = ledger.timeline(incident.id)[-1]
        assert (entry.kind, entry.actor_name) == ("alert_resolved", "Closeloop")
        assert entry.data == {"alert_id": alert["id"], "title": alert["title"], "level": "Warning"}
        assert ledger.row(type(incident), incident.id).status == "InProgress"

    def test_a_linked_one_that_fires_again_stays_linked_and_its_incident_hears_of_it(
        self, responder, make, ledger, clock, ends
    ):
        alert, incident = send(responder).json, make.incident("InProgress")
        responder.move(f"alerts/{alert['id']}", "Linked", incident_id=incident.id)
        ends(alert)
        clock.advance(minutes=20)
        again = send(responder)
        now = {"id": alert["id"], "status": "Linked", "flap_count": 1, "resolved_at": None}
        assert now.items() <= again.json.items()
        assert [entry.kind for entry in ledger.timeline(incident.id)] == [
            "alert_linked",
            "alert_resolved",
            "alert_refired",
        ]

    def test_what_has_ended_or_was_never_known_leaves_nothing(self, responder, ledger, ends):
        alert = send(responder).json
        ends(alert)
        with ledger.unchanged():
            assert ends(alert) == "unchanged"
            assert ends({"fingerprint": "0" * 40}) == "unchanged"

    def test_a_late_word_about_an_earlier_episode_does_not_end_this_one(self, app, responder, ledger, clock):
        alert = send(responder).json
        late = Signal(
            fingerprint=alert["fingerprint"],
            alert_source="cron",
            title="t",
            level=Level.INFO,
            fired_at=clock.now - timedelta(hours=9),
            ended_at=clock.now - timedelta(hours=8),
        )
        with ledger.unchanged(), app.app_context():
            [received] = alerts.ingest(SYSTEM, [late], reopen_window=timedelta(minutes=30))
            db.session.commit()
        assert received.outcome == "unchanged"


def test_the_database_itself_refuses_two_open_alerts_for_one_fingerprint(app, make, ledger: Ledger):
    first = make.alert()
    with app.app_context(), ledger.unchanged():
        db.session.add(
            Alert(
                title="t",
                description="",
                level=Level.INFO,
                alert_source="s",
                labels={},
                annotations={},
                fingerprint=first.fingerprint,
                dedup_key=first.fingerprint,
                fired_at=first.fired_at,
                firing_since=first.fired_at,
                last_fired_at=first.fired_at,
            )
        )
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()


def test_any_number_of_ended_ones_may_share_it(make, ledger: Ledger):
    first = make.alert("Resolved")
    make.alert("Resolved", fingerprint=first.fingerprint)
    make.alert("Pending", fingerprint=first.fingerprint, dedup_key=first.fingerprint)
    assert ledger.count(Alert) == 3


def test_labels_stand_once_more_in_their_own_table(app, responder: Client):
    alert_id = send(responder, labels={"host": "db-01", "机房": "北京"}).json["id"]
    with app.app_context():
        rows = db.session.query(AlertLabel).filter_by(alert_id=alert_id).all()
    assert {(row.name, row.value) for row in rows} == {("host", "db-01"), ("机房", "北京")}
