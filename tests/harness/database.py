"""The schema by the migrations, and all rows gone after each test."""

from pathlib import Path

import flask_migrate
from flask import Flask

from backend.app.extensions import Base, db

MIGRATIONS = Path(__file__).resolve().parents[2] / "backend" / "migrations"


def migrate(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade(str(MIGRATIONS))


def empty(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
