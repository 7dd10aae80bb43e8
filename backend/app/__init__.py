"""Closeloop 闭环: incident management for operations teams."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.engine import make_url

from . import api, cli, database, log
from .config import ROOT, Settings
from .extensions import db, jwt, migrate


class Closeloop(Flask):
    def ensure_sync(self, func: Any) -> Any:
        """No view is a coroutine; Flask would look for it half a dozen times in every request."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application, wired; reads the environment unless it is given settings. Raises BadSettings."""
    settings = settings or Settings.load()
    app = Closeloop(__name__, static_folder=None)
    app.config.update(flask_config(settings))
    app.json.ensure_ascii, app.json.sort_keys = False, False  # type: ignore[attr-defined]
    log.configure(settings)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "backend" / "migrations"), render_as_batch=True, compare_type=True)
    jwt.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
    api.register(app)
    cli.register(app)
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """Our settings in the libraries' words."""
    return {
        "SETTINGS": settings,
        "SQLALCHEMY_DATABASE_URI": make_url(settings.database_url),
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.on_sqlite, settings.web_threads),
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "JWT_SECRET_KEY": settings.jwt_secret_key,
        "JWT_TOKEN_LOCATION": ["headers", "json", "cookies"],
        "JWT_COOKIE_SAMESITE": "Strict",
        "JWT_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "JWT_REFRESH_COOKIE_PATH": "/api/v1/auth",
        "JWT_REFRESH_CSRF_COOKIE_PATH": "/",
        "JWT_COOKIE_CSRF_PROTECT": True,
        "JWT_SESSION_COOKIE": False,
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=settings.refresh_token_days),
        "API_TITLE": "Closeloop",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
    }
