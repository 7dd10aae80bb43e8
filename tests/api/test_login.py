"""POST /auth/login, and the lock after too many failures."""

import pytest

from backend.app.models import LoginFailures, LoginSession, User
from tests.factories import PASSWORD
from tests.harness.client import Client
from tests.ledger import Ledger, refused


def login(client: Client, username: str = "wang", password: str = PASSWORD, **more):
    return client.post("auth/login", {"username": username, "password": password, **more})


@pytest.fixture
def wang(make) -> User:
    return make.user("wang", display_name="王芳")


def test_name_and_password_are_traded_for_tokens(client: Client, wang: User):
    answer = login(client)
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "refresh_token", "expires_in", "user"}
    assert answer.json["expires_in"] == 15 * 60
    assert answer.json["user"]["display_name"] == "王芳"
    assert "password" not in answer.text
    client.authorization = f"Bearer {answer.json['access_token']}"
    assert client.get("auth/me").json["id"] == wang.id


def test_a_login_leaves_an_event(client: Client, wang: User, ledger: Ledger):
    login(client)
    assert [event.action for event in ledger.events("user", wang.id)] == ["logged_in"]


def test_capitals_in_the_name_do_not_matter(client: Client, wang: User):
    assert login(client, "Wang").status_code == 200


@pytest.mark.parametrize("username, password", [("wang", "wrong"), ("wang", PASSWORD.upper()), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nothing(
    client: Client, wang: User, ledger: Ledger, username: str, password: str
):
    problem = refused(login(client, username, password), 401, "bad_credentials")
    assert problem["detail"] == "Wrong user name or password."
    assert ledger.count(LoginSession) == 0


def test_a_deactivated_person_does_not_get_in(client: Client, make):
    make.user("gone", is_active=False)
    refused(login(client, "gone"), 401, "bad_credentials")


@pytest.mark.parametrize("lookalike", ["wáng", "ｗang", "wäng"])
def test_a_lookalike_of_a_name_is_not_that_name(client: Client, wang: User, lookalike: str):
    """Databases fold accents; if logins did, every spelling would have failures of its own to spend."""
    refused(login(client, lookalike), 401, "bad_credentials")


@pytest.mark.parametrize("username", ["wang", "nobody-of-that-name"])
def test_five_failures_lock_the_name_whether_or_not_it_exists(client, wang, ledger, clock, username):
    for _ in range(5):
        refused(login(client, username, "wrong"), 401, "bad_credentials")
    with ledger.unchanged():
        answer = login(client, username)
    assert refused(answer, 429, "locked_out")["params"] == {"retry_after": 900}
    assert answer.headers["Retry-After"] == "900"


def test_the_lock_counts_in_the_database_not_in_the_process(client, wang, ledger, clock):
    for _ in range(4):
        login(client, password="wrong")
    [counted] = ledger.all(LoginFailures)
    assert (counted.failures, counted.locked_until) == (4, None)
    login(client, password="wrong")
    [counted] = ledger.all(LoginFailures)
    assert (counted.locked_until - clock.now).total_seconds() == 900


def test_the_lock_lifts_after_its_time(client, wang, clock):
    for _ in range(5):
        login(client, password="wrong")
    clock.advance(minutes=14, seconds=59)
    assert login(client).status_code == 429
    clock.advance(seconds=2)
    assert login(client).status_code == 200


def test_a_success_forgets_the_failures(client, wang, clock):
    for _ in range(2):
        for _ in range(4):
            assert login(client, password="wrong").status_code == 401
        assert login(client).status_code == 200


def test_one_locked_name_does_not_lock_another(client, wang, make):
    make.user("li")
    for _ in range(5):
        login(client, password="wrong")
    assert login(client, "li").status_code == 200


def test_a_new_password_from_an_admin_lifts_the_lock(client, wang, admin):
    for _ in range(5):
        login(client, password="wrong")
    assert admin.patch(f"users/{wang.id}", {"password": "a new password"}).status_code == 200
    assert login(client, password="a new password").status_code == 200


def test_failures_are_kept_by_digest_because_people_type_passwords_into_the_wrong_field(client, ledger):
    login(client, "my-secret-password", "x")
    [counted] = ledger.all(LoginFailures)
    assert "secret" not in counted.username_hash


def test_with_a_cookie_the_refresh_token_is_out_of_scripts_reach(client: Client, wang: User):
    answer = login(client, use_cookie=True)
    assert set(answer.json) == {"access_token", "expires_in", "user"}
    cookies = {cookie.split("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"refresh_token_cookie", "csrf_refresh_token"}
    assert "HttpOnly" in cookies["refresh_token_cookie"]
    assert "Path=/api/v1/auth" in cookies["refresh_token_cookie"]
    assert "SameSite=Strict" in cookies["refresh_token_cookie"]
    assert "HttpOnly" not in cookies["csrf_refresh_token"]
