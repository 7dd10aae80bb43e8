"""A week of an operations team, to look around in: `.venv/bin/flask demo load`."""

import os
import secrets
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from ... import schema, unit
from ...config import Settings
from ...extensions import db
from ...models import User
from .play import play

group = AppGroup("demo", help="A week of an operations team, to look around in.")


@group.command("load")
@click.option("--on-mysql", is_flag=True, help="Load it into a MySQL or MariaDB database too.")
def load(on_mysql: bool) -> None:
    """Fill an empty database, and say how to log in. Loads nothing where there are people already."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.on_sqlite and not on_mysql:
        raise click.ClickException("DATABASE_URL is not SQLite. Demo data is kept out of production: nothing loaded.")
    try:
        schema.bring_up()
    except schema.NotReady as error:
        raise click.ClickException(str(error)) from None
    file = _password_file(settings)
    if db.session.scalar(select(func.count(User.id))) == 0:
        password = secrets.token_urlsafe(9)
        unit.run(lambda: play(password, settings))
        _keep(password, file)
        click.echo("Loaded the demo week.")
    elif file is None or not file.is_file():
        click.echo("The database has people already: no demo data loaded.")
        return
    else:
        password = file.read_text().strip()
    click.echo(f"Log in as admin (or zhangwei, lina, wangfang, chenjie, james) with password {password}")


def _password_file(settings: Settings) -> Path | None:
    """Where the demo's password is kept: beside the SQLite file. It is never the same twice."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database).resolve().parent / "demo-password"


def _keep(password: str, file: Path | None) -> None:
    if file is not None:
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
            kept.write(password + "\n")
