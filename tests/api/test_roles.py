"""Who may call what. A new endpoint without a line in this table fails."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.harness.client import Client
from tests.ledger import Ledger, refused

ANYBODY, KEY = "anybody", "a key"
ORDER = ["viewer", "responder", "manager", "admin"]

LEAST: dict[str, str] = {
    "POST /auth/login": ANYBODY,
    "POST /auth/refresh": ANYBODY,  # with a refresh token
    "POST /auth/logout": ANYBODY,  # with a token of either kind
    "GET /auth/me": "viewer",
    "PATCH /auth/me": "viewer",
    "POST /auth/password": "viewer",
    "GET /users": "viewer",
    "POST /users": "admin",
    "GET /users/{id}": "viewer",
    "PATCH /users/{id}": "admin",
    "GET /alerts": "viewer",
    "GET /alerts/counts": "viewer",
    "POST /alerts": "responder",
    "POST /alerts/batch": "responder",
    "GET /alerts/{id}": "viewer",
    "GET /alerts/{id}/history": "viewer",
    "POST /alerts/{id}/transitions": "responder",
    "POST /alerts/bulk": "responder",
    "GET /incidents": "viewer",
    "POST /incidents": "responder",
    "GET /incidents/board": "viewer",
    "GET /incidents/{id}": "viewer",
    "PATCH /incidents/{id}": "responder",
    "POST /incidents/{id}/transitions": "responder",
    "GET /incidents/{id}/timeline": "viewer",
    "POST /incidents/{id}/timeline": "responder",
    "GET /incidents/{id}/alerts": "viewer",
    "GET /postmortems": "viewer",
    "POST /postmortems": "responder",
    "GET /postmortems/{id}": "viewer",
    "PATCH /postmortems/{id}": "responder",
    "POST /postmortems/{id}/transitions": "responder",
    "GET /postmortems/{id}/comments": "viewer",
    "POST /postmortems/{id}/comments": "responder",
    "GET /postmortems/{id}/revisions": "viewer",
    "GET /action-items": "viewer",
    "POST /action-items": "responder",
    "GET /action-items/{id}": "viewer",
    "PATCH /action-items/{id}": "responder",
    "POST /action-items/{id}/transitions": "responder",
    "GET /integrations": "admin",
    "POST /integrations": "admin",
    "GET /integrations/{id}": "admin",
    "PATCH /integrations/{id}": "admin",
    "POST /integrations/{id}/rotate": "admin",
    "DELETE /integrations/{id}": "admin",
    "POST /hooks/alertmanager": KEY,
    "GET /openapi.json": ANYBODY,
}

KEYS_TOO = {"POST /alerts", "POST /alerts/batch"}
FOR_PEOPLE = sorted(call for call, least in LEAST.items() if least in ORDER)


def send(client: Client, call: str) -> Any:
    """The call on a row that does not exist, with an empty body."""
    method, path = call.split(" ")
    url = path.lstrip("/").replace("{id}", "1")
    return client.send(method, url, json={} if method in ("POST", "PATCH") else None)


def test_every_endpoint_stands_in_the_table(migrated_app: Flask):
    served = {
        f"{method} {re.sub(r'<[^>]+>', '{id}', str(rule)).removeprefix('/api/v1')}"
        for rule in migrated_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if str(rule).startswith("/api/v1/")
    }
    assert served == set(LEAST)


@pytest.mark.parametrize("call", FOR_PEOPLE)
def test_without_a_token_there_is_no_entry(client: Client, ledger: Ledger, call: str):
    with ledger.unchanged():
        answer = send(client, call)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    refused(answer, 401, "unauthenticated")


@pytest.mark.parametrize("call", [call for call in FOR_PEOPLE if LEAST[call] != "viewer"])
def test_the_role_below_is_turned_away(client: Client, make, ledger: Ledger, call: str):
    least = LEAST[call]
    below = client.as_(make.user("below", ORDER[ORDER.index(least) - 1]))
    with ledger.unchanged():
        answer = send(below, call)
    assert refused(answer, 403, "role_required")["params"] == {"role": least}


@pytest.mark.parametrize("call", FOR_PEOPLE)
def test_the_least_role_gets_past_the_door(client: Client, make, call: str):
    """What it finds behind it (nothing, or that the empty body says too little) is another matter."""
    caller = client.as_(make.user("just", LEAST[call]))
    assert send(caller, call).status_code in (200, 404, 422)


@pytest.mark.parametrize("call", [call for call in FOR_PEOPLE if call not in KEYS_TOO])
def test_keys_do_not_open_peoples_endpoints(client: Client, make, ledger: Ledger, call: str):
    machine = client.with_key(make.key("generic"))
    with ledger.unchanged():
        refused(send(machine, call), 401, "unauthenticated")


@pytest.mark.parametrize("call", sorted(KEYS_TOO))
def test_keys_bring_alerts(client: Client, make, call: str):
    refused(
        send(client.with_key(make.key("generic")), call),
        422,
        "invalid",
        "title" if call == "POST /alerts" else "alerts",
    )


def test_the_hook_is_not_for_people(admin: Client, ledger: Ledger):
    with ledger.unchanged():
        refused(send(admin, "POST /hooks/alertmanager"), 401, "unauthenticated")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/v1/openapi.json", "/api/docs"])
def test_what_is_open_to_anybody(client: Client, path: str):
    assert client.get(path).status_code == 200
