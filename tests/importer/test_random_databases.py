"""Random old databases are migrated as an independent, slow implementation of the rules says."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine

from backend.app.importer.engines import open_engine
from backend.app.importer.mapping import MappingFile, read_mapping
from backend.app.importer.run import Options, job_for, run
from backend.app.importer.verify import verify
from tests.importer.oldworld.compare import normalise, read_new, read_rejects, rejects
from tests.importer.oldworld.generate import OldDatabase, old_database
from tests.importer.oldworld.oracle import expected

SEEDS = range(24)
TOTALS = ("rows", "skipped", "rejected", "alerts", "incidents", "warnings")


@pytest.fixture
def context(migrated_app: Flask) -> Iterator[None]:
    with migrated_app.app_context():
        yield


def load(url: str, old: OldDatabase) -> None:
    statements = old.sql_sqlite if url.startswith("sqlite") else old.sql_mariadb
    engine = create_engine(url)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        for statement in statements or []:
            cursor.execute(statement)
        connection.commit()
    engine.dispose()


def migrate(url: str, mapping: MappingFile) -> tuple[dict[str, Any], list[str]]:
    """What the run counted, and the differences that `verify` found."""
    with closing(open_engine(url)) as engine:
        noted = run(engine, Options(mapping, batch=7), lambda text: None, lambda rows, total: None)
        return noted.progress.result(), verify(engine, job_for(engine, noted), noted).differences


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_becomes_what_the_rules_say(context: None, new_database: Any, tmp_path: Path, seed: int):
    old, url = old_database(seed), new_database()
    if url.startswith("sqlite") and old.sql_sqlite is None:
        pytest.skip("only MariaDB holds such a table")
    load(url, old)
    mapping = MappingFile()
    if old.mapping_toml is not None:
        (tmp_path / "mapping.toml").write_text(old.mapping_toml)
        mapping = read_mapping(tmp_path / "mapping.toml")
    result, differences = migrate(url, mapping)
    wanted = expected(old.rows, old.columns, old.mapping)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert normalise(read_new(connection)) == normalise(wanted["rows"])
        assert read_rejects(connection) == rejects(wanted["rows"])
    engine.dispose()
    assert {name: result[name] for name in TOTALS} == {name: wanted["totals"][name] for name in TOTALS}
    assert differences == []
