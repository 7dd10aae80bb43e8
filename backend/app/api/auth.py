"""Logging in and out. Access tokens live minutes; a refresh token works once."""

from typing import Any

from flask import Response, current_app, g, make_response, request
from flask_jwt_extended import (
    get_jwt,
    get_jwt_request_location,
    set_refresh_cookies,
    unset_refresh_cookies,
    verify_jwt_in_request,
)

from ..domain.roles import Role
from ..schemas.users import LoginIn, PasswordIn, PersonalIn, RefreshIn, TokensOut, UserOut
from ..services import auth, users
from .wire import Blueprint, needs, outside, seen_version, tagged, unit_of_work

blp = Blueprint("auth", __name__, url_prefix="/api/v1/auth", description="Tokens, and who I am")

OPEN: dict[str, Any] = {"security": []}
TOKENS = TokensOut()
LONGEST_BODY = 128 * 1024
"""Bytes. These are open to everybody, and take little."""


@blp.before_request
def _expect_little() -> None:
    request.max_content_length = min(LONGEST_BODY, request.max_content_length or LONGEST_BODY)


@blp.post("/login")
@unit_of_work
@blp.doc(**OPEN)
@blp.arguments(LoginIn)
@blp.alt_response(200, schema=TokensOut, success=True)
def login(body: dict[str, Any]) -> Response:
    """Trade name and password for tokens.

    401 `bad_credentials`; 429 `locked_out` after repeated failures, whether or not the user exists.
    """
    claim = outside(auth.check_password, body["username"].lower(), body["password"])
    return _hand_out(auth.login(claim), as_cookie=body["use_cookie"])


@blp.post("/refresh")
@unit_of_work
@blp.doc(**OPEN)
@blp.arguments(RefreshIn, required=False)
@blp.alt_response(200, schema=TokensOut, success=True)
def refresh(body: dict[str, Any]) -> Response:
    """Trade a refresh token for new tokens.

    It comes as Bearer, in the body, or as cookie with its `X-CSRF-TOKEN`. Each works once:
    one that comes back ends the session (401 `token_revoked`).
    """
    claims = _claims()
    tokens = auth.refresh(int(claims["sid"]), claims["rid"])
    return _hand_out(tokens, as_cookie=get_jwt_request_location() == "cookies")


@blp.post("/logout")
@unit_of_work
@blp.doc(**OPEN)
@blp.arguments(RefreshIn, required=False)
@blp.alt_response(204, success=True)
def logout(body: dict[str, Any]) -> Response:
    """End the session of the access or refresh token given; both stop working at once."""
    auth.logout(int(_claims(refresh_only=False)["sid"]))
    response = make_response("", 204)
    unset_refresh_cookies(response)
    return response


@blp.get("/me")
@needs(Role.VIEWER)
@blp.response(200, UserOut)
def me() -> Any:
    """Who I am."""
    return tagged(users.get(g.actor.id))


@blp.patch("/me")
@unit_of_work
@needs(Role.VIEWER)
@blp.arguments(PersonalIn)
@blp.response(200, UserOut)
def edit_me(body: dict[str, Any]) -> Any:
    """Change what is mine to change: name, address, language, time zone."""
    return tagged(users.edit_self(g.actor, seen_version(), **body))


@blp.post("/password")
@unit_of_work
@needs(Role.VIEWER)
@blp.arguments(PasswordIn)
@blp.response(204)
def change_password(body: dict[str, Any]) -> None:
    """Change my password; my other sessions end.

    422 `wrong_password`, which counts as a failed login; 429 `locked_out` after repeated ones.
    """
    claim = outside(auth.check_password, users.get(g.actor.id).username, body["current_password"])
    password_hash = outside(auth.hash_password, body["new_password"]) if claim.proven_by else ""
    auth.change_password(g.actor, g.session_id, claim, password_hash)


def _claims(*, refresh_only: bool = True) -> dict[str, Any]:
    """The claims of the token, wherever it stands: header, body, or cookie with its CSRF header."""
    verify_jwt_in_request(refresh=True, verify_type=refresh_only, locations=["headers", "json", "cookies"])
    return get_jwt()


def _hand_out(tokens: auth.Tokens, *, as_cookie: bool) -> Response:
    body = TOKENS.dump(tokens)
    if not as_cookie:
        return make_response(body)
    del body["refresh_token"]
    response = make_response(body)
    set_refresh_cookies(response, tokens.refresh_token, max_age=current_app.config["JWT_REFRESH_TOKEN_EXPIRES"])
    return response
