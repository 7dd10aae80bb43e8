"""Postmortems 复盘: written by one person, reviewed by another, published by a manager."""

from enum import StrEnum
from typing import Any

from .flow import Flow, Move, Reason
from .roles import Actor, Role


class PostmortemStatus(StrEnum):
    DRAFT = "Draft"
    IN_REVIEW = "InReview"
    REVIEWED = "Reviewed"
    PUBLISHED = "Published"


Draft, InReview, Reviewed, Published = PostmortemStatus
MANAGER = Role.MANAGER

PARTS = ("summary", "impact", "root_cause", "timeline", "reviewers")
"""What `missing_parts` may name."""

PROSE = ("summary", "impact", "detection", "root_cause", "resolution", "lessons")
"""The written parts, in reading order."""

TIMELINE_LINES = 1000
LINE_LENGTH = 21_000
"""Of a line: a note of an incident's timeline, with who wrote it, fits in."""

REQUIRED_PROSE = ("summary", "impact", "root_cause")


def missing_parts(postmortem: Any) -> list[str]:
    """What a draft still lacks before it can be reviewed, by field name."""
    missing = [part for part in REQUIRED_PROSE if not getattr(postmortem, part).strip()]
    if not postmortem.timeline:
        missing.append("timeline")
    if lacks_reviewer(postmortem):
        missing.append("reviewers")
    return missing


def lacks_reviewer(postmortem: Any) -> bool:
    """Its author may stand among the reviewers, but does not count as one."""
    return all(reviewer.id == postmortem.author_id for reviewer in postmortem.reviewers)


def is_reviewer(postmortem: Any, actor: Actor) -> bool:
    return any(reviewer.id == actor.user_id for reviewer in postmortem.reviewers)


def is_author(postmortem: Any, actor: Actor) -> bool:
    return actor.user_id is not None and actor.user_id == postmortem.author_id


def may_edit(postmortem: Any, actor: Actor) -> bool:
    """Its author, its reviewers and managers write a draft; one without an author is open to any responder."""
    involved = postmortem.author_id is None or is_author(postmortem, actor) or is_reviewer(postmortem, actor)
    return actor.role.includes(MANAGER) or (involved and actor.role.includes(Role.RESPONDER))


def is_editable(postmortem: Any, actor: Actor) -> bool:
    """Whether `actor` can write its text now."""
    return postmortem.status == Draft and may_edit(postmortem, actor)


def has_open_reviewers(postmortem: Any, actor: Actor) -> bool:
    """Whether `actor` can choose its reviewers now: also in review, when one turns out to be away."""
    return postmortem.status in (Draft, InReview) and may_edit(postmortem, actor)


def complete(postmortem: Any, actor: Actor) -> Reason | None:
    if missing := missing_parts(postmortem):
        return Reason("postmortem_incomplete", f"Still missing: {', '.join(missing)}.", {"missing": missing})
    return None


def author_or_manager(postmortem: Any, actor: Actor) -> Reason | None:
    if is_author(postmortem, actor) or actor.role.includes(MANAGER):
        return None
    return Reason("author_or_manager", "Only its author or a manager may do this.")


def reviewer_or_manager(postmortem: Any, actor: Actor) -> Reason | None:
    if is_reviewer(postmortem, actor) or actor.role.includes(MANAGER):
        return None
    return Reason("reviewer_or_manager", "Only one of its reviewers or a manager may do this.")


def reviewer_not_author(postmortem: Any, actor: Actor) -> Reason | None:
    if is_author(postmortem, actor):
        return Reason("reviewer_is_author", "Its author cannot approve it; another reviewer must.")
    if not is_reviewer(postmortem, actor):
        return Reason("reviewer_required", "Only one of its reviewers may approve it.")
    return None


POSTMORTEM_FLOW = Flow(
    "postmortem",
    Move(Draft, InReview, "submit", who=author_or_manager, guard=complete),
    Move(InReview, Draft, "request_changes", who=reviewer_or_manager, needs=("note",)),
    Move(InReview, Reviewed, "approve", who=reviewer_not_author),
    Move(Reviewed, Draft, "rework", by=MANAGER, needs=("note",)),
    Move(Reviewed, Published, "publish", by=MANAGER),
    Move(Published, Draft, "revise", by=MANAGER, needs=("note",)),
)

RETURNS = {move.action for move in POSTMORTEM_FLOW.moves if move.to is Draft}
"""What makes it a draft again, with a note that says why."""
