"""`make demo-migration`: an old system is migrated, served and removed again."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.importer.helpers import ROOT

PATIENCE = 150
"""Seconds."""

INSTALLED = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is not None

pytestmark = pytest.mark.skipif(
    not (ROOT / "frontend" / "dist" / "index.html").is_file(), reason="the web app is not built"
)


@contextmanager
def demo(folder: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The demo with its temporary files in `folder`."""
    process = subprocess.Popen(
        [sys.executable, "scripts/demo_migration.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def shows_everything(output: str) -> bool:
    commands = re.findall(r"^\$ python (.*?\.py(?: \w+)?)", output, re.MULTILINE)
    names = ("check", "run", "verify", "report")
    return (
        commands == [*(f"migrate_alert_system.py {name}" for name in names), "run.py"]
        and "Old and new agree." in output
        and bool(re.search(r"board +http://127\.0\.0\.1:\d+/incidents-new \(50 incidents\)", output))
        and bool(re.search(r"login +admin / \S{12}", output))
    )


@pytest.mark.skipif(not INSTALLED, reason="MariaDB is not installed")
def test_on_mariadb_it_stops_by_itself_when_asked_to(tmp_path: Path):
    with demo(tmp_path, "--once") as process:
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, output
    assert "in a temporary MariaDB" in output
    assert shows_everything(output), output
    assert list(tmp_path.iterdir()) == []


def test_on_sqlite_it_stays_until_ctrl_c(tmp_path: Path):
    with demo(tmp_path, "--sqlite") as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(signal.SIGINT)
        output = "".join(lines) + process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0, output
    assert "in a temporary SQLite file" in output
    assert shows_everything(output), output
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == []
