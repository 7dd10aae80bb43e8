"""Integration keys: how machines are let in."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import joinedload

from ..domain import clock
from ..domain.errors import Forbidden, Unauthenticated
from ..domain.integration import IntegrationKind
from ..domain.roles import Actor, ActorKind, Role
from ..extensions import db
from ..models import Integration, packed
from ..statement import Statement
from .lookup import find
from .moves import Seen, changed_fields, check_seen
from .record import record

KEY_PREFIX = "clk_"
SHOWN = 10
"""Characters of a key that stay visible, to tell keys apart."""

USE_NOTED_EVERY = timedelta(minutes=1)

SORTS: dict[str, tuple[Any, ...]] = {
    "id": (Integration.id,),
    "-id": (Integration.id.desc(),),
    "name": (Integration.name, Integration.id),
}

INTEGRATIONS: Any = Integration.__table__
BY_KEY = Statement(
    select(packed(*(INTEGRATIONS.c[name] for name in ("id", "name", "kind", "last_used_at")))).where(
        INTEGRATIONS.c.key_hash == bindparam("key_hash"), INTEGRATIONS.c.is_active
    )
)


def get(integration_id: int) -> Integration:
    """Raises NotFound."""
    return find(Integration, integration_id, "integration")


def create(actor: Actor, *, name: str, kind: IntegrationKind) -> Integration:
    """The integration with its `key`, which cannot be read again."""
    integration = Integration(name=name, kind=kind, created_by_id=actor.user_id)
    _give_key(integration)
    db.session.add(integration)
    record(actor, "created", integration)
    return integration


def rotate(integration_id: int, actor: Actor, seen: Seen) -> Integration:
    """A new key in place of the old one, which stops working at once. Raises NotFound, Stale."""
    integration = get(integration_id)
    check_seen(integration, seen)
    _give_key(integration)
    record(actor, "key_rotated", integration)
    return integration


def edit(integration_id: int, actor: Actor, seen: Seen, **fields: Any) -> Integration:
    """Name, or whether its key is let in. Raises NotFound, Stale."""
    integration = get(integration_id)
    check_seen(integration, seen)
    if changed_fields(integration, fields):
        record(actor, "edited", integration)
    return integration


def delete(integration_id: int, actor: Actor, seen: Seen) -> None:
    """Its alerts stay. Raises NotFound, Stale."""
    integration = get(integration_id)
    check_seen(integration, seen)
    record(actor, "deleted", integration, beside={"name": (integration.name, None)})
    db.session.delete(integration)
    db.session.flush()


def search(*, sort: str = "id") -> Select[Any]:
    return select(Integration).options(joinedload(Integration.created_by)).order_by(*SORTS[sort])


def actor_of_key(key: str, kind: IntegrationKind | None = None) -> Actor:
    """Who a key stands for. Raises Unauthenticated, or Forbidden when it is of another kind."""
    row = BY_KEY.first(key_hash=_digest(key))
    if row is None:
        raise Unauthenticated("This integration key is not known, or is switched off.", code="bad_key")
    if kind is not None and row.kind is not kind:
        raise Forbidden(f"This key is for {row.kind}, not for {kind}.", code="wrong_kind", kind=str(row.kind))
    now = clock.now()
    if row.last_used_at is None or now - row.last_used_at > USE_NOTED_EVERY:
        # Straight to the table: its use does not change the version that people edit.
        db.session.execute(update(INTEGRATIONS).where(INTEGRATIONS.c.id == row.id).values(last_used_at=now))
    return Actor(ActorKind.INTEGRATION, row.id, row.name, Role.RESPONDER)


def _give_key(integration: Integration) -> None:
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    integration.key, integration.key_hash, integration.key_prefix = key, _digest(key), key[:SHOWN]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
