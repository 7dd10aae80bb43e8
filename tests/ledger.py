"""All that the database holds, so that a test can prove what a request changed, or that it changed nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.app.extensions import Base, db
from backend.app.models import Event, TimelineEntry


class Ledger:
    def __init__(self, app: Flask) -> None:
        self.app = app

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, by table."""
        with self.app.app_context(), db.engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in Base.metadata.sorted_tables
            }

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Fails when the block leaves a trace: no status, timeline, event, version, nothing."""
        before = self.everything()
        yield
        after = self.everything()
        assert [name for name in before if before[name] != after[name]] == []

    def row(self, model: Any, ident: int) -> Any:
        with self.app.app_context():
            return db.session.get_one(model, ident)

    def count(self, model: Any) -> int:
        return len(self.all(model))

    def all(self, model: Any) -> list[Any]:
        with self.app.app_context():
            return list(db.session.scalars(select(model).order_by(model.id)))

    def events(self, entity: str, ident: int | None = None) -> list[Event]:
        return [event for event in self.all(Event) if event.entity == entity and ident in (None, event.entity_id)]

    def timeline(self, incident_id: int) -> list[TimelineEntry]:
        return [entry for entry in self.all(TimelineEntry) if entry.incident_id == incident_id]


@pytest.fixture
def ledger(app: Flask) -> Ledger:
    return Ledger(app)


def refused(response: TestResponse, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The problem, after a look at what every problem has."""
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    problem: dict[str, Any] = response.json or {}
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["title"]
    assert problem["detail"]
    if field is not None:
        assert field in [error["field"] for error in problem["errors"]]
    return problem
