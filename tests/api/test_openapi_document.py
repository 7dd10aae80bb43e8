"""The document that clients are generated from is the one that is served."""

import json
import re
from pathlib import Path

from flask import Flask

from tests.harness.client import Client

COMMITTED = Path(__file__).resolve().parents[2] / "frontend" / "src" / "api" / "openapi.json"


def test_the_front_ends_copy_is_up_to_date(client: Client):
    served = client.get("openapi.json").json
    assert json.loads(COMMITTED.read_text()) == served, "run `make openapi`"


def test_it_speaks_openapi_3_1(client: Client):
    assert client.get("openapi.json").json["openapi"].startswith("3.1")


def test_every_api_route_stands_in_it(client: Client, migrated_app: Flask):
    documented = set(client.get("openapi.json").json["paths"])
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule))
        for rule in migrated_app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/") and not str(rule).endswith("openapi.json")
    }
    assert routes == documented


def test_the_docs_page_names_no_outside_host(client: Client):
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert re.findall(r"(?:https?:)?//[^\s\"']+", page.text) == []
