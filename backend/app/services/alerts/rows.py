"""Alerts as rows, past the ORM: how new ones and repeats are read and written, the hot path.

A batch of a thousand costs a handful of round trips. Most statements are compiled once; those with a list of ids or
fingerprints in them, which only a batch needs, go by SQLAlchemy.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm.exc import StaleDataError

from ...extensions import db
from ...models import Alert, AlertLabel, Incident, packed
from ...models.alert import LABEL_NAME_LENGTH, LABEL_VALUE_LENGTH
from ...statement import Statement, insert_into

ALERTS: Any = Alert.__table__
LABELS: Any = AlertLabel.__table__
REFRESHED = ("title", "description", "level", "annotations", "source_url")
"""What a repeat brings up to date; source and labels are what the fingerprint was made of."""

READ = [column for column in ALERTS.c if column.name not in ("alert_source", "last_fired_at", "updated_at")]
"""The others the signal or the clock tells."""

RECENT = (
    select(packed(*READ))
    .where(or_(ALERTS.c.resolved_at.is_(None), ALERTS.c.resolved_at >= bindparam("earliest")))
    .order_by(ALERTS.c.dedup_key.is_not(None), ALERTS.c.id)
)
KNOWN_ONE = Statement(RECENT.where(ALERTS.c.fingerprint == bindparam("one")))
KNOWN_MANY = RECENT.where(ALERTS.c.fingerprint.in_(bindparam("many", expanding=True)))
COUNTED = (
    update(ALERTS)
    .where(ALERTS.c.dedup_key.is_not(None))
    .values(count=ALERTS.c.count + bindparam("times"), last_fired_at=bindparam("now"), updated_at=bindparam("now"))
)
OF_ONE = COUNTED.where(ALERTS.c.id == bindparam("one"))
COUNT_ONE = Statement(OF_ONE)
COUNT_MANY = COUNTED.where(ALERTS.c.id.in_(bindparam("many", expanding=True)))
REFRESH_ONE = Statement(OF_ONE.values({name: bindparam(name) for name in (*REFRESHED, "firing_since")}))
ADD_ALERT = insert_into(ALERTS)
ADD_LABEL = insert_into(LABELS)
IDS_OF_OPEN = select(ALERTS.c.dedup_key, ALERTS.c.id).where(
    ALERTS.c.dedup_key.in_(bindparam("fingerprints", expanding=True))
)

Known = SimpleNamespace
"""An alert as it was read: the columns of `READ`."""


def known(fingerprints: Sequence[str], ended_since: datetime) -> dict[str, list[Known]]:
    """For each fingerprint the alerts that fire or ended since: the newest last, after it the open one."""
    found: dict[str, list[Known]] = {fingerprint: [] for fingerprint in fingerprints}
    for alert in _known(list(found), ended_since):
        found[alert.fingerprint].append(alert)
    return found


def _known(fingerprints: Sequence[str], ended_since: datetime) -> Iterable[Known]:
    if len(fingerprints) == 1:
        return KNOWN_ONE.read(one=fingerprints[0], earliest=ended_since)
    return db.session.scalars(KNOWN_MANY, {"many": fingerprints, "earliest": ended_since})


def count(ids: Sequence[int], times: int, now: datetime) -> None:
    """Count open alerts that repeated as they were. Raises StaleDataError when one has ended meanwhile."""
    if len(ids) == 1:
        counted = COUNT_ONE.run(one=ids[0], times=times, now=now)
    else:
        counted = db.session.connection().execute(COUNT_MANY, {"many": ids, "times": times, "now": now})
    _all_still_open(counted, len(ids))


def refresh(alert: Known, news: Mapping[str, Any], times: int, now: datetime) -> None:
    """Count one that repeated with news. All its columns are written, so that one statement serves whatever is new."""
    values = {name: news.get(name, getattr(alert, name)) for name in (*REFRESHED, "firing_since")}
    _all_still_open(REFRESH_ONE.run(**values, one=alert.id, times=times, now=now), 1)


def add(rows: Sequence[dict[str, Any]]) -> None:
    """Insert open alerts with their labels, and give each row its `id`."""
    if len(rows) == 1:
        rows[0]["id"] = ADD_ALERT.run(**rows[0]).lastrowid
    else:
        ADD_ALERT.run_many(rows)
        found = db.session.execute(IDS_OF_OPEN, {"fingerprints": [row["fingerprint"] for row in rows]})
        ids = {row.dedup_key: row.id for row in found}
        for row in rows:
            row["id"] = ids[row["fingerprint"]]
    labels = [label for row in rows for label in _label_rows(row["id"], row["labels"])]
    if labels:
        ADD_LABEL.run_many(labels)


def to_show(values: Mapping[str, Any]) -> Known:
    """An alert for the answer, which only looks at it: an object of the ORM costs more, and must not be changed."""
    incident_id = values["incident_id"]
    incident = None if incident_id is None else db.session.get(Incident, incident_id)
    return Known(**values, incident=incident)


def _all_still_open(result: Any, rows: int) -> None:
    if result.rowcount != rows:
        raise StaleDataError("an alert ended while it was repeated")


def _label_rows(alert_id: int, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"alert_id": alert_id, "name": name[:LABEL_NAME_LENGTH], "value": value[:LABEL_VALUE_LENGTH]}
        for name, value in labels.items()
    ]
