"""Postmortems: written, reviewed, published, revised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, selectinload

from ..domain import clock
from ..domain.errors import Conflict, Forbidden, Invalid, NotFound
from ..domain.incident import IncidentStatus
from ..domain.postmortem import (
    POSTMORTEM_FLOW,
    PROSE,
    TIMELINE_LINES,
    PostmortemStatus,
    has_open_reviewers,
    is_editable,
    lacks_reviewer,
    may_edit,
)
from ..domain.roles import Actor, Role
from ..domain.wording import timeline_sentence
from ..extensions import db
from ..models import Incident, Postmortem, PostmortemComment, PostmortemRevision, TimelineEntry, User
from . import incidents, timeline
from .incidents.flow import apply as move_incident
from .lookup import contains, find
from .moves import Seen, changed_fields, check_seen, move
from .record import plain, record

WITH_PEOPLE = (
    joinedload(Postmortem.incident),
    joinedload(Postmortem.author),
    selectinload(Postmortem.reviewers),
)

WRITABLE = {IncidentStatus.RECOVERED, IncidentStatus.AWAITING_POSTMORTEM, IncidentStatus.CLOSED}
"""Where an incident must have got to before its postmortem is written."""

SORTS: dict[str, tuple[Any, ...]] = {
    "-id": (Postmortem.id.desc(),),
    "id": (Postmortem.id,),
    "-updated_at": (Postmortem.updated_at.desc(), Postmortem.id.desc()),
}

BY_THEMSELVES = {"alert_resolved", "alert_refired"}
NOT_IMPORTED = {"imported", "postmortem_created", "postmortem_moved", "action_item_created", "action_item_moved"}


def get(postmortem_id: int) -> Postmortem:
    """Raises NotFound."""
    return find(Postmortem, postmortem_id, "postmortem", WITH_PEOPLE)


def create(actor: Actor, *, incident_id: int) -> Postmortem:
    """A draft by `actor` with the incident's timeline; a Recovered incident moves on to AwaitingPostmortem.

    Raises Invalid (no such incident), Conflict (there is one already, or the incident has not recovered).
    """
    incident = _incident(incident_id)
    if incident.postmortem is not None:
        raise Conflict("This incident has a postmortem already.", code="postmortem_exists", id=incident.postmortem.id)
    if incident.status not in WRITABLE:
        raise Conflict(
            f"A postmortem is written after the recovery; this incident is {incident.status}.",
            code="incident_not_recovered",
            status=incident.status,
        )
    author = db.session.get_one(User, actor.id)
    postmortem = Postmortem(
        incident=incident,
        author=author,
        status=PostmortemStatus.DRAFT,
        revision=1,
        reviewers=[],
        timeline=_imported_timeline(incident, author.language),
        **dict.fromkeys(PROSE, ""),
    )
    db.session.add(postmortem)
    record(actor, "created", postmortem)
    timeline.add(incident, actor, "postmortem_created", postmortem_id=postmortem.id)
    if incident.status is IncidentStatus.RECOVERED:
        move_incident(incident, IncidentStatus.AWAITING_POSTMORTEM, actor)
    db.session.flush()
    return postmortem


def edit(
    postmortem_id: int,
    actor: Actor,
    seen: Seen,
    *,
    reviewer_ids: Sequence[int] | None = None,
    **parts: Any,
) -> Postmortem:
    """Write parts of a draft, or choose its reviewers (also while it is in review).

    Whoever first edits an imported draft, which has no author, becomes its author.

    Raises NotFound, Stale, Forbidden (not_yours), Conflict (not_editable), Invalid.
    """
    postmortem = get(postmortem_id)
    check_seen(postmortem, seen)
    if not may_edit(postmortem, actor):
        raise Forbidden("Only its author, its reviewers and managers edit a postmortem.", code="not_yours")
    if not (is_editable(postmortem, actor) or (has_open_reviewers(postmortem, actor) and not parts)):
        raise Conflict(
            f"A postmortem is edited as a draft; this one is {postmortem.status}.",
            code="not_editable",
            status=postmortem.status,
        )
    if postmortem.author is None:
        postmortem.author = db.session.get_one(User, actor.id)
    changed = changed_fields(postmortem, parts)
    reviewers = _choose_reviewers(postmortem, reviewer_ids)
    if postmortem.status is not PostmortemStatus.DRAFT and lacks_reviewer(postmortem):
        raise Invalid({"reviewer_ids": "Of those in review one must be somebody else than the author."})
    if changed or reviewers[0] != reviewers[1]:
        # Reviewers stand in a table of their own: without this their change alone would be no new version.
        postmortem.updated_at = clock.now()
        record(actor, "edited", postmortem, beside={"reviewer_ids": reviewers} if reviewers[0] != reviewers[1] else {})
    return postmortem


def transition(
    postmortem_id: int, to: PostmortemStatus, actor: Actor, *, seen: Seen = None, note: str = ""
) -> Postmortem:
    """Move a postmortem along its flow. Raises NotFound, Stale, MoveRefused, Forbidden, Invalid."""
    postmortem = get(postmortem_id)
    check_seen(postmortem, seen)
    source = postmortem.status
    made = move(POSTMORTEM_FLOW, postmortem, to, actor, note=note)
    if made.action == "publish":
        _publish(postmortem, actor)
    if made.action == "revise":
        postmortem.revision += 1
    timeline.add(
        postmortem.incident,
        actor,
        "postmortem_moved",
        text=note,
        **{"postmortem_id": postmortem.id, "from": source, "to": made.to, "revision": postmortem.revision},
    )
    record(actor, made.action, postmortem, note=note)
    return postmortem


def search(
    *,
    status: Sequence[PostmortemStatus] = (),
    q: str | None = None,
    author_id: int | None = None,
    reviewer_id: int | None = None,
    sort: str = "-id",
) -> Select[Any]:
    """Postmortems that meet every condition given, without their prose."""
    rows = select(Postmortem).join(Postmortem.incident).order_by(*SORTS[sort])
    if status:
        rows = rows.where(Postmortem.status.in_(status))
    if q:
        rows = rows.where(contains(q, Incident.title, Postmortem.summary, Postmortem.root_cause))
    if author_id is not None:
        rows = rows.where(Postmortem.author_id == author_id)
    if reviewer_id is not None:
        rows = rows.where(Postmortem.reviewers.any(User.id == reviewer_id))
    return rows.options(
        *WITH_PEOPLE, *(defer(getattr(Postmortem, part)) for part in ("detection", "resolution", "lessons"))
    )


def comment(postmortem_id: int, actor: Actor, *, text: str) -> PostmortemComment:
    """Raises NotFound."""
    postmortem = find(Postmortem, postmortem_id, "postmortem")
    said = PostmortemComment(postmortem_id=postmortem.id, author=db.session.get_one(User, actor.id), text=text)
    db.session.add(said)
    record(actor, "commented", said)
    return said


def comments(postmortem_id: int) -> Select[Any]:
    """Oldest first. Raises NotFound."""
    find(Postmortem, postmortem_id, "postmortem")
    return (
        select(PostmortemComment)
        .where(PostmortemComment.postmortem_id == postmortem_id)
        .options(joinedload(PostmortemComment.author))
        .order_by(PostmortemComment.id)
    )


def revisions(postmortem_id: int) -> Select[Any]:
    """What was published, newest first. Raises NotFound."""
    find(Postmortem, postmortem_id, "postmortem")
    return (
        select(PostmortemRevision)
        .where(PostmortemRevision.postmortem_id == postmortem_id)
        .options(joinedload(PostmortemRevision.published_by))
        .order_by(PostmortemRevision.revision.desc())
    )


def _incident(incident_id: int) -> Incident:
    try:
        return incidents.get(incident_id, lock=True)
    except NotFound as error:
        raise Invalid({"incident_id": error.detail}) from None


def _imported_timeline(incident: Incident, language: str) -> list[dict[str, str]]:
    """What happened and what people noted; of too much first what alerts did by themselves is left out."""
    entries = db.session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.incident_id == incident.id, TimelineEntry.kind.not_in(NOT_IMPORTED))
        .order_by(TimelineEntry.occurred_at, TimelineEntry.id)
    ).all()
    if len(entries) > TIMELINE_LINES:
        entries = [entry for entry in entries if entry.kind not in BY_THEMSELVES][:TIMELINE_LINES]
    return [
        {
            "occurred_at": plain(_happened_at(entry)),
            "text": timeline_sentence(language, entry.kind, entry.actor_name, entry.data, entry.text),
        }
        for entry in sorted(entries, key=_happened_at)
    ]


def _happened_at(entry: TimelineEntry) -> datetime:
    """A recovery may be told of long after it."""
    recovered_at = entry.data.get("recovered_at")
    return datetime.fromisoformat(recovered_at) if recovered_at else entry.occurred_at


def _choose_reviewers(postmortem: Postmortem, reviewer_ids: Sequence[int] | None) -> tuple[list[int], list[int]]:
    """The ids before and after. The author may stand among the reviewers, but does not count as one."""
    before = [reviewer.id for reviewer in postmortem.reviewers]
    wanted = set(before if reviewer_ids is None else reviewer_ids)
    if wanted == set(before):
        return before, before
    people = db.session.scalars(select(User).where(User.id.in_(wanted), User.is_active.is_(True)).order_by(User.id))
    reviewers = [user for user in people if user.role.includes(Role.RESPONDER)]
    if unknown := wanted - {user.id for user in reviewers}:
        raise Invalid({"reviewer_ids": f"There is no active responder with id {', '.join(map(str, sorted(unknown)))}."})
    postmortem.reviewers = reviewers
    return before, [reviewer.id for reviewer in reviewers]


def _publish(postmortem: Postmortem, actor: Actor) -> None:
    postmortem.published_at = clock.now()
    db.session.add(
        PostmortemRevision(
            postmortem_id=postmortem.id,
            revision=postmortem.revision,
            published_at=postmortem.published_at,
            published_by_id=actor.user_id,
            timeline=postmortem.timeline,
            **{part: getattr(postmortem, part) for part in PROSE},
        )
    )
