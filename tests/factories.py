"""Rows in the state that a test starts from, committed. What a test is about it says itself."""

from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from flask import Flask

from backend.app.domain import clock
from backend.app.domain.fingerprint import fingerprint_given
from backend.app.domain.integration import IntegrationKind
from backend.app.domain.levels import Level, Severity
from backend.app.domain.roles import SYSTEM, Role
from backend.app.extensions import db
from backend.app.models import ActionItem, Alert, Incident, Postmortem, User
from backend.app.services import integrations
from backend.app.services.auth import hash_password

PASSWORD = "correct horse battery"
OPEN_ALERTS = {"Pending", "Acknowledged", "Ignored", "Linked"}


@cache
def hashed(password: str) -> str:
    """Hashing is slow on purpose; once a process is enough."""
    return hash_password(password)


class Factory:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.numbers = count(1)

    def user(self, username: str, role: Role = Role.RESPONDER, **columns: Any) -> User:
        """A person whose password is PASSWORD."""
        given = {"display_name": username.capitalize(), "password_hash": hashed(PASSWORD)} | columns
        return self._save(User(username=username, role=role, **given))

    def key(self, kind: str = "alertmanager") -> str:
        with self.app.app_context():
            key = integrations.create(SYSTEM, name=f"{kind} key", kind=IntegrationKind(kind)).key
            db.session.commit()
        return key

    def alert(self, status: str = "Pending", **columns: Any) -> Alert:
        number, now = next(self.numbers), clock.now()
        fingerprint = fingerprint_given("test", str(number))
        given: dict[str, Any] = {
            "title": f"Alert {number}",
            "description": "",
            "level": Level.ERROR,
            "alert_source": "test",
            "labels": {},
            "annotations": {},
            "fingerprint": fingerprint,
            "dedup_key": fingerprint if status in OPEN_ALERTS else None,
            "fired_at": now,
            "firing_since": now,
            "last_fired_at": now,
            "resolved_at": now if status == "Resolved" else None,
        }
        return self._save(Alert(status=status, **(given | columns)))

    def incident(self, status: str = "Pending", **columns: Any) -> Incident:
        """With the times that the path to `status` leaves behind."""
        return self._save(self._incident(status, **columns))

    def incidents(self, number: int, statuses: list[str], **columns: Any) -> None:
        """Many, the statuses in turn, in one transaction."""
        with self.app.app_context():
            db.session.add_all(self._incident(statuses[each % len(statuses)], **columns) for each in range(number))
            db.session.commit()

    def _incident(self, status: str, **columns: Any) -> Incident:
        now = clock.now()
        given: dict[str, Any] = {
            "title": f"Incident {next(self.numbers)}",
            "description": "",
            "severity": Severity.P1,
            "services": [],
            "started_at": now - timedelta(hours=2),
            "detected_at": now - timedelta(hours=2),
            "postmortem_required": True,
        }
        passed = ["Pending", "InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"].index(status)
        times = ["acknowledged_at", "recovering_at", "recovered_at", None, "closed_at"]
        for step, column in enumerate(times[:passed]):
            if column:
                given[column] = now - timedelta(minutes=60 - 10 * step)
        return Incident(status=status, **(given | columns))

    def postmortem(self, incident: Incident, author: User, status: str = "Draft", **columns: Any) -> Postmortem:
        reviewers = columns.pop("reviewers", [])
        row = Postmortem(incident_id=incident.id, author_id=author.id, status=status, **columns)
        with self.app.app_context():
            row.reviewers = [db.session.get_one(User, person.id) for person in reviewers]
            return _commit(row)

    def complete_postmortem(self, incident: Incident, author: User, reviewer: User, **columns: Any) -> Postmortem:
        """Nothing is missing, so that it may be submitted."""
        prose = {
            "summary": "What happened",
            "impact": "Who felt it",
            "root_cause": "Why",
            "timeline": [{"occurred_at": "2026-11-23T08:00:00Z", "text": "It broke"}],
        }
        return self.postmortem(incident, author, reviewers=[reviewer], **(prose | columns))

    def action_item(self, incident: Incident, **columns: Any) -> ActionItem:
        given = {"title": f"Action item {next(self.numbers)}"}
        return self._save(ActionItem(incident_id=incident.id, **(given | columns)))

    def _save(self, row: Any) -> Any:
        with self.app.app_context():
            return _commit(row)


def _commit(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row
