"""What operators type: `.venv/bin/flask COMMAND` at the repository root."""

from flask import Flask

from . import demo, flows, openapi


def register(app: Flask) -> None:
    for command in (demo.group, flows.group, openapi.group):
        app.cli.add_command(command)
