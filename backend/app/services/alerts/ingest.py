"""Taking signals in: a new alert, a repeat, the end of one, or the same thing again.

Every step is one statement for all signals of its kind, so that a batch of a thousand costs
a handful of round trips. Two requests that see the same new fingerprint meet at the UNIQUE
`dedup_key`: the later one is run again by the unit of work and then folds.

New alerts and repeats are the hot path. They go straight to the tables, by statements that are
built once: building one costs several times as much as running it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm.exc import StaleDataError

from ...domain import clock
from ...domain.alert import ALERT_SIGNALS, AlertStatus
from ...domain.incident import IncidentStatus
from ...domain.roles import Actor
from ...domain.signal import Outcome, Signal
from ...extensions import db, execute
from ...models import Alert, AlertLabel, Incident
from ...models.alert import LABEL_NAME_LENGTH, LABEL_VALUE_LENGTH
from .. import moves, timeline
from ..record import changes, event_row, plain, record_many

ALERTS: Any = Alert.__table__
LABELS: Any = AlertLabel.__table__
REFRESHED = ("title", "description", "level", "annotations", "source_url")
"""What a repeat brings up to date; source and labels are what the fingerprint was made of."""

READ = [column for column in ALERTS.c if column.name not in ("alert_source", "last_fired_at", "updated_at")]
"""Each costs its share of every repeat; the others the signal or the clock tells."""

NAMES = [column.name for column in READ]
RECENT = (
    select(*READ)
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


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one signal: `alert` as it is now, None when the signal ended something unknown."""

    outcome: Outcome
    alert: Alert | None


@dataclass(slots=True)
class Arrival:
    """Equal signals that arrived together: the newest, and how many they were."""

    signal: Signal
    places: list[int]


def ingest(actor: Actor, signals: Sequence[Signal], *, reopen_window: timedelta) -> list[Received]:
    """Take signals in, in their order; answers in the same order."""
    answers: dict[int, Received] = {}
    for arrivals in rounds(signals):
        for arrival, received in _take(actor, arrivals, reopen_window):
            first, *rest = arrival.places
            answers[first] = received
            again = Outcome.REPEATED if arrival.signal.ended_at is None else Outcome.UNCHANGED
            answers.update((place, Received(again, received.alert)) for place in rest)
    return [answers[place] for place in range(len(signals))]


def rounds(signals: Sequence[Signal]) -> Iterator[list[Arrival]]:
    """Split signals into rounds in which every fingerprint stands once.

    Neighbours of one fingerprint that say the same thing (it fires, it has ended) are one
    arrival; so a round more is needed only where an alert ends and fires again in one batch.
    """
    queues: dict[str, list[Arrival]] = {}
    for place, signal in enumerate(signals):
        queue = queues.setdefault(signal.fingerprint, [])
        if queue and (queue[-1].signal.ended_at is None) == (signal.ended_at is None):
            queue[-1].signal = _newer(queue[-1].signal, signal)
            queue[-1].places.append(place)
        else:
            queue.append(Arrival(signal, [place]))
    for depth in range(max(map(len, queues.values()), default=0)):
        yield [queue[depth] for queue in queues.values() if len(queue) > depth]


def _newer(first: Signal, second: Signal) -> Signal:
    """Of two ends the later one, in whatever order they are told; of two that fire the second."""
    return first if first.ended_at and second.ended_at and first.ended_at > second.ended_at else second


def _take(actor: Actor, arrivals: list[Arrival], window: timedelta) -> Iterator[tuple[Arrival, Received]]:
    known = _known([arrival.signal for arrival in arrivals], window)
    new: list[Arrival] = []
    repeated: list[tuple[Arrival, Known]] = []
    events: list[dict[str, Any]] = []
    closed = _closed_incidents(known)
    for arrival in arrivals:
        signal, rows = arrival.signal, known[arrival.signal.fingerprint]
        row = rows[-1] if rows else None
        if signal.ended_at is not None:
            yield arrival, _end(actor, signal, rows, events)
        elif row is not None and row.dedup_key is not None:
            repeated.append((arrival, row))
        elif row is not None and row.incident_id not in closed and _fires_again(signal, row, window):
            yield arrival, _reopen(actor, arrival, row.id, events)
        else:
            new.append(arrival)
    yield from _fold(actor, repeated, events)
    yield from _create(actor, new, events)
    db.session.flush()
    record_many(events)


def _known(signals: list[Signal], window: timedelta) -> dict[str, list[Known]]:
    """For each fingerprint the alerts that could still end or fire again: the newest last, after it the open one."""
    earliest = min(clock.now(), *(signal.fired_at for signal in signals)) - window
    known: dict[str, list[Known]] = {signal.fingerprint: [] for signal in signals}
    for row in _execute(KNOWN_ONE, KNOWN_MANY, list(known), earliest=earliest):
        alert = Known(**dict(zip(NAMES, row, strict=True)))
        known[alert.fingerprint].append(alert)
    return known


def _execute(for_one: Any, for_many: Any, keys: Sequence[Any], **given: Any) -> Any:
    """Run the statement that fits: most requests bring one signal, and a list costs more to bind than a value."""
    statement, key = (for_one, {"one": keys[0]}) if len(keys) == 1 else (for_many, {"many": keys})
    return execute(statement, given | key)


def _fires_again(signal: Signal, row: Known, window: timedelta) -> bool:
    """Inside the reopen window, measured by the sender's clock where it names a new start."""
    if row.resolved_at is None:
        return False
    fires_at = signal.fired_at if signal.fired_at > row.resolved_at else clock.now()
    return bool(fires_at - row.resolved_at <= window)


def _closed_incidents(known: Mapping[str, list[Known]]) -> set[int]:
    """Of those that alerts belong to which may fire again: what was done with stays done."""
    ids = {rows[-1].incident_id for rows in known.values() if rows and rows[-1].resolved_at is not None} - {None}
    if not ids:
        return set()
    closed = select(Incident.id).where(Incident.id.in_(ids), Incident.status == IncidentStatus.CLOSED)
    return set(db.session.scalars(closed))


def _end(actor: Actor, signal: Signal, rows: list[Known], events: list[dict[str, Any]]) -> Received:
    """The signal is over, for every alert that it concerns.

    Several have not ended when it fired on after an incident was closed: a newer one, and the one of the incident.
    """
    ended = [alert for row in rows if not _has_ended(row, signal) for alert in [db.session.get_one(Alert, row.id)]]
    for alert in ended:
        _resolve(actor, signal, alert, events)
    if ended:
        return Received(Outcome.RESOLVED, ended[-1])
    return Received(Outcome.UNCHANGED, db.session.get_one(Alert, rows[-1].id) if rows else None)


def _has_ended(row: Known, signal: Signal) -> bool:
    """Or the signal is a late word about an earlier episode, as a second Alertmanager of a pair may send it."""
    return row.resolved_at is not None or (signal.ended_at is not None and signal.ended_at < row.firing_since)


def _resolve(actor: Actor, signal: Signal, alert: Alert, events: list[dict[str, Any]]) -> None:
    """An alert that nobody tied to an incident is Resolved, others keep their status."""
    if alert.status in (AlertStatus.PENDING, AlertStatus.ACKNOWLEDGED):
        moves.move(ALERT_SIGNALS, alert, AlertStatus.RESOLVED, actor)
    alert.resolved_at, alert.dedup_key = signal.ended_at, None
    if alert.incident is not None:
        timeline.add(alert.incident, actor, "alert_resolved", **told(alert))
    _note(actor, "signal_resolved", alert, events)


def _reopen(actor: Actor, arrival: Arrival, alert_id: int, events: list[dict[str, Any]]) -> Received:
    alert = db.session.get_one(Alert, alert_id)
    if alert.status is AlertStatus.RESOLVED:
        moves.move(ALERT_SIGNALS, alert, AlertStatus.PENDING, actor)
    alert.resolved_at, alert.dedup_key = None, alert.fingerprint
    alert.flap_count += 1
    alert.count += len(arrival.places)
    alert.last_fired_at = clock.now()
    for name, value in _news(arrival.signal, alert).items():
        setattr(alert, name, value)
    if alert.incident is not None:
        timeline.add(alert.incident, actor, "alert_refired", **told(alert))
    _note(actor, "signal_fired_again", alert, events)
    return Received(Outcome.REOPENED, alert)


def _fold(
    actor: Actor, repeated: list[tuple[Arrival, Known]], events: list[dict[str, Any]]
) -> Iterator[tuple[Arrival, Received]]:
    """Count repeats, without a new version: a repeat must not get in the way of people who edit."""
    now = clock.now()
    alike: dict[int, list[int]] = {}
    for arrival, row in repeated:
        times, news = len(arrival.places), _news(arrival.signal, row)
        if news:
            given = {"one": row.id, "times": times, "now": now} | _refreshed(row, news)
            _all_still_open(execute(REFRESH_ONE, given), 1)
        else:
            alike.setdefault(times, []).append(row.id)
        becomes = {"count": row.count + times} | news
        before, after = ({name: plain(state[name]) for name in becomes} for state in (vars(row), becomes))
        events.append(event_row(actor, "repeated", "alert", row.id, before, after, version=row.version))
        heard = {"alert_source": arrival.signal.alert_source, "last_fired_at": now, "updated_at": now}
        yield arrival, Received(Outcome.REPEATED, _as_alert(vars(row) | becomes | heard))
    for times, ids in alike.items():
        _all_still_open(_execute(COUNT_ONE, COUNT_MANY, ids, times=times, now=now), len(ids))


def _all_still_open(result: Any, rows: int) -> None:
    if result.rowcount != rows:
        raise StaleDataError("an alert ended while it was repeated")


def _refreshed(row: Known, news: dict[str, Any]) -> dict[str, Any]:
    """Every column that a repeat may bring up to date, the unchanged ones too: so that one statement serves."""
    return {name: news.get(name, getattr(row, name)) for name in (*REFRESHED, "firing_since")}


def _as_alert(values: Mapping[str, Any]) -> Alert:
    """An alert to look at, apart from the session; its values are not noted as changes, which would cost more."""
    alert = Alert()
    vars(alert).update(values, incident=_incident(values["incident_id"]))
    return alert


def _incident(incident_id: int | None) -> Incident | None:
    return None if incident_id is None else db.session.get(Incident, incident_id)


def _news(signal: Signal, known: Any) -> dict[str, Any]:
    """What the signal says that the alert (or its row) does not say yet."""
    news = {name: value for name in REFRESHED if (value := getattr(signal, name)) != getattr(known, name)}
    if signal.fired_at > known.firing_since:
        news["firing_since"] = signal.fired_at
    return news


def _create(actor: Actor, arrivals: list[Arrival], events: list[dict[str, Any]]) -> Iterator[tuple[Arrival, Received]]:
    if not arrivals:
        return
    now = clock.now()
    rows = [_values(arrival, now) for arrival in arrivals]
    ids = _insert(rows)
    labels: list[dict[str, Any]] = []
    for arrival, row in zip(arrivals, rows, strict=True):
        row["id"] = ids[row["fingerprint"]]
        labels += _label_rows(row["id"], row["labels"])
        after = {name: row[name] for name in ("status", "level", "title", "fingerprint")}
        events.append(event_row(actor, "created", "alert", row["id"], None, after, version=1))
        yield arrival, Received(Outcome.CREATED, _as_alert(row))
    if labels:
        execute(INSERT_LABELS, labels)


def _insert(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Insert open alerts in one statement; their ids by fingerprint."""
    if len(rows) == 1:
        result: Any = execute(INSERT_ALERTS, rows[0])
        return {rows[0]["fingerprint"]: result.inserted_primary_key[0]}
    execute(INSERT_ALERTS, rows)
    found = execute(IDS_OF_OPEN, {"fingerprints": [row["fingerprint"] for row in rows]})
    return {row.dedup_key: row.id for row in found}


def _values(arrival: Arrival, now: datetime) -> dict[str, Any]:
    signal = arrival.signal
    return {
        "title": signal.title,
        "description": signal.description,
        "level": signal.level,
        "alert_source": signal.alert_source,
        "labels": dict(signal.labels),
        "annotations": dict(signal.annotations),
        "source_url": signal.source_url,
        "fingerprint": signal.fingerprint,
        "dedup_key": signal.fingerprint,
        "status": AlertStatus.PENDING,
        "count": len(arrival.places),
        "flap_count": 0,
        "fired_at": signal.fired_at,
        "firing_since": signal.fired_at,
        "last_fired_at": now,
        "resolved_at": None,
        "handled_at": None,
        "incident_id": None,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }


def _label_rows(alert_id: int, labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"alert_id": alert_id, "name": name[:LABEL_NAME_LENGTH], "value": value[:LABEL_VALUE_LENGTH]}
        for name, value in labels.items()
    ]


def _note(actor: Actor, action: str, alert: Alert, events: list[dict[str, Any]]) -> None:
    """The event of a change that is about to be flushed."""
    before, after = changes(alert)
    events.append(event_row(actor, action, "alert", alert.id, before, after, version=alert.version + 1))


def told(alert: Alert) -> dict[str, Any]:
    """An alert as a timeline entry names it."""
    return {"alert_id": alert.id, "title": alert.title, "level": alert.level}
