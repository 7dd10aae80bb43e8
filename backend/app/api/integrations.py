"""Integration keys, administered by admins."""

from typing import Any

from flask import g

from ..domain.roles import Role
from ..schemas.integrations import (
    IntegrationArgs,
    IntegrationIn,
    IntegrationOut,
    IntegrationPageOut,
    IntegrationPatchIn,
    IntegrationWithKeyOut,
)
from ..services import integrations
from .wire import Blueprint, needs, page, seen_version, tagged, unit_of_work

blp = Blueprint(
    "integrations",
    __name__,
    url_prefix="/api/v1/integrations",
    description="Keys by which monitors push alerts",
)


@blp.get("")
@needs(Role.ADMIN)
@blp.arguments(IntegrationArgs, location="query")
@blp.response(200, IntegrationPageOut)
def search(args: dict[str, Any]) -> Any:
    """All integrations; keys are not shown."""
    return page(integrations.search, args)


@blp.post("")
@unit_of_work
@needs(Role.ADMIN)
@blp.arguments(IntegrationIn)
@blp.response(201, IntegrationWithKeyOut)
def create(body: dict[str, Any]) -> Any:
    """Make a key. It is in this answer and nowhere else, so this call keeps no answer under an Idempotency-Key."""
    return tagged(integrations.create(g.actor, **body), 201)


@blp.get("/<ident:integration_id>")
@needs(Role.ADMIN)
@blp.response(200, IntegrationOut)
def get(integration_id: int) -> Any:
    """One integration."""
    return tagged(integrations.get(integration_id))


@blp.patch("/<ident:integration_id>")
@unit_of_work
@needs(Role.ADMIN)
@blp.arguments(IntegrationPatchIn)
@blp.response(200, IntegrationOut)
def edit(body: dict[str, Any], integration_id: int) -> Any:
    """Rename it, or switch its key off and on."""
    return tagged(integrations.edit(integration_id, g.actor, seen_version(), **body))


@blp.post("/<ident:integration_id>/rotate")
@unit_of_work
@needs(Role.ADMIN)
@blp.response(200, IntegrationWithKeyOut)
def rotate(integration_id: int) -> Any:
    """A new key; the old one stops working at once."""
    return tagged(integrations.rotate(integration_id, g.actor, seen_version()))


@blp.delete("/<ident:integration_id>")
@unit_of_work
@needs(Role.ADMIN)
@blp.response(204)
def delete(integration_id: int) -> None:
    """Remove it and its key; its alerts stay."""
    integrations.delete(integration_id, g.actor, seen_version())
