"""What is drawn and written from the code is what lies in the repository."""

import json
from pathlib import Path

from flask import Flask

from backend.app.cli import flows

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_flows_is_up_to_date():
    assert (ROOT / "docs" / "flows.md").read_text(encoding="utf-8") == flows.page(), "run `make flows`"


def test_it_draws_every_flow_with_who_and_what_is_needed():
    page = flows.page()
    assert page.count("stateDiagram-v2") == 5
    for arrow in (
        "    Pending --> InProgress: confirm\n",
        "    Pending --> Closed: dismiss, note\n",
        "    AwaitingPostmortem --> Closed: close, manager, if postmortem published\n",
        "    InReview --> Reviewed: approve, reviewer not author\n",
        "    Done --> Verified: verify, not the owner\n",
        "    Resolved --> Pending: signal fires again\n",
    ):
        assert arrow in page


def test_flask_openapi_write_makes_the_file_that_the_front_end_has(migrated_app: Flask, tmp_path: Path):
    path = tmp_path / "openapi.json"
    result = migrated_app.test_cli_runner().invoke(args=["openapi", "write", str(path)])
    assert (result.exit_code, result.output) == (0, f"wrote {path}\n")
    committed = ROOT / "frontend" / "src" / "api" / "openapi.json"
    assert path.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8"), "run `make openapi`"
    assert json.loads(path.read_text(encoding="utf-8"))["info"]["title"] == "Closeloop"
