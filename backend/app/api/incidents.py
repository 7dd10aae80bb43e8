"""Incidents: the board, one incident, its moves and its timeline."""

from typing import Any

from flask import current_app, g

from ..domain.roles import Role
from ..schemas.alerts import AlertPageOut
from ..schemas.base import PageArgs
from ..schemas.incidents import (
    BoardArgs,
    BoardOut,
    IncidentArgs,
    IncidentIn,
    IncidentMoveIn,
    IncidentOut,
    IncidentPageOut,
    IncidentPatchIn,
    TimelineEntryOut,
    TimelineEntryPageOut,
    TimelineNoteIn,
)
from ..services import alerts, incidents, timeline
from .wire import Blueprint, cursor_of, idempotent, needs, page, seen_version, tagged, unit_of_work

blp = Blueprint(
    "incidents", __name__, url_prefix="/api/v1/incidents", description="What is wrong, from 待确认 to 已关闭"
)


@blp.get("")
@needs(Role.VIEWER)
@blp.arguments(IncidentArgs, location="query")
@blp.response(200, IncidentPageOut)
def search(args: dict[str, Any]) -> Any:
    """Incidents by status, severity, assignee and text."""
    return page(incidents.search, args)


@blp.post("")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(IncidentIn)
@blp.response(201, IncidentOut)
def create(body: dict[str, Any]) -> Any:
    """Declare an incident by hand or from alerts, which become Linked."""
    required_for = current_app.config["SETTINGS"].postmortem_required_for
    return tagged(incidents.create(g.actor, postmortem_required_for=required_for, **body), 201)


@blp.get("/board")
@needs(Role.VIEWER)
@blp.arguments(BoardArgs, location="query")
@blp.response(200, BoardOut)
def board(args: dict[str, Any]) -> Any:
    """The six columns, each with its count and its first cards.

    A column's `next_cursor` goes on at `GET /incidents?status=…&sort=severity&cursor=…`.
    """
    columns = incidents.board(**args)
    for column in columns:
        bookmark = column.pop("bookmark")
        column["next_cursor"] = bookmark and cursor_of(incidents.search, "severity", bookmark)
    return {"columns": columns}


@blp.get("/<ident:incident_id>")
@needs(Role.VIEWER)
@blp.response(200, IncidentOut)
def get(incident_id: int) -> Any:
    """One incident."""
    return tagged(incidents.get(incident_id))


@blp.patch("/<ident:incident_id>")
@unit_of_work
@needs(Role.RESPONDER)
@blp.arguments(IncidentPatchIn)
@blp.response(200, IncidentOut)
def edit(body: dict[str, Any], incident_id: int) -> Any:
    """Change title, severity, description, services, start or assignee."""
    required_for = current_app.config["SETTINGS"].postmortem_required_for
    edited = incidents.edit(incident_id, g.actor, seen_version(), postmortem_required_for=required_for, **body)
    return tagged(edited)


@blp.post("/<ident:incident_id>/transitions")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(IncidentMoveIn)
@blp.response(200, IncidentOut)
def transition(body: dict[str, Any], incident_id: int) -> Any:
    """Move an incident along its flow. 409 `move_refused` with what would be legal."""
    return tagged(incidents.transition(incident_id, actor=g.actor, seen=seen_version(), **body))


@blp.get("/<ident:incident_id>/timeline")
@needs(Role.VIEWER)
@blp.arguments(PageArgs, location="query")
@blp.response(200, TimelineEntryPageOut)
def read_timeline(args: dict[str, Any], incident_id: int) -> Any:
    """What happened, oldest first."""
    return page(timeline.of_incident, args, incident_id)


@blp.post("/<ident:incident_id>/timeline")
@unit_of_work
@needs(Role.RESPONDER)
@idempotent
@blp.arguments(TimelineNoteIn)
@blp.response(201, TimelineEntryOut)
def add_note(body: dict[str, Any], incident_id: int) -> Any:
    """Note something down, perhaps about an earlier moment."""
    return timeline.note(incident_id, g.actor, **body)


@blp.get("/<ident:incident_id>/alerts")
@needs(Role.VIEWER)
@blp.arguments(PageArgs, location="query")
@blp.response(200, AlertPageOut)
def linked_alerts(args: dict[str, Any], incident_id: int) -> Any:
    """Its alerts, oldest first."""
    return page(alerts.of_incident, args, incident_id)
