"""A request that writes owns one transaction, and only the unit of work ends it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

APP = Path(__file__).resolve().parents[2] / "backend" / "app"
ENDS_TRANSACTIONS = {"commit", "begin_nested"}
WRITES_STATUS = {"services/moves.py"}
IMPORTER = "importer/"
"""Commits batch by batch on connections of its own, and writes rows in the state that they had in the old system."""


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Everything in the application's code but the importer's, with the file it stands in."""
    for path in APP.rglob("*.py"):
        name = path.relative_to(APP).as_posix()
        if name.startswith(IMPORTER):
            continue
        yield from ((name, node) for node in ast.walk(ast.parse(path.read_text())))


def test_nothing_but_the_unit_of_work_commits():
    commits = {name for name, node in nodes() if isinstance(node, ast.Attribute) and node.attr in ENDS_TRANSACTIONS}
    assert commits == {"unit.py"}


def test_nothing_but_a_move_along_a_flow_writes_a_status():
    writing = set()
    for name, node in nodes():
        targets = node.targets if isinstance(node, ast.Assign) else []
        assigned = any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets)
        in_values = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "values"
            and "status" in [keyword.arg for keyword in node.keywords]
        )
        if assigned or in_values:
            writing.add(name)
    assert writing == WRITES_STATUS


def test_every_route_that_writes_is_a_unit_of_work(migrated_app: Flask):
    writing = [
        (rule, migrated_app.view_functions[rule.endpoint])
        for rule in migrated_app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert writing
    assert [str(rule) for rule, view in writing if not getattr(view, "is_unit_of_work", False)] == []
