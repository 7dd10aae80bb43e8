"""A request that writes owns one transaction, and only the unit of work ends it."""

import ast
from pathlib import Path

from flask import Flask

APP = Path(__file__).resolve().parents[2] / "backend" / "app"
CHECKS_A_PASSWORD_FIRST = {"auth.login"}
"""Its unit begins after the slow check, so that no write lock is held meanwhile."""

ENDS_TRANSACTIONS = {"commit", "begin_nested"}


def test_services_models_and_routes_never_commit():
    below = [*(APP / "services").rglob("*.py"), *(APP / "models").rglob("*.py"), *(APP / "api").rglob("*.py")]
    commits = [
        f"{path.relative_to(APP)}:{node.lineno}"
        for path in below
        if "wire" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ENDS_TRANSACTIONS
    ]
    assert commits == []


def test_every_route_that_writes_is_a_unit_of_work(migrated_app: Flask):
    writing = [
        (rule, migrated_app.view_functions[rule.endpoint])
        for rule in migrated_app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"} and rule.endpoint not in CHECKS_A_PASSWORD_FIRST
    ]
    assert writing
    assert [str(rule) for rule, view in writing if not getattr(view, "is_unit_of_work", False)] == []
