"""What the stack itself costs: a Flask echo and one ORM insert, under the same server with the same settings.

`python -m bench.bare` listens like `python run.py` does.
"""

from typing import Any

import flask_sqlalchemy
from flask import Flask, jsonify, request
from sqlalchemy import JSON, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.app import database, flask_config
from backend.app.config import Settings
from backend.app.start import Server


class Base(DeclarativeBase):
    pass


db = flask_sqlalchemy.SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class BareAlert(db.Model):
    """As many columns as a request body fills."""

    __tablename__ = "bare_alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(1000))
    level: Mapped[str] = mapped_column(String(24))
    alert_source: Mapped[str] = mapped_column(String(64))
    fired_at: Mapped[str] = mapped_column(String(40))
    labels: Mapped[dict[str, str]] = mapped_column(JSON)


class BareServer(Server):
    """The same gunicorn without our background worker."""

    def load_config(self) -> None:
        super().load_config()
        self.cfg.set("post_worker_init", lambda _worker: None)


def create_bare_app(settings: Settings) -> Flask:
    app = Flask(__name__)
    app.config.update(flask_config(settings))
    db.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
        db.create_all()
        db.engine.dispose()

    @app.get("/readyz")
    def readyz() -> Any:
        return {}

    @app.post("/echo")
    def echo() -> Any:
        return jsonify(request.get_json())

    @app.post("/insert")
    def insert() -> Any:
        row = BareAlert(**request.get_json())
        db.session.add(row)
        db.session.commit()
        return {"id": row.id}, 201

    return app


if __name__ == "__main__":
    settings = Settings.load()
    BareServer(create_bare_app(settings), settings).run()
