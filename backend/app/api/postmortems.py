"""Postmortems: from draft to published, with comments and revisions."""

from typing import Any

from flask import g

from ..domain.roles import Role
from ..schemas.base import PageArgs
from ..schemas.postmortems import (
    CommentIn,
    CommentOut,
    CommentPageOut,
    PostmortemArgs,
    PostmortemIn,
    PostmortemMoveIn,
    PostmortemOut,
    PostmortemPageOut,
    PostmortemPatchIn,
    RevisionPageOut,
)
from ..services import postmortems
from .wire import Blueprint, idempotent, needs, page, seen_version, tagged, unit_of_work

blp = Blueprint(
    "postmortems",
    __name__,
    url_prefix="/api/v1/postmortems",
    description="What we learned, reviewed and published",
)


@blp.get("")
@needs(Role.VIEWER)
@blp.arguments(PostmortemArgs, location="query")
@blp.response(200, PostmortemPageOut)
def search(args: dict[str, Any]) -> Any:
    """Postmortems, newest first, without their prose."""
    return page(postmortems.search, args)


@blp.post("")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(PostmortemIn)
@blp.response(201, PostmortemOut)
def create(body: dict[str, Any]) -> Any:
    """Begin the postmortem of a recovered incident, as its author, with the timeline imported.

    409 `incident_not_recovered`, `postmortem_exists`.
    """
    return tagged(postmortems.create(g.actor, **body), 201)


@blp.get("/<ident:postmortem_id>")
@needs(Role.VIEWER)
@blp.response(200, PostmortemOut)
def get(postmortem_id: int) -> Any:
    """One postmortem."""
    return tagged(postmortems.get(postmortem_id))


@blp.patch("/<ident:postmortem_id>")
@unit_of_work
@needs(Role.RESPONDER)
@blp.arguments(PostmortemPatchIn)
@blp.response(200, PostmortemOut)
def edit(body: dict[str, Any], postmortem_id: int) -> Any:
    """Write parts of a draft, choose its reviewers. 403 `not_yours`, 409 `not_editable`."""
    return tagged(postmortems.edit(postmortem_id, g.actor, seen_version(), **body))


@blp.post("/<ident:postmortem_id>/transitions")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(PostmortemMoveIn)
@blp.response(200, PostmortemOut)
def transition(body: dict[str, Any], postmortem_id: int) -> Any:
    """Submit, approve, send back, publish or revise. 409 `postmortem_incomplete` lists what is missing."""
    return tagged(postmortems.transition(postmortem_id, actor=g.actor, seen=seen_version(), **body))


@blp.get("/<ident:postmortem_id>/comments")
@needs(Role.VIEWER)
@blp.arguments(PageArgs, location="query")
@blp.response(200, CommentPageOut)
def comments(args: dict[str, Any], postmortem_id: int) -> Any:
    """What was said about it, oldest first."""
    return page(postmortems.comments, args, postmortem_id)


@blp.post("/<ident:postmortem_id>/comments")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(CommentIn)
@blp.response(201, CommentOut)
def comment(body: dict[str, Any], postmortem_id: int) -> Any:
    """Say something about it."""
    return postmortems.comment(postmortem_id, g.actor, **body)


@blp.get("/<ident:postmortem_id>/revisions")
@needs(Role.VIEWER)
@blp.arguments(PageArgs, location="query")
@blp.response(200, RevisionPageOut)
def revisions(args: dict[str, Any], postmortem_id: int) -> Any:
    """The texts as they were published, newest first."""
    return page(postmortems.revisions, args, postmortem_id)
