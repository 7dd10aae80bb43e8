"""Somebody else commits between one's first look and one's write: the order that a race may take, forced.

On SQLite the second waits until the first is through; on MariaDB both are under way at once.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask

from backend.app import unit
from backend.app.domain import clock
from backend.app.domain.alert import AlertStatus
from backend.app.domain.errors import DomainError
from backend.app.domain.incident import IncidentStatus
from backend.app.domain.roles import SYSTEM
from backend.app.domain.signal import Signal
from backend.app.models import Alert, Incident
from backend.app.services import alerts, incidents
from tests.ledger import Ledger

Work = Callable[[], Any]


@pytest.fixture
def overtaken(app: Flask) -> Callable[..., None]:
    """`overtaken(look, write, by=other)`: look, let `other` commit, write. Refusals are part of the game.

    Where `other` has to wait for a lock that the first holds, it comes after the write instead.
    """

    def run(look: Work, write: Work, by: Work) -> None:
        looked, gone = Event(), Event()

        def work() -> None:
            look()
            looked.set()
            gone.wait(0.5)
            write()

        def overtake() -> None:
            looked.wait(10)
            attempt(app, by)
            gone.set()

        other = Thread(target=overtake)
        other.start()
        attempt(app, work)
        other.join()

    return run


def attempt(app: Flask, work: Work) -> None:
    with app.app_context(), suppress(DomainError):
        unit.run(work)


def close(incident: Incident) -> Work:
    return lambda: incidents.transition(incident.id, IncidentStatus.CLOSED, SYSTEM, note="false alarm")


def link(alert: Alert, incident: Incident) -> Work:
    return lambda: alerts.transition(alert.id, AlertStatus.LINKED, SYSTEM, incident_id=incident.id)


def unlink(alert: Alert) -> Work:
    return lambda: alerts.transition(alert.id, AlertStatus.ACKNOWLEDGED, SYSTEM)


def look_at(alert: Alert) -> Work:
    """The first read, where MariaDB takes the transaction's snapshot."""
    return lambda: alerts.get(alert.id)


def is_heard(ledger: Ledger, alert: Alert, incident: Incident) -> bool:
    """Its incident is closed; so its next signal must be a new alert if it stayed there, and fold if it did not."""
    assert ledger.row(Incident, incident.id).status == "Closed"
    now = ledger.row(Alert, alert.id)
    if now.status == "Linked":
        return (now.incident_id, now.dedup_key) == (incident.id, None)
    return (now.incident_id, now.dedup_key) == (None, now.fingerprint)


def test_an_alert_is_linked_while_the_incident_is_closed(overtaken, make, ledger: Ledger):
    alert, incident = make.alert(), make.incident()
    overtaken(look_at(alert), link(alert, incident), by=close(incident))
    assert is_heard(ledger, alert, incident)


def test_an_incident_is_closed_while_an_alert_is_linked(overtaken, make, ledger: Ledger):
    alert, incident = make.alert(), make.incident()
    overtaken(look_at(alert), close(incident), by=link(alert, incident))
    assert is_heard(ledger, alert, incident)


def test_an_alert_is_unlinked_while_the_incident_is_closed(overtaken, make, ledger: Ledger):
    incident = make.incident()
    alert = make.alert("Linked", incident_id=incident.id)
    overtaken(look_at(alert), unlink(alert), by=close(incident))
    assert is_heard(ledger, alert, incident)


def signal(alert: Alert, *, fired_at: datetime, ended_at: datetime | None = None) -> Signal:
    return Signal(
        fingerprint=alert.fingerprint,
        title=alert.title,
        description="",
        level=alert.level,
        alert_source=alert.alert_source,
        fired_at=fired_at,
        labels={},
        annotations={},
        source_url="",
        ended_at=ended_at,
    )


def take(*signals: Signal) -> Work:
    return lambda: alerts.ingest(SYSTEM, signals, reopen_window=timedelta(minutes=30))


def reopen(incident: Incident) -> Work:
    return lambda: incidents.transition(incident.id, IncidentStatus.IN_PROGRESS, SYSTEM, note="again")


@pytest.mark.parametrize("looks", ["the signal", "the incident"])
def test_an_alert_ends_while_its_incident_is_reopened(overtaken, make, ledger: Ledger, looks: str):
    incident = make.incident("Closed")
    alert = make.alert("Linked", incident_id=incident.id, dedup_key=None)
    end = take(signal(alert, fired_at=alert.fired_at, ended_at=clock.now()))
    looking, other = (end, reopen(incident)) if looks == "the signal" else (reopen(incident), end)
    overtaken(look_at(alert), looking, by=other)
    assert ledger.row(Incident, incident.id).status == "InProgress"
    now = ledger.row(Alert, alert.id)
    assert now.resolved_at is not None
    assert now.dedup_key is None


def test_an_alert_ends_twice_at_once(overtaken, make, ledger: Ledger):
    incident = make.incident()
    alert = make.alert("Linked", incident_id=incident.id)
    end = take(signal(alert, fired_at=alert.fired_at, ended_at=clock.now()))
    overtaken(look_at(alert), end, by=end)
    assert [entry.kind for entry in ledger.timeline(incident.id)] == ["alert_resolved"]
    assert [event.action for event in ledger.events("alert", alert.id)] == ["signal_resolved"]


def test_an_alert_fires_again_while_its_incident_is_closed(overtaken, make, ledger: Ledger):
    incident = make.incident()
    ended = clock.now()
    alert = make.alert("Linked", incident_id=incident.id, dedup_key=None, resolved_at=ended)
    again = signal(alert, fired_at=ended + timedelta(seconds=1))
    overtaken(look_at(alert), take(again), by=close(incident))
    assert ledger.row(Incident, incident.id).status == "Closed"
    assert ledger.row(Alert, alert.id).dedup_key is None
