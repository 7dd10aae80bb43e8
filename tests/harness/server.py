"""The real thing: `python run.py` in a process of its own, on a port of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.harness.mariadb import free_port

ROOT = Path(__file__).resolve().parents[2]
ADMIN_PASSWORD = "loop-the-loop-42"


@dataclass(frozen=True)
class Running:
    url: str
    pid: int


@contextmanager
def running_server(
    database_url: str, folder: Path, command: Sequence[str] = ("run.py",), **settings: str
) -> Iterator[Running]:
    """Until the block ends; `folder` takes the log. Needs a `/readyz`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    given = {
        "DATABASE_URL": database_url,
        "JWT_SECRET_KEY": "tests-only-" * 4,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "ADMIN_PASSWORD": ADMIN_PASSWORD,
        "LOG_FILE": str(folder / "app.log"),
    }
    output = folder / "output.log"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **given, **settings},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(process, url, output)
            yield Running(url, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen, url: str, output: Path) -> None:
    deadline = time.monotonic() + 30
    answer = "nothing"
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as error:
            answer = error.read().decode()
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    printed = output.read_text(errors="replace")
    raise RuntimeError(f"python run.py did not come up; /readyz said: {answer}; it printed:\n{printed}")
