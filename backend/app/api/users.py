"""People. Everybody may look them up (to assign work), admins administer them."""

from typing import Any

from flask import g

from ..domain.roles import Role
from ..schemas.users import UserArgs, UserIn, UserOut, UserPageOut, UserPatchIn
from ..services import auth, users
from .wire import Blueprint, idempotent, needs, outside, page, seen_version, tagged, unit_of_work

blp = Blueprint("users", __name__, url_prefix="/api/v1/users", description="People and their roles")


@blp.get("")
@needs(Role.VIEWER)
@blp.arguments(UserArgs, location="query")
@blp.response(200, UserPageOut)
def search(args: dict[str, Any]) -> Any:
    """People by name."""
    return page(users.search, args)


@blp.post("")
@unit_of_work
@needs(Role.ADMIN)
@idempotent
@blp.arguments(UserIn)
@blp.response(201, UserOut)
def create(body: dict[str, Any]) -> Any:
    """Add somebody. 422 `username_taken`."""
    return tagged(users.create(g.actor, **_hashed(body)), 201)


@blp.get("/<ident:user_id>")
@needs(Role.VIEWER)
@blp.response(200, UserOut)
def get(user_id: int) -> Any:
    """One person."""
    return tagged(users.get(user_id))


@blp.patch("/<ident:user_id>")
@unit_of_work
@needs(Role.ADMIN)
@blp.arguments(UserPatchIn)
@blp.response(200, UserOut)
def edit(body: dict[str, Any], user_id: int) -> Any:
    """Change role, name, password, or whether they may log in at all. 409 `last_admin`.

    A deactivated person's tokens stop working at once, as after a new password.
    """
    return tagged(users.edit(user_id, g.actor, seen_version(), **_hashed(body)))


def _hashed(body: dict[str, Any]) -> dict[str, Any]:
    """With `password_hash` in place of a password."""
    if "password" in body:
        body["password_hash"] = outside(auth.hash_password, body.pop("password"))
    return body
