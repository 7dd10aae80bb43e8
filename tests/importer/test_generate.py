"""Random old databases load into both engines as they are described, and cover every rule."""

import tomllib
from collections import Counter

import pytest
from sqlalchemy import create_engine

from tests.importer.oldworld.generate import OldDatabase, old_database
from tests.importer.oldworld.oracle import expected

MANY = range(200)


def outcomes() -> Counter[str]:
    """Everything that the oracle says of many databases: results, reasons, statuses and warnings."""
    seen: Counter[str] = Counter()
    for old in map(old_database, MANY):
        for row in expected(old.rows, old.columns, old.mapping)["rows"]:
            seen.update(row["warnings"])
            seen.update(f"{name} {row.get(name)}" for name in ("reason", "alert", "incident", "severity", "resolution"))
            seen.update(f"action {status}" for status in row.get("actions", []))
            seen["linked duplicate"] += "linked_to" in row
            seen["test"] += row.get("test", False)
            seen["notes"] += row.get("timeline_notes", 0)
    return seen


def test_the_same_seed_gives_the_same_database():
    assert old_database(7) == old_database(7)
    assert old_database(7) != old_database(8)


def test_every_outcome_occurs():
    seen = outcomes()

    wanted = [
        *("reason deleted", "reason duplicate_row", "reason no_text", "reason no_time", "reason unknown_status"),
        *("alert Ignored", "alert Linked", "alert Pending", "alert Resolved", "linked duplicate", "test", "notes"),
        *("incident Pending", "incident InProgress", "incident Recovering", "incident Recovered"),
        *("incident AwaitingPostmortem", "incident Closed", "resolution FalseAlarm", "action Open", "action Done"),
        *("severity P1", "severity P2", "severity P3", "severity P4"),
        *("level_defaulted", "status_blank", "title_cut", "title_from_description", "timeline_not_json"),
        *("fired_at_fallback", "detected_before_started", "acknowledged_before_fired"),
        *("recovered_before_fired", "recovered_unknown"),
        *("text_cut_in_a_character", "text_was_gbk", "text_not_decodable"),
    ]
    assert [outcome for outcome in wanted if seen[outcome] < 5] == []


def test_the_mapping_file_says_what_the_mapping_says():
    for old in map(old_database, MANY):
        if old.mapping_toml is None:
            assert old.table == "incidents"
            continue
        file = tomllib.loads(old.mapping_toml)
        columns = {
            ours: [theirs] if isinstance(theirs, str) else theirs for ours, theirs in file.pop("columns").items()
        }
        assert file.pop("table") == old.table
        assert {"columns": columns, "status": {}, "level": {}, **file} == old.mapping


@pytest.mark.parametrize("seed", range(20))
def test_it_loads(new_database, seed):
    url, old = new_database(), old_database(seed)
    statements = old.sql_sqlite if url.startswith("sqlite") else old.sql_mariadb
    if statements is None:
        pytest.skip("only MariaDB can hold this table")
    engine = create_engine(url)

    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        texts = [column for column, kind in old.columns.items() if kind == "text"]
        listed = ", ".join(f"HEX(`{column}`)" for column in texts)
        found = connection.exec_driver_sql(f"SELECT {listed} FROM `{old.table}`").all()
    engine.dispose()

    assert sorted(tuple(text or "" for text in row) for row in found) == in_hex(old, texts)


def in_hex(old: OldDatabase, columns: list[str]) -> list[tuple[str, ...]]:
    values = [[row[column] or b"" for column in columns] for row in old.rows]
    return sorted(
        tuple((value.encode() if isinstance(value, str) else value).hex().upper() for value in row) for row in values
    )
