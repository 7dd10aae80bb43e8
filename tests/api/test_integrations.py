"""/integrations: keys for machines, and what they open."""

import base64

import pytest

from backend.app.models import Alert, Event, Integration
from tests.harness.client import Client
from tests.ledger import Ledger, refused

FIELDS = {
    "id", "name", "kind", "key_prefix", "is_active", "created_by", "created_at", "last_used_at", "version",
}  # fmt: skip
ALERT = {
    "title": "Disk full",
    "description": "",
    "level": "Error",
    "alert_source": "cron",
    "fired_at": "2026-11-23T08:00:00Z",
}
NOTIFICATION = {"alerts": [{"status": "firing", "labels": {"alertname": "Up"}, "startsAt": "2026-11-23T08:00:00Z"}]}


def make_one(admin: Client, kind: str = "generic") -> dict:
    answer = admin.post("integrations", {"name": "机房 cron", "kind": kind})
    assert answer.status_code == 201
    return answer.json


def test_the_key_is_shown_this_once(admin: Client, ledger: Ledger):
    made = make_one(admin)
    assert set(made) == FIELDS | {"key"}
    assert made["key"].startswith(made["key_prefix"])
    listed = admin.get("integrations").json["items"]
    assert [set(one) for one in listed] == [FIELDS]
    assert set(admin.get(f"integrations/{made['id']}").json) == FIELDS
    row: Integration = ledger.row(Integration, made["id"])
    assert made["key"] not in (row.key_hash, row.key_prefix)
    assert made["key"] not in "".join(str(event.after) for event in ledger.all(Event))


@pytest.mark.parametrize("kind", ["nagios", "", None, 7])
def test_an_unknown_kind_is_refused(admin: Client, ledger: Ledger, kind):
    with ledger.unchanged():
        refused(admin.post("integrations", {"name": "n", "kind": kind}), 422, "invalid", "kind")


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{key}".encode()).decode()


@pytest.mark.parametrize("way", ["bearer", "basic", "query"])
@pytest.mark.parametrize("path, body", [("alerts", ALERT), ("hooks/alertmanager", NOTIFICATION)])
def test_a_key_is_taken_as_bearer_as_basic_password_and_in_the_query(client, make, ledger, way, path, body):
    key = make.key("alertmanager")
    headers = {"bearer": {"Authorization": f"Bearer {key}"}, "basic": {"Authorization": basic(key)}, "query": {}}[way]
    url = f"{path}?key={key}" if way == "query" else path
    assert client.post(url, body, **headers).status_code in (200, 201)
    assert ledger.count(Alert) == 1
    [event] = ledger.events("alert")
    assert (event.actor_kind, event.actor_name) == ("integration", "alertmanager key")


@pytest.mark.parametrize("way", ["bearer", "basic", "query"])
def test_a_wrong_key_opens_nothing(client, make, ledger, way):
    wrong = make.key("alertmanager")[:-1] + "~"
    headers = {"bearer": {"Authorization": f"Bearer {wrong}"}, "basic": {"Authorization": basic(wrong)}, "query": {}}[
        way
    ]
    query = f"?key={wrong}" if way == "query" else ""
    with ledger.unchanged():
        refused(client.post(f"alerts{query}", ALERT, **headers), 401, "bad_key")
        refused(client.post(f"hooks/alertmanager{query}", NOTIFICATION, **headers), 401, "bad_key")


def test_a_hook_without_a_key(client, ledger):
    with ledger.unchanged():
        refused(client.post("hooks/alertmanager", NOTIFICATION), 401, "unauthenticated")


def test_a_key_of_another_kind_does_not_open_the_hook(client, make, ledger):
    generic = client.with_key(make.key("generic"))
    with ledger.unchanged():
        problem = refused(generic.post("hooks/alertmanager", NOTIFICATION), 403, "wrong_kind")
    assert problem["params"] == {"kind": "generic"}


def test_a_key_that_is_switched_off_and_on_again(admin: Client, client: Client, ledger: Ledger):
    made = make_one(admin)
    machine = client.with_key(made["key"])
    assert admin.patch(f"integrations/{made['id']}", {"is_active": False}).json["is_active"] is False
    with ledger.unchanged():
        refused(machine.post("alerts", ALERT), 401, "bad_key")
    admin.patch(f"integrations/{made['id']}", {"is_active": True})
    assert machine.post("alerts", ALERT).status_code == 201


def test_after_a_rotation_only_the_new_key_opens(admin: Client, client: Client, ledger: Ledger):
    made = make_one(admin)
    rotated = admin.post(f"integrations/{made['id']}/rotate").json
    assert (rotated["id"], rotated["version"]) == (made["id"], 2)
    assert rotated["key"] != made["key"]
    with ledger.unchanged():
        refused(client.with_key(made["key"]).post("alerts", ALERT), 401, "bad_key")
    assert client.with_key(rotated["key"]).post("alerts", ALERT).status_code == 201


def test_a_deleted_key_opens_nothing_and_its_alerts_stay(admin: Client, client: Client, ledger: Ledger):
    made = make_one(admin)
    machine = client.with_key(made["key"])
    machine.post("alerts", ALERT)
    assert admin.delete(f"integrations/{made['id']}").status_code == 204
    with ledger.unchanged():
        refused(machine.post("alerts", ALERT), 401, "bad_key")
        refused(admin.get(f"integrations/{made['id']}"), 404, "not_found")
        refused(admin.delete(f"integrations/{made['id']}"), 404, "not_found")
    assert ledger.count(Alert) == 1
    assert [event.action for event in ledger.events("integration")] == ["created", "deleted"]


def test_its_last_use_is_noted_without_a_new_version(admin: Client, client: Client, clock):
    made = make_one(admin)
    assert made["last_used_at"] is None
    clock.advance(minutes=5)
    client.with_key(made["key"]).post("alerts", ALERT)
    now = admin.get(f"integrations/{made['id']}").json
    assert now["last_used_at"] == "2026-11-23T09:05:00Z"
    assert now["version"] == made["version"]


def test_renaming_leaves_one_version_and_one_event(admin: Client, ledger: Ledger):
    made = make_one(admin)
    assert admin.patch(f"integrations/{made['id']}", {"name": "new"}).json["version"] == 2
    assert [event.action for event in ledger.events("integration", made["id"])] == ["created", "edited"]


@pytest.mark.parametrize("field, value", [("kind", "alertmanager"), ("key", "clk_mine"), ("key_prefix", "x")])
def test_kind_and_key_are_not_edited(admin: Client, ledger: Ledger, field: str, value: str):
    made = make_one(admin)
    with ledger.unchanged():
        refused(admin.patch(f"integrations/{made['id']}", {field: value}), 422, "invalid", field)
