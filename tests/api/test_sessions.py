"""Staying logged in (/auth/refresh), leaving (/auth/logout), and being thrown out."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from flask_jwt_extended import create_access_token

from backend.app.models import LoginFailures, LoginSession
from tests.factories import PASSWORD
from tests.harness.client import Client
from tests.ledger import Ledger, refused


@pytest.fixture
def session(client: Client, make) -> dict:
    """Tokens of a fresh login."""
    make.user("wang")
    return client.post("auth/login", {"username": "wang", "password": PASSWORD}).json


def bearer(client: Client, token: str) -> Client:
    return Client(client.app, f"Bearer {token}")


def me(client: Client, token: str):
    return bearer(client, token).get("auth/me")


def refresh(client: Client, token: str):
    return bearer(client, token).post("auth/refresh")


def test_a_refresh_token_is_traded_for_new_tokens(client, session):
    answer = refresh(client, session["refresh_token"])
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "refresh_token", "expires_in", "user"}
    assert answer.json["refresh_token"] != session["refresh_token"]
    assert me(client, answer.json["access_token"]).status_code == 200


def test_it_may_stand_in_the_body(client, session):
    answer = client.post("auth/refresh", {"refresh_token": session["refresh_token"]})
    assert answer.status_code == 200
    assert answer.json["refresh_token"]


def test_new_tokens_go_on_being_renewed(client, session):
    token = session["refresh_token"]
    for _ in range(4):
        token = refresh(client, token).json["refresh_token"]
    assert refresh(client, token).status_code == 200


def test_a_used_refresh_token_that_comes_back_ends_the_session_with_its_access_tokens(client, session, ledger):
    renewed = refresh(client, session["refresh_token"]).json
    refused(refresh(client, session["refresh_token"]), 401, "token_revoked")
    [row] = ledger.all(LoginSession)
    assert row.revoked_at is not None
    for access in (session["access_token"], renewed["access_token"]):
        refused(me(client, access), 401, "token_revoked")
    refused(refresh(client, renewed["refresh_token"]), 401, "token_revoked")


def test_another_session_of_the_same_person_goes_on(client, session):
    other = client.post("auth/login", {"username": "wang", "password": PASSWORD}).json
    refresh(client, session["refresh_token"])
    refused(refresh(client, session["refresh_token"]), 401, "token_revoked")
    assert me(client, other["access_token"]).status_code == 200
    assert refresh(client, other["refresh_token"]).status_code == 200


def test_a_session_ends_when_nobody_came_back_in_time(client, make, clock, ledger):
    make.user("wang")
    session = client.post("auth/login", {"username": "wang", "password": PASSWORD}).json
    clock.advance(days=14, seconds=1)
    with ledger.unchanged():
        refused(refresh(client, session["refresh_token"]), 401, "token_revoked")


@pytest.mark.parametrize("kind", ["access", "nonsense", "forged"])
def test_anything_else_is_not_a_refresh_token(client, session, ledger, kind):
    forged = jwt.encode({"sub": "1", "type": "refresh", "sid": "1"}, "another secret " * 4, "HS256")
    token = {"access": session["access_token"], "nonsense": "abc.def.ghi", "forged": forged}[kind]
    with ledger.unchanged():
        refused(refresh(client, token), 401, "unauthenticated")


def test_refreshing_needs_a_token(client, ledger):
    with ledger.unchanged():
        refused(client.post("auth/refresh"), 401, "unauthenticated")
        refused(client.post("auth/logout"), 401, "unauthenticated")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_logging_out_stops_both_tokens_at_once(client, session, which):
    assert bearer(client, session[which]).post("auth/logout").status_code == 204
    refused(me(client, session["access_token"]), 401, "token_revoked")
    refused(refresh(client, session["refresh_token"]), 401, "token_revoked")


def test_a_refresh_token_opens_nothing_but_refresh(client, session):
    refused(me(client, session["refresh_token"]), 401, "unauthenticated")


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_a_token_that_is_none_of_ours(client, token):
    refused(me(client, token), 401, "unauthenticated")


def test_an_unsigned_token_with_the_right_claims_is_refused(client, session):
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    refused(me(client, jwt.encode(claims, "", "none")), 401, "unauthenticated")


def test_an_expired_token_says_so(app, responder, client):
    claims = jwt.decode(responder.authorization.split()[1], options={"verify_signature": False})
    with app.app_context():
        old = create_access_token(
            claims["sub"], expires_delta=timedelta(seconds=-1), additional_claims={"sid": claims["sid"]}
        )
    refused(me(client, old), 401, "token_expired")


def test_an_access_token_lives_minutes(session):
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    life = datetime.fromtimestamp(claims["exp"], UTC) - datetime.fromtimestamp(claims["iat"], UTC)
    assert life == timedelta(minutes=15)


def test_a_deactivated_persons_token_stops_at_once(admin, responder):
    assert responder.get("auth/me").status_code == 200
    admin.patch(f"users/{responder.user.id}", {"is_active": False})
    refused(responder.get("auth/me"), 401, "token_revoked")
    admin.patch(f"users/{responder.user.id}", {"is_active": True})
    refused(responder.get("auth/me"), 401, "token_revoked")


def test_a_new_role_counts_from_the_next_request_on(admin, responder, ledger):
    admin.patch(f"users/{responder.user.id}", {"role": "viewer"})
    with ledger.unchanged():
        refused(responder.post("incidents", {"title": "t"}), 403, "role_required")


class TestByCookie:
    @pytest.fixture
    def browser(self, client: Client, make) -> Client:
        make.user("wang")
        client.post("auth/login", {"username": "wang", "password": PASSWORD, "use_cookie": True})
        return client

    def csrf(self, browser: Client) -> str:
        return browser.http.get_cookie("csrf_refresh_token").value

    def test_the_cookie_is_renewed_with_its_csrf_header(self, browser):
        before = browser.http.get_cookie("refresh_token_cookie", path="/api/v1/auth").value
        answer = browser.post("auth/refresh", X_CSRF_TOKEN=self.csrf(browser))
        assert answer.status_code == 200
        assert "refresh_token" not in answer.json
        assert browser.http.get_cookie("refresh_token_cookie", path="/api/v1/auth").value != before
        assert browser.post("auth/refresh", X_CSRF_TOKEN=self.csrf(browser)).status_code == 200

    @pytest.mark.parametrize("call", ["auth/refresh", "auth/logout"])
    def test_without_the_header_it_is_refused(self, browser, ledger, call):
        with ledger.unchanged():
            refused(browser.post(call), 401, "csrf_failed")
            refused(browser.post(call, X_CSRF_TOKEN="guessed"), 401, "csrf_failed")

    def test_logging_out_takes_the_cookies_away(self, browser):
        assert browser.post("auth/logout", X_CSRF_TOKEN=self.csrf(browser)).status_code == 204
        assert browser.http.get_cookie("refresh_token_cookie", path="/api/v1/auth") is None
        assert browser.http.get_cookie("csrf_refresh_token") is None


class TestPassword:
    NEW = "another good password"

    def test_changing_it_ends_the_other_sessions_and_keeps_this_one(self, client, session):
        other = client.post("auth/login", {"username": "wang", "password": PASSWORD}).json
        body = {"current_password": PASSWORD, "new_password": self.NEW}
        assert bearer(client, session["access_token"]).post("auth/password", body).status_code == 204
        assert me(client, session["access_token"]).status_code == 200
        refused(me(client, other["access_token"]), 401, "token_revoked")
        refused(refresh(client, other["refresh_token"]), 401, "token_revoked")
        assert refresh(client, session["refresh_token"]).status_code == 200

    def test_the_old_one_no_longer_lets_in(self, client, session):
        body = {"current_password": PASSWORD, "new_password": self.NEW}
        bearer(client, session["access_token"]).post("auth/password", body)
        refused(client.post("auth/login", {"username": "wang", "password": PASSWORD}), 401, "bad_credentials")
        assert client.post("auth/login", {"username": "wang", "password": self.NEW}).status_code == 200

    def change(self, client: Client, current: str, new: str = NEW):
        return client.post("auth/password", {"current_password": current, "new_password": new})

    def login(self, client: Client, username: str, password: str = PASSWORD):
        return client.post("auth/login", {"username": username, "password": password})

    def test_a_wrong_current_one_is_counted_and_changes_nothing_else(self, responder, ledger: Ledger):
        before = ledger.everything()
        refused(self.change(responder, "wrong"), 422, "wrong_password", "current_password")
        after = ledger.everything()
        assert [name for name in before if before[name] != after[name]] == ["login_failures"]
        assert [counted.failures for counted in ledger.all(LoginFailures)] == [1]

    def test_five_wrong_ones_lock_the_name_here_and_at_login(self, responder, client, ledger: Ledger, clock):
        for _ in range(5):
            refused(self.change(responder, "wrong"), 422, "wrong_password")
        with ledger.unchanged():
            for answer in (self.change(responder, PASSWORD), self.login(client, "responder")):
                assert refused(answer, 429, "locked_out")["params"] == {"retry_after": 900}
                assert answer.headers["Retry-After"] == "900"
        assert responder.get("auth/me").status_code == 200
        clock.advance(minutes=15, seconds=1)
        assert self.change(responder, PASSWORD).status_code == 204

    def test_they_count_together_with_failed_logins_and_a_right_one_forgets_them(self, responder, client):
        for _ in range(2):
            for _ in range(2):
                refused(self.change(responder, "wrong"), 422, "wrong_password")
                refused(self.login(client, "responder", "wrong"), 401, "bad_credentials")
            assert self.change(responder, PASSWORD, PASSWORD).status_code == 204

    @pytest.mark.parametrize("password", ["", "short", "x" * 201])
    def test_a_bad_new_one_changes_nothing(self, responder, ledger: Ledger, password):
        with ledger.unchanged():
            answer = responder.post("auth/password", {"current_password": PASSWORD, "new_password": password})
        refused(answer, 422, "invalid", "new_password")
