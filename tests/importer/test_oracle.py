"""The oracle agrees with the expectations that were written by hand for three old databases."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.importer.oldworld import sqlfile
from tests.importer.oldworld.oracle import expected

FOLDER = Path(__file__).parent / "old_databases"
REGISTER_COLUMNS = {
    "id": ["编号"],
    "title": ["故障标题"],
    "description": ["故障描述"],
    "status": ["故障状态"],
    "level": ["故障级别"],
    "service": ["所属系统"],
    "source": ["发现方式"],
    "started_at": ["发生时间"],
    "recovered_at": ["恢复时间"],
    "created_at": ["登记时间"],
    "impact": ["影响范围"],
    "root_cause": ["故障原因"],
    "solution": ["解决方案"],
    "actions": ["改进措施"],
    "handler": ["处理人"],
    "reporter": ["登记人"],
    "deleted": ["是否删除"],
}
PLATFORM_ACTION_STATES = {"0": "Open", "1": "InProgress", "2": "Done", "3": "Verified", "4": "Cancelled"}


def mapping_of(number: str) -> dict[str, Any]:
    """The mapping file of a database, with every column in a list."""
    if number == "01":  # needs no file
        return {"columns": REGISTER_COLUMNS}
    mapping = tomllib.loads((FOLDER / f"{number}.toml").read_text(encoding="utf-8"))
    mapping["columns"] = {
        ours: [theirs] if isinstance(theirs, str) else theirs for ours, theirs in mapping["columns"].items()
    }
    return mapping


def children_of(number: str, file: Path) -> dict[str, Any] | None:
    if number != "05":
        return None
    return {
        "actions": {
            "rows": sqlfile.rows(file, "incident_actions"),
            "parent": "incident_id",
            "state": "state",
            "owner": "owner_id",
            "checker": "checker_id",
        },
        "timeline": {"rows": sqlfile.rows(file, "incident_logs"), "parent": "incident_id"},
    }


@pytest.fixture(params=["01", "02", "05"], scope="module")
def database(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the oracle says of a database, and what was written by hand."""
    number = request.param
    (file,) = FOLDER.glob(f"{number}-*.sql")
    mapping = mapping_of(number)
    if number == "05":
        mapping["action_status"] = PLATFORM_ACTION_STATES
    rows, columns = sqlfile.rows(file, "incidents"), sqlfile.columns(file, "incidents")
    by_hand = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return expected(rows, columns, mapping, children=children_of(number, file)), by_hand


def test_it_gives_the_same_totals(database):
    oracle, by_hand = database

    assert oracle["totals"] == {name: by_hand["totals"][name] for name in oracle["totals"]}


def test_it_gives_the_same_rows(database):
    oracle, by_hand = database

    assert [comparable(row) for row in oracle["rows"]] == [comparable(row) for row in by_hand["rows"]]


def comparable(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what only one of the two says; warnings have no order."""
    only_in_one = {"raw_status", "raw_level", "recovered_at"}
    return {name: value for name, value in row.items() if name not in only_in_one} | {
        "warnings": sorted(row["warnings"])
    }
