"""Who is calling: a person with an access token, or a machine with an integration key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import jwt
from flask import current_app, g, request
from werkzeug.datastructures import Authorization

from ...domain.errors import Forbidden, Unauthenticated
from ...domain.integration import IntegrationKind
from ...domain.roles import Actor, Role
from ...services import auth, integrations

View = Callable[..., Any]


def needs(role: Role, *, keys: bool = False) -> Callable[[View], View]:
    """Let only people with `role` pass (401, 403); with `keys` also any integration key.

    The caller is `g.actor` afterwards.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            key = integration_key() if keys else None
            g.actor = actor = integrations.actor_of_key(key) if key else _person()
            if not actor.role.includes(role):
                raise Forbidden(f"This needs the role {role}, or one above it.", code="role_required", role=str(role))
            return view(*args, **kwargs)

        run.needs = role  # type: ignore[attr-defined]
        return run

    return decorate


def needs_key(kind: IntegrationKind) -> Callable[[View], View]:
    """Let only a key of one kind pass: Bearer, Basic password or `?key=`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            key = integration_key()
            if key is None:
                raise Unauthenticated("An integration key is needed: as Bearer, as Basic password, or as ?key=.")
            g.actor = integrations.actor_of_key(key, kind)
            return view(*args, **kwargs)

        run.needs = kind  # type: ignore[attr-defined]
        return run

    return decorate


def integration_key() -> str | None:
    """The key as the request carries it, whatever way the sender can be configured to send one."""
    sent = _authorization()
    if sent is not None and sent.type == "basic" and sent.password:
        return sent.password
    if sent is not None and sent.type == "bearer" and (sent.token or "").startswith(integrations.KEY_PREFIX):
        return sent.token
    return request.args.get("key")


def _authorization() -> Authorization | None:
    try:
        return request.authorization
    except ValueError:
        raise Unauthenticated("The Authorization header cannot be read.") from None


def _person() -> Actor:
    """The person behind an access token, decoded once: this stands before every request's work."""
    sent = _authorization()
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Unauthenticated("Send an access token: Authorization: Bearer ….")
    try:
        claims = jwt.decode(sent.token, current_app.config["JWT_SECRET_KEY"], algorithms=["HS256"])
    except jwt.ExpiredSignatureError:
        raise Unauthenticated("The access token has expired.", code="token_expired") from None
    except jwt.PyJWTError:
        raise Unauthenticated("This is not an access token of ours.") from None
    if claims.get("type") != "access":
        raise Unauthenticated("This is a refresh token; an access token is needed.")
    g.session_id = int(claims["sid"])
    return auth.actor_of_session(int(claims["sub"]), g.session_id)
