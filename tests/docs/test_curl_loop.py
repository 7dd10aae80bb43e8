"""docs/curl-loop.sh and the examples of the READMEs do what they say, against a real server process."""

import os
import re
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_examples_of_the_readme_work_one_after_the_other(new_database, tmp_path: Path, readme: str):
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / readme).read_text(), re.DOTALL)
    script = "\n".join(block for block in blocks if "curl" in block or "API=" in block)
    with running_server(new_database(), tmp_path) as server:
        script = script.replace("http://localhost:5001", server.url).replace("PASSWORD=…", f"PASSWORD={ADMIN_PASSWORD}")
        failing = script.replace("curl -s ", "curl -sS --fail-with-body ")
        run = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", failing], capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert '"key":"clk_' in run.stdout.replace(" ", "")
    assert '"status":"InProgress"' in run.stdout.replace(" ", "")
    assert '"kind":"note"' in run.stdout.replace(" ", "")
