"""One history of migrations, on whichever engine the tests run."""

from collections.abc import Iterator
from dataclasses import replace

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from backend.app import create_app
from backend.app.config import Settings
from backend.app.extensions import Base, db
from tests.harness.database import MIGRATIONS


@pytest.fixture
def fresh_app(settings: Settings, new_database) -> Iterator[Flask]:
    app = create_app(replace(settings, database_url=new_database()))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_history_is_one_line():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_the_migrations_make_what_the_models_say(migrated_app: Flask):
    with migrated_app.app_context():
        flask_migrate.check(str(MIGRATIONS))


def test_all_the_way_up_down_and_up_again(fresh_app: Flask):
    flask_migrate.upgrade(str(MIGRATIONS))
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())
    flask_migrate.downgrade(str(MIGRATIONS), revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    flask_migrate.upgrade(str(MIGRATIONS))
    flask_migrate.check(str(MIGRATIONS))
