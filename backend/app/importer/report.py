"""A page that an operator can show: what came over, what did not and why."""

from pathlib import Path

from .engines import OldEngine
from .journal import Journal


def write(engine: OldEngine, noted: Journal, path: Path) -> None:
    path.write_text("")
