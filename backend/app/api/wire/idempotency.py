"""`Idempotency-Key`: the same request sent twice is done once and answered twice."""

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, request
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from ...domain.errors import DomainError, Invalid
from ...extensions import db
from ...models import Answer
from .body import read_body

KEY_LENGTH = 200


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Under a key, keep the answer in the same transaction as the work, and give it again.

    Stands below `needs` (a key belongs to its caller) and above the serialisation. Of two requests at the same
    time the second is run again, and finds the answer: it loses the race for the unique key, or is refused
    because of what the first did. Refusals are not kept: they changed nothing.
    """

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(*args, **kwargs)
        if not 0 < len(key) <= KEY_LENGTH:
            raise Invalid({"Idempotency-Key": f"1 to {KEY_LENGTH} characters."})
        g.idempotency_key = key
        key_hash = _digest(f"{g.actor.kind}:{g.actor.id}\n{request.method} {request.path}\n{key}".encode())
        body_hash = _digest(read_body())
        answered = select(Answer).where(Answer.key_hash == key_hash)
        kept = db.session.scalar(answered)
        if kept is None:
            try:
                response = make_response(view(*args, **kwargs))
            except DomainError:
                # Under a lock one reads what is there now, not what was there when this transaction began.
                if db.session.scalar(answered.with_for_update(read=True)) is None:
                    raise
                raise StaleDataError("answered meanwhile, under the same key") from None
            _keep(response, key_hash, body_hash)
            return response
        if kept.body_hash != body_hash:
            raise Invalid({"Idempotency-Key": "Was used with another body."}, code="idempotency_key_reused")
        return _again(kept)

    return run


def _keep(response: Response, key_hash: str, body_hash: str) -> None:
    db.session.add(
        Answer(
            key_hash=key_hash,
            body_hash=body_hash,
            status=response.status_code,
            body=response.get_data(as_text=True),
            etag=response.headers.get("ETag"),
        )
    )
    db.session.flush()


def _again(kept: Answer) -> Response:
    response = Response(kept.body, kept.status, mimetype="application/json")
    if kept.etag:
        response.headers["ETag"] = kept.etag
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _digest(data: bytes) -> str:
    """Under our own secret: a body may hold a password, which a plain digest would let somebody guess."""
    return hmac.new(current_app.config["JWT_SECRET_KEY"].encode(), data, hashlib.sha256).hexdigest()
