"""Alerts as rows, past the ORM: how new ones and repeats are read and written, the hot path.

The statements are built once: building one costs several times as much as running it. Each does its work for all
rows that are given, so that a batch of a thousand costs a handful of round trips.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm.exc import StaleDataError

from ...extensions import db, execute
from ...models import Alert, AlertLabel, Incident, packed
from ...models.alert import LABEL_NAME_LENGTH, LABEL_VALUE_LENGTH

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
KNOWN_ONE = RECENT.where(ALERTS.c.fingerprint == bindparam("one"))
KNOWN_MANY = RECENT.where(ALERTS.c.fingerprint.in_(bindparam("many", expanding=True)))
COUNTED = (
    update(ALERTS)
    .where(ALERTS.c.dedup_key.is_not(None))
    .values(count=ALERTS.c.count + bindparam("times"), last_fired_at=bindparam("now"), updated_at=bindparam("now"))
)
COUNT_ONE = COUNTED.where(ALERTS.c.id == bindparam("one"))
COUNT_MANY = COUNTED.where(ALERTS.c.id.in_(bindparam("many", expanding=True)))
REFRESH_ONE = COUNT_ONE.values({name: bindparam(name) for name in (*REFRESHED, "firing_since")})
INSERT_ALERTS = insert(ALERTS)
INSERT_LABELS = insert(LABELS)
IDS_OF_OPEN = select(ALERTS.c.dedup_key, ALERTS.c.id).where(
    ALERTS.c.dedup_key.in_(bindparam("fingerprints", expanding=True))
)

Known = SimpleNamespace
"""An alert as it was read: the columns of `READ`."""


def known(fingerprints: Sequence[str], ended_since: datetime) -> dict[str, list[Known]]:
    """For each fingerprint the alerts that fire or ended since: the newest last, after it the open one."""
    found: dict[str, list[Known]] = {fingerprint: [] for fingerprint in fingerprints}
    for alert in _execute(KNOWN_ONE, KNOWN_MANY, list(found), earliest=ended_since).scalars():
        found[alert.fingerprint].append(alert)
    return found


def count(ids: Sequence[int], times: int, now: datetime) -> None:
    """Count open alerts that repeated as they were. Raises StaleDataError when one has ended meanwhile."""
    _all_still_open(_execute(COUNT_ONE, COUNT_MANY, ids, times=times, now=now), len(ids))


def refresh(alert: Known, news: Mapping[str, Any], times: int, now: datetime) -> None:
    """Count one that repeated with news. All its columns are written, so that one statement serves whatever is new."""
    values = {name: news.get(name, getattr(alert, name)) for name in (*REFRESHED, "firing_since")}
    _all_still_open(execute(REFRESH_ONE, values | {"one": alert.id, "times": times, "now": now}), 1)


def add(rows: Sequence[dict[str, Any]]) -> None:
    """Insert open alerts with their labels, and give each row its `id`."""
    if len(rows) == 1:
        result: Any = execute(INSERT_ALERTS, rows[0])
        rows[0]["id"] = result.inserted_primary_key[0]
    else:
        execute(INSERT_ALERTS, rows)
        found = execute(IDS_OF_OPEN, {"fingerprints": [row["fingerprint"] for row in rows]})
        ids = {row.dedup_key: row.id for row in found}
        for row in rows:
            row["id"] = ids[row["fingerprint"]]
    labels = [label for row in rows for label in _label_rows(row["id"], row["labels"])]
    if labels:
        execute(INSERT_LABELS, labels)


def as_alert(values: Mapping[str, Any]) -> Alert:
    """An alert to look at, apart from the session; its values are not noted as changes, which would cost more."""
    alert, incident_id = Alert(), values["incident_id"]
    incident = None if incident_id is None else db.session.get(Incident, incident_id)
    vars(alert).update(values, incident=incident)
    return alert


def _execute(for_one: Any, for_many: Any, keys: Sequence[Any], **given: Any) -> Any:
    """Run the statement that fits: most requests bring one signal, and a list costs more to bind than a value."""
    statement, key = (for_one, {"one": keys[0]}) if len(keys) == 1 else (for_many, {"many": keys})
    return execute(statement, given | key)


def _all_still_open(result: Any, rows: int) -> None:
    if result.rowcount != rows:
        raise StaleDataError("an alert ended while it was repeated")


def _label_rows(alert_id: int, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"alert_id": alert_id, "name": name[:LABEL_NAME_LENGTH], "value": value[:LABEL_VALUE_LENGTH]}
        for name, value in labels.items()
    ]
