"""People and what they may do; administered by admins."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from ..domain.errors import Conflict, Invalid
from ..domain.roles import SYSTEM, Actor, Role
from ..extensions import db
from ..models import User
from . import auth
from .lookup import contains, find
from .moves import Seen, changed_fields, check_seen
from .record import record

SORTS: dict[str, tuple[Any, ...]] = {
    "display_name": (User.display_name, User.id),
    "username": (User.username, User.id),
    "-id": (User.id.desc(),),
    "id": (User.id,),
}


def get(user_id: int) -> User:
    """Raises NotFound."""
    return find(User, user_id, "user")


def create(actor: Actor, *, username: str, **fields: Any) -> User:
    """Raises Invalid when the name is taken. `fields` are the columns, among them `password_hash`."""
    if db.session.scalar(select(User.id).where(User.username == username)):
        raise Invalid({"username": "Is taken."}, code="username_taken")
    user = User(username=username, **fields)
    db.session.add(user)
    record(actor, "created", user)
    return user


def edit(user_id: int, actor: Actor, seen: Seen, *, password_hash: str | None = None, **fields: Any) -> User:
    """What an admin changes. A new password or a deactivation ends the user's sessions; a new role holds at once.

    Raises NotFound, Stale, Conflict (nobody would be left to administer).
    """
    user = get(user_id)
    check_seen(user, seen)
    changed = changed_fields(user, fields)
    if password_hash is not None:
        user.password_hash = password_hash
        auth.unlock(user.username)
    if {"role", "is_active"} & set(changed):
        _keep_an_admin(user)
    if password_hash is not None or "is_active" in changed:
        auth.end_sessions(user)
    if changed or password_hash is not None:
        record(actor, "edited" if password_hash is None else "password_reset", user)
    return user


def edit_self(actor: Actor, seen: Seen, **fields: Any) -> User:
    """Name, address, language and time zone are people's own."""
    user = db.session.get_one(User, actor.id)
    check_seen(user, seen)
    if changed_fields(user, fields):
        record(actor, "edited", user)
    return user


def search(
    *, q: str | None = None, role: Sequence[Role] = (), is_active: bool | None = None, sort: str = "display_name"
) -> Select[Any]:
    """People with any of the roles who meet every other condition given."""
    rows = select(User).order_by(*SORTS[sort])
    if q:
        rows = rows.where(contains(q, User.username, User.display_name))
    if role:
        rows = rows.where(User.role.in_(role))
    if is_active is not None:
        rows = rows.where(User.is_active == is_active)
    return rows


def create_first_admin(password: str) -> User | None:
    """User `admin`, if there is nobody yet."""
    if db.session.scalar(select(func.count(User.id))):
        return None
    password_hash = auth.hash_password(password)
    return create(SYSTEM, username="admin", display_name="Admin", password_hash=password_hash, role=Role.ADMIN)


def _keep_an_admin(user: User) -> None:
    others = select(User.id).where(User.role == Role.ADMIN, User.is_active.is_(True), User.id != user.id)
    if db.session.scalar(others.limit(1).with_for_update()) is None and not (
        user.role is Role.ADMIN and user.is_active
    ):
        raise Conflict("This is the last active admin; make another one first.", code="last_admin")
