"""Imports look down only; docs/architecture.md has the picture."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "backend" / "app"
SUPPORT = {"extensions", "config"}

# What wires things at the edge (create_app, cli/, workers/) may import anything and does not stand here.
MAY_IMPORT = {
    "domain": set(),
    "extensions": set(),
    "config": {"domain"},
    "database": set(),
    "statement": {"database", "extensions"},
    "unit": {"database", "domain", "extensions", "statement"},
    "models": {"domain", "extensions"},
    "schemas": {"domain"},
    "services": {"models", "domain", "statement"} | SUPPORT,
    "integrations": {"domain"},
    "schema": SUPPORT,
    "importer": {"models", "domain", "schema"} | SUPPORT,
    "api": {"services", "schemas", "integrations", "models", "domain", "database", "unit"} | SUPPORT,
}


def layer_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Full names of all that a file imports, relative ones resolved."""
    package = ["backend", "app", *path.relative_to(APP).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            yield from (".".join([*module, alias.name]) for alias in node.names)


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_what_lies_below_it(layer: str):
    files = [path for path in APP.rglob("*.py") if layer_of(path) == layer]
    assert files, f"no such layer: {layer}"
    wrong = [
        f"{path.relative_to(APP)} imports {name}"
        for path in files
        for name in imported(path)
        if name.startswith("backend.app.") and name.split(".")[2] not in MAY_IMPORT[layer] | {layer}
    ]
    assert wrong == []


def test_the_domain_knows_neither_the_web_nor_the_database():
    outside = {"flask", "sqlalchemy", "marshmallow", "werkzeug"}
    files = (APP / "domain").glob("*.py")
    assert [p.name for p in files if outside & {name.split(".")[0] for name in imported(p)}] == []
