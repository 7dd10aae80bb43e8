"""The three given old databases, row by row, as `.expected.json` says; they are MariaDB's."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine

from backend.app.importer.engines import open_engine
from backend.app.importer.mapping import MappingFile, read_mapping
from backend.app.importer.run import Options, run
from tests.importer.helpers import load_sql
from tests.importer.oldworld.compare import normalise, read_new, read_rejects, rejects

FOLDER = Path(__file__).parent / "old_databases"
SCHEMAS = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))


def test_there_are_three():
    assert [name[:2] for name in SCHEMAS] == ["01", "02", "05"]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_row_becomes_what_is_expected(migrated_app: Flask, new_database: Any, schema: str):
    url = new_database()
    if url.startswith("sqlite"):
        pytest.skip("the files are MariaDB's")
    load_sql(url, schema)
    file = FOLDER / f"{schema[:2]}.toml"
    mapping = read_mapping(file) if file.exists() else MappingFile()
    with migrated_app.app_context(), closing(open_engine(url)) as engine:
        run(engine, Options(mapping), lambda _: None, lambda *_: None)
    wanted = json.loads((FOLDER / f"{schema}.expected.json").read_text())["rows"]
    engine = create_engine(url)
    with engine.connect() as connection:
        assert normalise(read_new(connection)) == normalise(wanted)
        assert read_rejects(connection) == rejects(wanted)
    engine.dispose()
