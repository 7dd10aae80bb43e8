"""docs/curl-loop.sh does what it says, against a real server process."""

import os
import subprocess
from pathlib import Path

from tests.harness.server import ADMIN_PASSWORD, ROOT, running_server


def test_the_whole_loop_by_curl_alone(new_database, tmp_path: Path):
    with running_server(new_database(), tmp_path) as server:
        run = subprocess.run(
            ["sh", "docs/curl-loop.sh"],
            cwd=ROOT,
            env={**os.environ, "BASE_URL": server.url, "ADMIN_PASSWORD": ADMIN_PASSWORD},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "is Closed" in run.stdout
    assert "is Verified" in run.stdout
    timeline = run.stdout.split("--- the timeline")[1]
    told = ["created", "note", "InProgress", "Recovering", "Recovered", "Published", "Closed", "Verified"]
    assert [word for word in told if word not in timeline] == []
