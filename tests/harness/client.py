"""Flask's test client with the few habits that every API test shares."""

from typing import Any, Self

from flask import Flask
from flask_jwt_extended import create_access_token
from werkzeug.test import TestResponse

from backend.app.domain import clock
from backend.app.extensions import db
from backend.app.models import LoginSession, User


class Client:
    """Paths without a leading slash lie under /api/v1; bodies are JSON; cookies are kept per client."""

    def __init__(self, app: Flask, authorization: str | None = None, user: User | None = None) -> None:
        self.app = app
        self.http = app.test_client()
        self.authorization = authorization
        self.user: Any = user
        self.key: str | None = None

    def as_(self, user: User) -> Self:
        """The same with a token of this person, without the price of a login."""
        with self.app.app_context():
            session = LoginSession(user_id=user.id, refresh_id="-", expires_at=clock.now().replace(year=9999))
            db.session.add(session)
            db.session.commit()
            token = create_access_token(str(user.id), additional_claims={"sid": str(session.id)})
        return type(self)(self.app, f"Bearer {token}", user)

    def with_key(self, key: str) -> Self:
        bound = type(self)(self.app, f"Bearer {key}")
        bound.key = key
        return bound

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.send("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.send("POST", path, json=body, headers=headers)

    def patch(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.send("PATCH", path, json=body, headers=headers)

    def delete(self, path: str, **headers: str) -> TestResponse:
        return self.send("DELETE", path, headers=headers)

    def move(self, path: str, to: str, **needs: Any) -> TestResponse:
        """`responder.move("incidents/1", "Closed", note="false alarm")`"""
        return self.post(f"{path}/transitions", {"to": to, **needs})

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **rest: Any) -> TestResponse:
        """Anything else: raw `data=`, a header by its wire name. `If_Match=` stands for If-Match."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.authorization:
            sent.setdefault("Authorization", self.authorization)
        if rest.get("json", ...) is None:
            del rest["json"]
        url = path if path.startswith("/") else f"/api/v1/{path}"
        return self.http.open(url, method=method, headers=sent, **rest)
