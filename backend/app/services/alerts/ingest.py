"""Taking signals in: a new alert, a repeat, the end of one, or the same thing again.

New alerts and repeats go straight to the tables (`rows`), all of a kind in one statement; ends and
what fires again, which are rarer, go by the ORM. Two requests that see the same new fingerprint meet
at the UNIQUE `dedup_key`: the later one is run again by the unit of work and then folds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from ...domain import clock
from ...domain.alert import ALERT_SIGNALS, AlertStatus
from ...domain.incident import IncidentStatus
from ...domain.roles import Actor
from ...domain.signal import Outcome, Signal
from ...extensions import db
from ...models import Alert, Incident
from .. import moves, timeline
from ..record import changes, event_row, plain, record_many
from . import rows
from .rows import Known


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one signal: `alert` as it is now, None when the signal ended something unknown."""

    outcome: Outcome
    alert: Alert | Known | None


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
    signals = [arrival.signal for arrival in arrivals]
    earliest = min(clock.now(), *(signal.fired_at for signal in signals)) - window
    known = rows.known([signal.fingerprint for signal in signals], earliest)
    new: list[Arrival] = []
    repeated: list[tuple[Arrival, Known]] = []
    events: list[dict[str, Any]] = []
    closed, ending = _closed_incidents(known), _ending(signals, known)
    for arrival in arrivals:
        signal, alerts = arrival.signal, known[arrival.signal.fingerprint]
        alert = alerts[-1] if alerts else None
        if signal.ended_at is not None:
            yield arrival, _end(actor, signal, alerts, ending, events)
        elif alert is not None and alert.dedup_key is not None:
            repeated.append((arrival, alert))
        elif alert is not None and alert.incident_id not in closed and _fires_again(signal, alert, window):
            yield arrival, _reopen(actor, arrival, alert.id, events)
        else:
            new.append(arrival)
    if events:
        db.session.flush()
    yield from _fold(actor, repeated, events)
    yield from _create(actor, new, events)
    record_many(events)


def _fires_again(signal: Signal, alert: Known, window: timedelta) -> bool:
    """Inside the reopen window, measured by the sender's clock where it names a new start."""
    if alert.resolved_at is None:
        return False
    fires_at = signal.fired_at if signal.fired_at > alert.resolved_at else clock.now()
    return bool(fires_at - alert.resolved_at <= window)


def _closed_incidents(known: Mapping[str, list[Known]]) -> set[int]:
    """Of those that alerts belong to which may fire again: what was done with stays done."""
    newest = (alerts[-1] for alerts in known.values() if alerts)
    ids = {alert.incident_id for alert in newest if alert.resolved_at is not None and alert.incident_id is not None}
    if not ids:
        return set()
    # Locked, so that none is closed before the alert has its key again: it would keep it, and be heard by nobody.
    held = select(Incident.id, Incident.status).where(Incident.id.in_(ids)).order_by(Incident.id)
    found = db.session.execute(held.with_for_update(read=True))
    return {row.id for row in found if row.status is IncidentStatus.CLOSED}


def _ending(signals: Sequence[Signal], known: Mapping[str, list[Known]]) -> dict[int, Alert]:
    """What the signals end, by id: for each all that it concerns. Raises StaleDataError when one has ended meanwhile.

    Several have not ended when it fired on after an incident was closed: a newer one, and the one of the incident.
    """
    ends = [signal for signal in signals if signal.ended_at is not None]
    ids = {alert.id for signal in ends for alert in known[signal.fingerprint] if not _has_ended(alert, signal)}
    if not ids:
        return {}
    # Locked and read anew: an incident that is reopened meanwhile gives an alert its key back, without a new version.
    held = select(Alert).where(Alert.id.in_(ids), Alert.resolved_at.is_(None)).order_by(Alert.id).with_for_update()
    found = {alert.id: alert for alert in db.session.scalars(held.execution_options(populate_existing=True))}
    if len(found) != len(ids):
        raise StaleDataError("an alert ended twice at once")
    return found


def _end(
    actor: Actor, signal: Signal, known: list[Known], ending: Mapping[int, Alert], events: list[dict[str, Any]]
) -> Received:
    ended = [ending[alert.id] for alert in known if alert.id in ending]
    for alert in ended:
        _resolve(actor, signal, alert, events)
    if ended:
        return Received(Outcome.RESOLVED, ended[-1])
    return Received(Outcome.UNCHANGED, db.session.get_one(Alert, known[-1].id) if known else None)


def _has_ended(alert: Known, signal: Signal) -> bool:
    """Or the signal is a late word about an earlier episode, as a second Alertmanager of a pair may send it."""
    return alert.resolved_at is not None or (signal.ended_at is not None and signal.ended_at < alert.firing_since)


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
    for arrival, alert in repeated:
        times, news = len(arrival.places), _news(arrival.signal, alert)
        if news:
            rows.refresh(alert, news, times, now)
        else:
            alike.setdefault(times, []).append(alert.id)
        becomes = {"count": alert.count + times} | news
        before, after = ({name: plain(state[name]) for name in becomes} for state in (vars(alert), becomes))
        events.append(event_row(actor, "repeated", "alert", alert.id, before, after, version=alert.version))
        heard = {"alert_source": arrival.signal.alert_source, "last_fired_at": now, "updated_at": now}
        yield arrival, Received(Outcome.REPEATED, rows.to_show(vars(alert) | becomes | heard))
    for times, ids in alike.items():
        rows.count(ids, times, now)


def _news(signal: Signal, known: Any) -> dict[str, Any]:
    """What the signal says that the alert (or its row) does not say yet."""
    news = {name: value for name in rows.REFRESHED if (value := getattr(signal, name)) != getattr(known, name)}
    if signal.fired_at > known.firing_since:
        news["firing_since"] = signal.fired_at
    return news


def _create(actor: Actor, arrivals: list[Arrival], events: list[dict[str, Any]]) -> Iterator[tuple[Arrival, Received]]:
    if not arrivals:
        return
    now = clock.now()
    new = [_values(arrival, now) for arrival in arrivals]
    rows.add(new)
    for arrival, row in zip(arrivals, new, strict=True):
        after = {name: row[name] for name in ("status", "level", "title", "fingerprint")}
        events.append(event_row(actor, "created", "alert", row["id"], None, after, version=1))
        yield arrival, Received(Outcome.CREATED, rows.to_show(row))


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
        "legacy_id": None,
        "legacy": None,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }


def _note(actor: Actor, action: str, alert: Alert, events: list[dict[str, Any]]) -> None:
    """The event of a change that is about to be flushed."""
    before, after = changes(alert)
    events.append(event_row(actor, action, "alert", alert.id, before, after, version=alert.version + 1))


def told(alert: Alert) -> dict[str, Any]:
    """An alert as a timeline entry names it."""
    return {"alert_id": alert.id, "title": alert.title, "level": alert.level}
