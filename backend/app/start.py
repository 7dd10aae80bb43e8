"""From nothing to a server: settings, schema, the first admin, then gunicorn with the worker beside it."""

import secrets
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy.exc import DBAPIError

from . import create_app, schema, unit
from .config import BadSettings, Settings
from .extensions import db
from .services import users
from .workers import Worker

STALLED_AFTER = 20.0
"""Seconds without a byte of a body, or without one taken of an answer, after which the connection is given up."""


def serve() -> None:
    """API, web app and worker in one command."""
    app = ready_app()
    settings: Settings = app.config["SETTINGS"]
    Server(app, settings).run()


def work() -> None:
    """The background worker alone, until it is told to stop."""
    app = ready_app()
    click.echo("Closeloop's worker runs.")
    Worker(app).run()


def ready_app() -> Flask:
    """The application on a database of the newest schema. Raises BadSettings, NotReady."""
    app = create_app(Settings.load())
    with app.app_context():
        try:
            schema.bring_up()
            create_first_admin(app.config["SETTINGS"])
        except DBAPIError as error:
            where = db.engine.url.render_as_string(hide_password=True)
            raise BadSettings(f"DATABASE_URL: {where} cannot be worked with: {error.orig}") from error
        db.session.remove()
        db.engine.dispose()
    return app


def create_first_admin(settings: Settings) -> None:
    """User `admin` in an empty house; a generated password is shown this once."""
    password = settings.admin_password or secrets.token_urlsafe(12)
    created = unit.run(lambda: users.create_first_admin(password))
    if created is not None and settings.admin_password is None:
        click.echo(f"Created user admin with password {password} (it is not shown again).")


class Server(BaseApplication):
    """gunicorn with threads, configured from our settings alone."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        super().__init__()

    @property
    def address(self) -> str:
        everywhere = self.settings.host in ("127.0.0.1", "0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        return f"http://{'localhost' if everywhere else self._host}:{self.settings.port}"

    @property
    def _host(self) -> str:
        """As it stands before a port: an IPv6 address in brackets."""
        return f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._host}:{self.settings.port}",
            "workers": self.settings.web_workers,
            "threads": self.settings.web_threads,
            "worker_class": "gthread",
            "control_socket_disable": True,
            "when_ready": lambda _server: click.echo(f"Closeloop listens on {self.address}"),
            "post_worker_init": lambda _worker: Worker(self.app).start(),
            "pre_request": lambda _worker, request: request.unreader.sock.settimeout(STALLED_AFTER),
            "graceful_timeout": 20,
            "timeout": 60,
            "keepalive": 5,
            "loglevel": "warning",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.app
