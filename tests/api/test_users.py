"""/users and /auth/me: people and their roles."""

import pytest

from backend.app.models import Event, User
from tests.harness.client import Client
from tests.ledger import Ledger, refused

FIELDS = {
    "id", "username", "display_name", "email", "role", "language", "time_zone", "is_active",
    "created_at", "updated_at", "version",
}  # fmt: skip
NEW = {"username": "li.lei", "display_name": "李雷", "password": "long enough", "role": "responder"}


def test_an_admin_adds_somebody(admin: Client, ledger: Ledger):
    answer = admin.post("users", NEW | {"email": "lilei@example.com", "language": "en", "time_zone": "Europe/Berlin"})
    assert answer.status_code == 201
    assert set(answer.json) == FIELDS
    assert answer.headers["ETag"] == '"1"'
    kept = {"username": "li.lei", "display_name": "李雷", "role": "responder", "email": "lilei@example.com"}
    assert kept.items() <= answer.json.items()
    assert (answer.json["language"], answer.json["time_zone"]) == ("en", "Europe/Berlin")
    [event] = ledger.events("user", answer.json["id"])
    assert (event.action, event.actor_name) == ("created", "Admin")


def test_chinese_and_shanghai_when_nothing_is_said(admin: Client):
    answer = admin.post("users", NEW)
    assert (answer.json["language"], answer.json["time_zone"]) == ("zh-CN", "Asia/Shanghai")
    assert answer.json["is_active"] is True


def test_no_password_reaches_an_answer_or_an_event(admin: Client, ledger: Ledger):
    made = admin.post("users", NEW)
    changed = admin.patch(f"users/{made.json['id']}", {"password": "quite another one"})
    assert changed.status_code == 200
    told = "".join(str((event.before, event.after)) for event in ledger.all(Event))
    for secret in ("long enough", "quite another one", "argon2", "password_hash"):
        assert secret not in told + made.text + changed.text


def test_a_taken_name_is_refused(admin: Client, ledger: Ledger):
    admin.post("users", NEW)
    with ledger.unchanged():
        refused(admin.post("users", NEW), 422, "username_taken", "username")


@pytest.mark.parametrize(
    "field, value",
    [
        ("username", "Li Lei"),
        ("username", "李雷"),
        ("username", "LILEI"),
        ("username", "x" * 65),
        ("username", ""),
        ("username", "li\n"),
        ("password", "short"),
        ("role", "owner"),
        ("email", "nowhere"),
        ("language", "fr"),
        ("time_zone", "Mars/Olympus"),
        ("display_name", " "),
    ],
)
def test_a_field_that_will_not_do_is_named(admin: Client, ledger: Ledger, field: str, value: str):
    with ledger.unchanged():
        refused(admin.post("users", NEW | {field: value}), 422, "invalid", field)


def test_an_edit_leaves_one_version_and_one_event(admin: Client, responder: Client, ledger: Ledger):
    answer = admin.patch(f"users/{responder.user.id}", {"role": "manager", "display_name": "New name"})
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    [event] = ledger.events("user", responder.user.id)
    assert event.before == {"role": "responder", "display_name": "Responder"}
    assert event.after == {"role": "manager", "display_name": "New name"}


def test_an_edit_that_changes_nothing_leaves_nothing(admin: Client, responder: Client, ledger: Ledger):
    with ledger.unchanged():
        assert admin.patch(f"users/{responder.user.id}", {"role": "responder"}).status_code == 200
        assert admin.patch(f"users/{responder.user.id}", {}).status_code == 200


def test_names_are_not_changed(admin: Client, responder: Client, ledger: Ledger):
    with ledger.unchanged():
        refused(admin.patch(f"users/{responder.user.id}", {"username": "other"}), 422, "invalid", "username")


@pytest.mark.parametrize("change", [{"role": "manager"}, {"is_active": False}, {"role": "viewer", "is_active": False}])
def test_the_last_admin_stays_one(admin: Client, make, ledger: Ledger, change: dict):
    make.user("former", "admin", is_active=False)
    with ledger.unchanged():
        refused(admin.patch(f"users/{admin.user.id}", change), 409, "last_admin")


def test_one_of_two_admins_may_go(admin: Client, make):
    make.user("second", "admin")
    assert admin.patch(f"users/{admin.user.id}", {"role": "manager"}).status_code == 200
    refused(admin.get("integrations"), 403, "role_required")


def test_people_are_found_by_name_role_and_whether_they_are_active(viewer: Client, make):
    make.user("wang", display_name="王芳")
    make.user("li", "manager", display_name="李雷 100%")
    make.user("gone", "manager", is_active=False)

    def found(**query: str) -> list[str]:
        return [user["username"] for user in viewer.get("users", **query).json["items"]]

    assert set(found()) == {"viewer", "wang", "li", "gone"}
    assert found(q="王") == ["wang"]
    assert found(q="WAN") == ["wang"]
    assert found(q="%") == ["li"]
    assert set(found(role="manager")) == {"li", "gone"}
    assert found(role="manager", is_active="true") == ["li"]
    assert set(found(role="responder,manager", is_active="true")) == {"wang", "li"}
    assert found(is_active="false") == ["gone"]
    refused(viewer.get("users", role="manager,owner"), 422, "invalid", "role")


def test_one_person(viewer: Client, manager: Client):
    answer = viewer.get(f"users/{manager.user.id}")
    assert set(answer.json) == FIELDS
    assert answer.headers["ETag"] == '"1"'
    refused(viewer.get("users/999999"), 404, "not_found")


def test_what_is_mine_to_change(viewer: Client, ledger: Ledger):
    mine = {"display_name": "新名字", "email": "v@example.com", "language": "en", "time_zone": "UTC"}
    answer = viewer.patch("auth/me", mine)
    assert answer.status_code == 200
    assert mine.items() <= answer.json.items()
    assert viewer.get("auth/me").json == answer.json
    assert [event.action for event in ledger.events("user", viewer.user.id)] == ["edited"]


@pytest.mark.parametrize(
    "field, value", [("role", "admin"), ("is_active", True), ("password", "long enough"), ("id", 1)]
)
def test_what_is_not(viewer: Client, ledger: Ledger, field: str, value: object):
    with ledger.unchanged():
        refused(viewer.patch("auth/me", {field: value}), 422, "invalid", field)


def test_an_address_may_be_taken_away_again(viewer: Client, ledger: Ledger):
    viewer.patch("auth/me", {"email": "v@example.com"})
    assert viewer.patch("auth/me", {"email": None}).json["email"] is None
    assert ledger.row(User, viewer.user.id).email is None


def test_what_somebody_owns_tells_that_the_account_is_switched_off(admin: Client, responder: Client):
    incident = admin.post("incidents", {"title": "t", "assignee_id": responder.user.id}).json["id"]
    assert admin.get(f"incidents/{incident}").json["assignee"]["is_active"] is True
    admin.patch(f"users/{responder.user.id}", {"is_active": False})
    assert admin.get(f"incidents/{incident}").json["assignee"]["is_active"] is False
    [card] = admin.get("incidents/board").json["columns"][0]["items"]
    assert card["assignee"]["is_active"] is False
