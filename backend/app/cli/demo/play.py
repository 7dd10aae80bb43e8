"""Plays the stories through the same services that the API uses, with the clock held at their times."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ...config import Settings
from ...domain import clock
from ...domain.action_item import ActionItemStatus
from ...domain.alert import AlertStatus
from ...domain.fingerprint import fingerprint
from ...domain.incident import IncidentStatus
from ...domain.postmortem import PostmortemStatus
from ...domain.roles import SYSTEM, Actor, ActorKind, Role
from ...domain.signal import Signal
from ...models import Incident
from ...services import action_items, alerts, incidents, integrations, postmortems, timeline, users
from ...services.auth import actor_of, hash_password
from .stories import KEYS, PEOPLE, STORIES, STRAYS, Story, Stray, Task

PATH = [
    IncidentStatus.IN_PROGRESS,
    IncidentStatus.RECOVERING,
    IncidentStatus.RECOVERED,
    IncidentStatus.AWAITING_POSTMORTEM,
    IncidentStatus.CLOSED,
]
REVIEW = [PostmortemStatus.IN_REVIEW, PostmortemStatus.REVIEWED, PostmortemStatus.PUBLISHED]
WORK = [ActionItemStatus.IN_PROGRESS, ActionItemStatus.DONE, ActionItemStatus.VERIFIED]


def play(password: str, settings: Settings) -> None:
    """Everything, oldest first; nothing is committed."""
    now = clock.now()
    with clock.held_at(now - timedelta(days=30)):
        cast = _people(password)
        for name, kind in KEYS:
            integrations.create(cast["admin"], name=name, kind=kind)
    for story in sorted(STORIES, key=lambda story: -story.hours_ago):
        _Telling(story, cast, now, settings).tell()
    for stray in STRAYS:
        _stray(stray, cast["lina"], now, settings)


def _people(password: str) -> dict[str, Actor]:
    secret = {"password_hash": hash_password(password)}
    admin = users.create(SYSTEM, username="admin", display_name="管理员", role=Role.ADMIN, **secret)
    cast = {"admin": actor_of(admin)}
    for username, name, role, language in PEOPLE:
        user = users.create(cast["admin"], username=username, display_name=name, role=role, language=language, **secret)
        cast[username] = actor_of(user)
    return cast


def _signal(title: str, source: str, service: str, level: Any, fired_at: datetime) -> Signal:
    labels = {"service": service, "env": "prod", "alertname": title[:60]}
    return Signal(
        fingerprint=fingerprint(source, title, labels),
        alert_source=source,
        title=title,
        level=level,
        fired_at=fired_at,
        labels=labels,
    )


class _Telling:
    """One story on its way; `minute` is the time since its first alert."""

    def __init__(self, story: Story, cast: dict[str, Actor], now: datetime, settings: Settings) -> None:
        self.story, self.cast, self.settings, self.now = story, cast, settings, now
        self.begin = now - timedelta(hours=story.hours_ago)
        self.by, self.manager, self.reviewer = cast[story.by], cast["zhangwei"], cast[story.reviewer]

    def at(self, minute: float, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do something then, or just now when the story is too young for it."""
        with clock.held_at(min(self.begin + timedelta(minutes=minute), self.now - timedelta(seconds=30))):
            return verb(*args, **kwargs)

    def tell(self) -> None:
        incident = self.at(4, self._declare, self._alerts())
        if self.story.false_alarm:
            self._move(9, incident, IncidentStatus.CLOSED, self.by, note="探测点自身网络抖动，误报。")
            return
        for minute, text in self.story.notes:
            if self.story.reached is not IncidentStatus.PENDING:
                self.at(minute, timeline.note, incident.id, self.by, text=text)
        self._cross_the_board(incident)

    def _alerts(self) -> list[int]:
        ids = []
        for minute, title in enumerate(self.story.alerts or (self.story.title,)):
            signal = _signal(
                title, self.story.source, self.story.service, self.story.level, self.begin + timedelta(minutes=minute)
            )
            monitor = Actor(ActorKind.INTEGRATION, None, self.story.source, Role.RESPONDER)
            [received] = self.at(minute, alerts.ingest, monitor, [signal], reopen_window=self.settings.reopen_window)
            ids.append(received.alert.id)
        return ids

    def _declare(self, alert_ids: list[int]) -> Incident:
        return incidents.create(
            self.by,
            postmortem_required_for=self.settings.postmortem_required_for,
            title=self.story.title,
            severity=self.story.severity,
            services=[self.story.service],
            alert_ids=alert_ids,
        )

    def _cross_the_board(self, incident: Incident) -> None:
        reached, story = self.story.reached, self.story
        passed = PATH[: PATH.index(reached) + 1] if reached in PATH else []
        for status, minute in zip(passed, (6, 32, 48, 60, 2000), strict=False):
            if status is IncidentStatus.AWAITING_POSTMORTEM and story.postmortem is None:
                continue
            if status is IncidentStatus.AWAITING_POSTMORTEM:
                self._write_postmortem(incident)
            elif status is IncidentStatus.CLOSED:
                note = "" if story.postmortem else "影响有限，无需复盘。"
                self._move(90 if not story.postmortem else minute, incident, status, self.manager, note=note)
            else:
                self._move(minute, incident, status, self.by)
            if status is IncidentStatus.RECOVERED and story.relapses:
                self._relapse(incident)

    def _relapse(self, incident: Incident) -> None:
        self._move(52, incident, IncidentStatus.IN_PROGRESS, self.by, note="恢复后 4 分钟再次出现，继续处理。")
        self._move(55, incident, IncidentStatus.RECOVERING, self.by)
        self._move(58, incident, IncidentStatus.RECOVERED, self.by)

    def _write_postmortem(self, incident: Incident) -> None:
        story = self.story
        postmortem = self.at(180, postmortems.create, self.by, incident_id=incident.id)
        stop = "。" if story.fix.endswith("。") else ". "
        whole = {"summary": f"{story.title}{stop}{story.fix}", "impact": story.impact, "root_cause": story.cause}
        parts = whole if story.postmortem is not PostmortemStatus.DRAFT else {"impact": story.impact}
        ids = [self.reviewer.id]
        self.at(300, postmortems.edit, postmortem.id, self.by, None, reviewer_ids=ids, resolution=story.fix, **parts)
        for task in story.tasks:
            self._task(task, postmortem.id)
        reached = REVIEW[: REVIEW.index(story.postmortem) + 1] if story.postmortem in REVIEW else []
        who = (self.by, self.reviewer, self.manager)
        for status, actor, minute in zip(reached, who, (420, 900, 1500), strict=False):
            self.at(minute, postmortems.transition, postmortem.id, status, actor)

    def _task(self, task: Task, postmortem_id: int) -> None:
        item = self.at(
            310,
            action_items.create,
            self.by,
            title=task.title,
            postmortem_id=postmortem_id,
            owner_id=self.cast[task.owner].id,
            due_on=(self.now + timedelta(days=task.due)).date(),
            priority=task.priority,
            type=task.type,
        )
        done = WORK[: WORK.index(task.status) + 1] if task.status in WORK else []
        for status, minute in zip(done, (600, 1200, 1800), strict=False):
            actor = self.manager if status is ActionItemStatus.VERIFIED else self.cast[task.owner]
            self.at(minute, action_items.transition, item.id, status, actor)
        if task.status is ActionItemStatus.CANCELLED:
            self.at(1600, action_items.transition, item.id, task.status, self.manager, note=task.note)

    def _move(self, minute: float, incident: Incident, to: IncidentStatus, actor: Actor, note: str = "") -> None:
        self.at(minute, incidents.transition, incident.id, to, actor, note=note)


def _stray(stray: Stray, actor: Actor, now: datetime, settings: Settings) -> None:
    fired_at = now - timedelta(minutes=stray.minutes_ago)
    signal = _signal(stray.title, stray.source, stray.service, stray.level, fired_at)
    monitor = Actor(ActorKind.INTEGRATION, None, stray.source, Role.RESPONDER)
    for repeat in range(stray.repeats + 1):
        with clock.held_at(fired_at + timedelta(minutes=stray.minutes_ago) * repeat / (stray.repeats + 1)):
            [received] = alerts.ingest(monitor, [signal], reopen_window=settings.reopen_window)
    if stray.became != "Pending" and received.alert is not None:
        with clock.held_at(now - timedelta(minutes=1)):
            alerts.transition(received.alert.id, AlertStatus(stray.became), actor, note=stray.note)
