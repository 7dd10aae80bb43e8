"""Every error as `application/problem+json` (RFC 9457) with a stable `code`. HTTP numbers stand here alone."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import structlog
from flask import Flask, Response, json
from flask_jwt_extended.exceptions import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from ...database import is_exhausted, is_lost_connection, is_lost_race
from ...domain import errors
from ...extensions import jwt

STATUS_OF: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Forbidden: 403,
    errors.Stale: 412,
    errors.Invalid: 422,
    errors.Unauthenticated: 401,
    errors.LockedOut: 429,
    errors.Busy: 503,
}

CODE_OF = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
}

FIELDS_NAMED, FIELD_LENGTH = 50, 1000
"""How many wrong fields one answer names, and how much of each name: senders choose both."""

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger()


def problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """The answer to a request that failed; empty members are left out."""
    return _response(_members(status, code, detail, **more), headers)


def _response(members: dict[str, Any], headers: Mapping[str, str] | None) -> Response:
    """A field's name is repeated as it was sent, half surrogate pairs too: those cannot be encoded."""
    body = json.dumps(members).encode(errors="replace")
    return Response(body, members["status"], headers, mimetype=MEDIA_TYPE)


def _members(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    base = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return base | {name: value for name, value in more.items() if value}


def as_members(error: errors.DomainError) -> dict[str, Any]:
    """A refusal as the members of a problem; also used for the single results of a bulk action."""
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    fields = [{"field": name, "message": text} for name, text in getattr(error, "errors", {}).items()]
    allowed = getattr(error, "allowed", None)
    return _members(status, error.code, error.detail, params=dict(error.params), errors=fields, allowed=allowed)


def of_domain_error(error: errors.DomainError) -> Response:
    members = as_members(error)
    headers = {"WWW-Authenticate": "Bearer"} if members["status"] == 401 else {}
    if retry_after := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(retry_after)
    return _response(members, headers)


def of_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    messages = (getattr(error, "data", None) or {}).get("messages")
    named = islice(flat(messages), FIELDS_NAMED) if messages else ()
    fields = [{"field": name[:FIELD_LENGTH], "message": text} for name, text in named]
    detail = "; ".join(f"{item['field']}: {item['message']}" for item in fields) or error.description or error.name
    methods = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(methods))} if methods else None
    return problem(status, CODE_OF.get(status, "error"), detail, headers, errors=fields)


def flat(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages as `("alerts.3.level", sentence)`; the location stands on top and is dropped."""
    if path == "" and isinstance(messages, Mapping) and set(messages) <= {"json", "query", "path"}:
        for inner in messages.values():
            yield from flat(inner, "")
    elif isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from flat(inner, ".".join(part for part in (path, str(name)) if part and part != "_schema"))
    elif isinstance(messages, list):
        yield path or "body", " ".join(map(str, messages))
    else:
        yield path or "body", str(messages)


def of_database_error(error: DBAPIError | PoolTimeout) -> Response:
    """Outside a unit of work (reads): what another try may heal is 503, the rest is ours."""
    if isinstance(error, PoolTimeout) or is_lost_race(error) or is_lost_connection(error) or is_exhausted(error):
        log.warning("database unavailable", error=str(error)[:300])
        return of_domain_error(errors.Busy("The database is not available now. Try again."))
    return of_unknown(error)


def of_unknown(error: Exception) -> Response:
    log.exception("unhandled error", exc_info=error)
    return problem(500, "internal", "Something went wrong on our side. It has been logged.")


def _refuse_token(code: str, detail: str) -> Response:
    return of_domain_error(errors.Unauthenticated(detail, code=code))


def register(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, of_domain_error)
    app.register_error_handler(HTTPException, of_http_exception)
    app.register_error_handler(DBAPIError, of_database_error)
    app.register_error_handler(PoolTimeout, of_database_error)
    app.register_error_handler(Exception, of_unknown)
    app.register_error_handler(CSRFError, lambda error: _refuse_token("csrf_failed", str(error)))
    jwt.unauthorized_loader(lambda reason: _refuse_token("unauthenticated", f"A token is needed: {reason}."))
    jwt.invalid_token_loader(lambda reason: _refuse_token("unauthenticated", f"The token is no good: {reason}."))
    jwt.expired_token_loader(lambda _header, _claims: _refuse_token("token_expired", "The token has expired."))
