"""The OpenAPI document as a file."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

group = AppGroup("openapi", help="The OpenAPI document.")


def document() -> str:
    """The document as it is served, in a stable order."""
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return json.dumps(api.spec.to_dict(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@group.command("write")
@click.argument("path", type=click.Path(path_type=Path))
def write(path: Path) -> None:
    """Write it to PATH."""
    path.write_text(document(), encoding="utf-8")
    click.echo(f"wrote {path}")
