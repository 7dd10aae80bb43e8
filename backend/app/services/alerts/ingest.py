"""Taking signals in: a new alert, a repeat, the end of one, or the same thing again.

Every step is one statement for all signals of its kind, so that a batch of a thousand costs
a handful of round trips. Two requests that see the same new fingerprint meet at the UNIQUE
`dedup_key`: the later one is run again by the unit of work and then folds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from ...domain import clock
from ...domain.alert import ALERT_SIGNALS, AlertStatus
from ...domain.incident import IncidentStatus
from ...domain.roles import Actor
from ...domain.signal import Outcome, Signal
from ...extensions import db
from ...models import Alert, AlertLabel
from ...models.alert import LABEL_NAME_LENGTH, LABEL_VALUE_LENGTH
from .. import moves, timeline
from ..record import changes, event_row, plain, record_many

ALERTS = Alert.__table__
REFRESHED = ("title", "description", "level", "annotations", "source_url")
"""What a repeat brings up to date; labels cannot differ, they are in the fingerprint."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one signal; `alert` is None when it ended something unknown."""

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
            queue[-1].signal = signal
            queue[-1].places.append(place)
        else:
            queue.append(Arrival(signal, [place]))
    for depth in range(max(map(len, queues.values()), default=0)):
        yield [queue[depth] for queue in queues.values() if len(queue) > depth]


def _take(actor: Actor, arrivals: list[Arrival], window: timedelta) -> Iterator[tuple[Arrival, Received]]:
    known = _known([arrival.signal for arrival in arrivals], window)
    new: list[Arrival] = []
    repeated: list[tuple[Arrival, Alert]] = []
    events: list[dict[str, Any]] = []
    for arrival in arrivals:
        signal, alert = arrival.signal, known.get(arrival.signal.fingerprint)
        if signal.ended_at is not None:
            yield arrival, _end(actor, signal, alert, events)
        elif alert is not None and alert.dedup_key is not None:
            repeated.append((arrival, alert))
        elif alert is not None and _fires_again(signal, alert, window):
            yield arrival, _reopen(actor, arrival, alert, events)
        else:
            new.append(arrival)
    yield from _fold(actor, repeated, events)
    yield from _create(actor, new, events)
    db.session.flush()
    record_many(events)


def _known(signals: list[Signal], window: timedelta) -> dict[str, Alert]:
    """For each fingerprint the open alert, else the newest that could still end or fire again."""
    earliest = min(clock.now(), *(signal.fired_at for signal in signals)) - window
    rows = db.session.scalars(
        select(Alert)
        .where(
            Alert.fingerprint.in_([signal.fingerprint for signal in signals]),
            or_(Alert.resolved_at.is_(None), Alert.resolved_at >= earliest),
        )
        .order_by(Alert.dedup_key.is_not(None), Alert.id)
    )
    return {alert.fingerprint: alert for alert in rows}


def _fires_again(signal: Signal, alert: Alert, window: timedelta) -> bool:
    """Inside the reopen window, measured by the sender's clock where it names a new start."""
    if alert.resolved_at is None or _incident_closed(alert):
        return False
    fires_at = signal.fired_at if signal.fired_at > alert.resolved_at else clock.now()
    return fires_at - alert.resolved_at <= window


def _incident_closed(alert: Alert) -> bool:
    return alert.incident is not None and alert.incident.status is IncidentStatus.CLOSED


def _end(actor: Actor, signal: Signal, alert: Alert | None, events: list[dict[str, Any]]) -> Received:
    """The signal is over: an alert that nobody tied to an incident is Resolved, others keep their status."""
    if alert is None or alert.resolved_at is not None or _is_older(signal, alert):
        return Received(Outcome.UNCHANGED, alert)
    if alert.status in (AlertStatus.PENDING, AlertStatus.ACKNOWLEDGED):
        moves.move(ALERT_SIGNALS, alert, AlertStatus.RESOLVED, actor)
    alert.resolved_at, alert.dedup_key = signal.ended_at, None
    if alert.incident is not None:
        timeline.add(alert.incident, actor, "alert_resolved", **told(alert))
    _note(actor, "signal_resolved", alert, events)
    return Received(Outcome.RESOLVED, alert)


def _is_older(signal: Signal, alert: Alert) -> bool:
    """A late word about an earlier episode, as a second Alertmanager of a pair may send it."""
    return signal.ended_at is not None and signal.ended_at < alert.firing_since


def _reopen(actor: Actor, arrival: Arrival, alert: Alert, events: list[dict[str, Any]]) -> Received:
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
    actor: Actor, repeated: list[tuple[Arrival, Alert]], events: list[dict[str, Any]]
) -> Iterator[tuple[Arrival, Received]]:
    """Count repeats. Straight to the table: a repeat must not change the version that people edit."""
    now = clock.now()
    alike: dict[int, list[Alert]] = {}
    for arrival, alert in repeated:
        times, news = len(arrival.places), _news(arrival.signal, alert)
        before = {"count": alert.count} | {name: plain(getattr(alert, name)) for name in news}
        after = {"count": alert.count + times} | {name: plain(value) for name, value in news.items()}
        events.append(event_row(actor, "repeated", "alert", alert.id, before, after))
        if news:
            _count([alert], times, now, **news)
        else:
            alike.setdefault(times, []).append(alert)
    for times, alerts in alike.items():
        _count(alerts, times, now)
    for arrival, alert in repeated:
        yield arrival, Received(Outcome.REPEATED, alert)


def _count(alerts: list[Alert], times: int, now: datetime, **news: Any) -> None:
    changed = {"last_fired_at": now, "updated_at": now, **news}
    result = db.session.execute(
        update(ALERTS)  # type: ignore[arg-type]
        .where(ALERTS.c.id.in_([alert.id for alert in alerts]), ALERTS.c.dedup_key.is_not(None))
        .values(count=ALERTS.c.count + times, **changed)
    )
    if result.rowcount != len(alerts):  # type: ignore[attr-defined]
        raise StaleDataError("an alert ended while it was repeated")
    for alert in alerts:
        for name, value in {"count": alert.count + times, **changed}.items():
            set_committed_value(alert, name, value)


def _news(signal: Signal, alert: Alert) -> dict[str, Any]:
    """What the signal says that the alert does not say yet."""
    news = {name: value for name in REFRESHED if (value := getattr(signal, name)) != getattr(alert, name)}
    if signal.fired_at > alert.firing_since:
        news["firing_since"] = signal.fired_at
    return news


def _create(actor: Actor, arrivals: list[Arrival], events: list[dict[str, Any]]) -> Iterator[tuple[Arrival, Received]]:
    if not arrivals:
        return
    now = clock.now()
    alerts = [_alert(arrival, now) for arrival in arrivals]
    db.session.add_all(alerts)
    db.session.flush()
    labels = [row for alert in alerts for row in _label_rows(alert)]
    if labels:
        db.session.execute(insert(AlertLabel.__table__), labels)  # type: ignore[arg-type]
    for arrival, alert in zip(arrivals, alerts, strict=True):
        after = {
            "status": alert.status,
            "level": alert.level,
            "title": alert.title,
            "fingerprint": alert.fingerprint,
        }
        events.append(event_row(actor, "created", "alert", alert.id, None, after))
        yield arrival, Received(Outcome.CREATED, alert)


def _alert(arrival: Arrival, now: datetime) -> Alert:
    signal = arrival.signal
    return Alert(
        title=signal.title,
        description=signal.description,
        level=signal.level,
        alert_source=signal.alert_source,
        labels=dict(signal.labels),
        annotations=dict(signal.annotations),
        source_url=signal.source_url,
        fingerprint=signal.fingerprint,
        dedup_key=signal.fingerprint,
        status=AlertStatus.PENDING,
        count=len(arrival.places),
        flap_count=0,
        fired_at=signal.fired_at,
        firing_since=signal.fired_at,
        last_fired_at=now,
        created_at=now,
        updated_at=now,
    )


def _label_rows(alert: Alert) -> Iterator[dict[str, Any]]:
    for name, value in alert.labels.items():
        yield {"alert_id": alert.id, "name": name[:LABEL_NAME_LENGTH], "value": value[:LABEL_VALUE_LENGTH]}


def _note(actor: Actor, action: str, alert: Alert, events: list[dict[str, Any]]) -> None:
    before, after = changes(alert)
    events.append(event_row(actor, action, "alert", alert.id, before, after))


def told(alert: Alert) -> dict[str, Any]:
    """An alert as a timeline entry names it."""
    return {"alert_id": alert.id, "title": alert.title, "level": alert.level}
