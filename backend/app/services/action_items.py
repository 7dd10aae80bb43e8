"""Action items: who does what until when, and whether it worked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import joinedload

from ..domain import clock
from ..domain.action_item import ACTION_ITEM_FLOW, UNFINISHED, ActionItemStatus, Priority
from ..domain.errors import Conflict, Invalid
from ..domain.roles import Actor
from ..extensions import db
from ..models import ActionItem, Incident, Postmortem, User
from . import timeline
from .lookup import contains, find, person
from .moves import Seen, changed_fields, check_seen, move
from .record import record

WITH_PEOPLE = (
    joinedload(ActionItem.owner),
    joinedload(ActionItem.created_by),
    joinedload(ActionItem.verified_by),
    joinedload(ActionItem.incident),
)

FAR_OFF = date(9999, 12, 31)

SORTS: dict[str, tuple[Any, ...]] = {
    "due_on": (case((ActionItem.due_on.is_(None), FAR_OFF), else_=ActionItem.due_on), ActionItem.id),
    "-created_at": (ActionItem.created_at.desc(), ActionItem.id.desc()),
    "-updated_at": (ActionItem.updated_at.desc(), ActionItem.id.desc()),
    "-id": (ActionItem.id.desc(),),
    "id": (ActionItem.id,),
}


def get(item_id: int) -> ActionItem:
    """Raises NotFound."""
    return find(ActionItem, item_id, "action item", WITH_PEOPLE)


def create(
    actor: Actor,
    *,
    title: str,
    postmortem_id: int | None = None,
    incident_id: int | None = None,
    owner_id: int | None = None,
    **fields: Any,
) -> ActionItem:
    """Under a postmortem (and so its incident), or under an incident alone. Raises Invalid."""
    incident, postmortem = _parents(incident_id, postmortem_id)
    item = ActionItem(
        title=title,
        incident=incident,
        postmortem_id=postmortem.id if postmortem else None,
        owner=person(owner_id, "owner_id"),
        created_by_id=actor.user_id,
        status=ActionItemStatus.OPEN,
        **fields,
    )
    db.session.add(item)
    record(actor, "created", item)
    timeline.add(incident, actor, "action_item_created", action_item_id=item.id, title=item.title)
    db.session.flush()
    return item


def edit(item_id: int, actor: Actor, seen: Seen, **fields: Any) -> ActionItem:
    """Raises NotFound, Stale, Invalid, Conflict (a new owner for what is done: the old one could then verify it)."""
    item = get(item_id)
    check_seen(item, seen)
    if fields.get("owner_id", item.owner_id) != item.owner_id and item.status not in UNFINISHED:
        raise Conflict("What is done keeps its owner, so that somebody else verifies it.", code="owner_settled")
    if "owner_id" in fields:
        fields["owner"] = person(fields["owner_id"], "owner_id")
    if changed_fields(item, fields):
        record(actor, "edited", item)
    return item


def transition(item_id: int, to: ActionItemStatus, actor: Actor, *, seen: Seen = None, note: str = "") -> ActionItem:
    """Move an action item along its flow. Raises NotFound, Stale, MoveRefused, Forbidden, Invalid."""
    item = get(item_id)
    check_seen(item, seen)
    source = item.status
    made = move(ACTION_ITEM_FLOW, item, to, actor, note=note)
    if made.action in ("start", "finish") and item.owner_id is None and actor.user_id is not None:
        # Whoever does what nobody owned owns it: somebody else must verify it.
        item.owner, item.owner_id = db.session.get_one(User, actor.user_id), actor.user_id
    if made.action == "finish":
        item.done_at = clock.now()
    if made.action == "verify":
        item.verified_at = clock.now()
        item.verified_by_id = actor.user_id
        item.verified_by = db.session.get(User, actor.user_id) if actor.user_id else None
    if made.action == "fail_verification":
        item.done_at = None
    told = {
        "action_item_id": item.id,
        "title": item.title,
        "from": source,
        "to": made.to,
        "action": made.action,
    }
    timeline.add(item.incident, actor, "action_item_moved", text=note, **told)
    record(actor, made.action, item, note=note)
    return item


def search(
    *,
    today: date,
    status: Sequence[ActionItemStatus] = (),
    priority: Sequence[Priority] = (),
    owner_id: int | None = None,
    incident_id: int | None = None,
    postmortem_id: int | None = None,
    overdue: bool | None = None,
    q: str | None = None,
    sort: str = "due_on",
) -> Select[Any]:
    """Action items across everything, the most urgent first; `overdue` compares with `today`."""
    rows = select(ActionItem).options(*WITH_PEOPLE).order_by(*SORTS[sort])
    if status:
        rows = rows.where(ActionItem.status.in_(status))
    if priority:
        rows = rows.where(ActionItem.priority.in_(priority))
    for column, value in (
        (ActionItem.owner_id, owner_id),
        (ActionItem.incident_id, incident_id),
        (ActionItem.postmortem_id, postmortem_id),
    ):
        if value is not None:
            rows = rows.where(column == value)
    if overdue is not None:
        late = (ActionItem.due_on < today) & ActionItem.status.in_(UNFINISHED)
        rows = rows.where(late if overdue else ~late | ActionItem.due_on.is_(None))
    if q:
        rows = rows.where(contains(q, ActionItem.title, ActionItem.description))
    return rows


def _parents(incident_id: int | None, postmortem_id: int | None) -> tuple[Incident, Postmortem | None]:
    if (incident_id is None) == (postmortem_id is None):
        raise Invalid({"incident_id": "Give either incident_id or postmortem_id."})
    if postmortem_id is not None:
        postmortem = db.session.get(Postmortem, postmortem_id)
        if postmortem is None:
            raise Invalid({"postmortem_id": f"There is no postmortem {postmortem_id}."})
        return postmortem.incident, postmortem
    incident = db.session.get(Incident, incident_id)
    if incident is None:
        raise Invalid({"incident_id": f"There is no incident {incident_id}."})
    return incident, None
