"""Whatever is sent to a writing endpoint, the answer is a problem with a code, and nothing has changed."""

import json
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask_jwt_extended import create_refresh_token

from backend.app.models import Alert, Incident, LoginSession, Postmortem, PostmortemComment, TimelineEntry
from tests.factories import PASSWORD
from tests.harness.client import Client
from tests.ledger import Ledger, refused

JSON = "application/json"
LONG = 20_001
NOW = "2026-11-23T08:00:00Z"
TOKEN = "a refresh token that is good"
ALERT = {"title": "t", "description": "d", "level": "Error", "alert_source": "s", "fired_at": NOW}

# Each writing endpoint with a body that it takes.
GOOD: dict[str, dict[str, Any]] = {
    "POST auth/login": {"username": "admin", "password": PASSWORD},
    "POST auth/refresh": {"refresh_token": TOKEN},
    "POST auth/logout": {"refresh_token": TOKEN},
    "POST auth/password": {"current_password": PASSWORD, "new_password": "a good new one"},
    "PATCH auth/me": {"display_name": "n", "email": "a@example.com", "language": "en", "time_zone": "UTC"},
    "POST users": {"username": "new", "display_name": "n", "password": "long enough", "role": "viewer"},
    "PATCH users/{user}": {"display_name": "n"},
    "POST alerts": ALERT,
    "POST alerts/batch": {"alerts": [ALERT]},
    "POST alerts/{alert}/transitions": {"to": "Ignored", "note": "n"},
    "POST alerts/bulk": {"ids": [1], "to": "Ignored", "note": "n"},
    "POST incidents": {"title": "t", "severity": "P1", "description": "d", "services": ["s"], "started_at": NOW},
    "PATCH incidents/{incident}": {"title": "t2"},
    "POST incidents/{incident}/transitions": {"to": "InProgress", "note": "n"},
    "POST incidents/{incident}/timeline": {"text": "t", "occurred_at": NOW},
    "POST postmortems": {"incident_id": 1},
    "PATCH postmortems/{postmortem}": {"summary": "s", "timeline": [{"occurred_at": NOW, "text": "t"}]},
    "POST postmortems/{postmortem}/transitions": {"to": "InReview", "note": "n"},
    "POST postmortems/{postmortem}/comments": {"text": "t"},
    "POST action-items": {"title": "t", "incident_id": 1},
    "PATCH action-items/{item}": {"title": "t2", "due_on": "2026-12-24"},
    "POST action-items/{item}/transitions": {"to": "InProgress", "note": "n"},
    "POST integrations": {"name": "n", "kind": "generic"},
    "PATCH integrations/{integration}": {"name": "n2"},
}
NOT_JSON = [
    b"{",
    b'{"a": 1,}',
    b"{'a': 1}",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b"\xff\xfe\xfa",
    b'{"a": "\xc3"}',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"a": ' + b"9" * 5_000 + b"}",
]
WRONG: list[Any] = [None, 7, True, 1.5, 1e300, [], {}, ["x"], {"x": 1}, "\ud800", "\x00"]

CALLS = sorted(GOOD)
WITHOUT_BODY = ["POST auth/logout", "POST auth/refresh"]
"""Here the token may stand elsewhere; in the body it does only where the header holds none."""
ON_ROWS = [call for call in CALLS if "{" in call]


@pytest.fixture
def send(admin: Client, client: Client, refresh_token: str, make):
    """`send(call, body)` with the ids of rows and the token of a login that exist; raw bytes go as they are."""
    incident = make.incident("Pending")
    after = make.incident("AwaitingPostmortem")
    ids = {
        "user": make.user("somebody").id,
        "alert": make.alert().id,
        "incident": incident.id,
        "postmortem": make.postmortem(after, admin.user).id,
        "item": make.action_item(after).id,
        "integration": admin.post("integrations", {"name": "n", "kind": "generic"}).json["id"],
    }

    def sender(call: str, body: Any, content_type: str = JSON, **forced: Any):
        method, path = call.split(" ")
        raw = body if isinstance(body, bytes) else json.dumps(body).replace(TOKEN, refresh_token).encode()
        return (client if call in WITHOUT_BODY else admin).send(
            method, path.format(**(ids | forced)), data=raw, content_type=content_type
        )

    return sender


@pytest.fixture
def refresh_token(app: Flask, client: Client, make, ledger: Ledger) -> str:
    """Of the login of somebody who just sits there."""
    user = client.as_(make.user("reader")).user
    [session] = [row for row in ledger.all(LoginSession) if row.user_id == user.id]
    with app.app_context():
        claims = {"sid": str(session.id), "rid": session.refresh_id}
        return create_refresh_token(str(user.id), additional_claims=claims)


@pytest.mark.parametrize("call", CALLS)
class TestEveryWritingEndpoint:
    def test_what_is_not_json(self, send, ledger: Ledger, call: str):
        for raw in NOT_JSON:
            with ledger.unchanged():
                refused(send(call, raw), 400, "bad_request")

    def test_what_is_not_an_object(self, send, ledger: Ledger, call: str):
        for raw in (b"[]", b"[{}]", b'"text"', b"7", b"true", b"null", b"1e400"):
            with ledger.unchanged():
                refused(send(call, raw), 422, "invalid", "body")

    def test_no_body(self, send, ledger: Ledger, call: str):
        refusal = (401, "unauthenticated") if call in WITHOUT_BODY else (400, "bad_request")
        for raw in (b"", b"  \n"):
            with ledger.unchanged():
                refused(send(call, raw), *refusal)

    def test_another_content_type(self, send, ledger: Ledger, call: str):
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
            with ledger.unchanged():
                refused(send(call, GOOD[call], content_type), 415, "unsupported_media_type")

    def test_a_huge_body(self, send, ledger: Ledger, call: str):
        with ledger.unchanged():
            refused(send(call, b'{"a": "' + b"x" * 10 * 1024 * 1024 + b'"}'), 413, "too_large")

    def test_an_unknown_field_is_named(self, send, ledger: Ledger, call: str):
        for name in ("nonsense", "status", "__proto__", "", "数", "\x00", "a" * 1000):
            with ledger.unchanged():
                refused(send(call, GOOD[call] | {name: 1}), 422, "invalid", name or "body")

    def test_an_unknown_field_with_half_a_surrogate_pair_in_its_name(self, send, ledger: Ledger, call: str):
        with ledger.unchanged():
            refused(send(call, GOOD[call] | {"\ud800": 1}), 422, "invalid", "?")


@pytest.mark.parametrize("call", [call for call in CALLS if call not in WITHOUT_BODY])
def test_every_field_of_every_wrong_type(send, ledger: Ledger, call: str):
    """Some of these are right for some field: then it is taken. All others are refused by name."""
    for field, value in product(GOOD[call], WRONG):
        before = ledger.everything()
        answer = send(call, GOOD[call] | {field: value})
        assert answer.status_code < 500, (field, answer.text)
        if answer.status_code == 422:
            assert ledger.everything() == before
            named = refused(answer, 422, answer.json["code"])["errors"]
            assert any(error["field"].split(".")[0] == field for error in named), (field, named)
        elif answer.status_code < 300 and isinstance(value, bool | int | float | dict):
            pytest.fail(f"{field}: {value!r} was taken with {answer.status_code}")


@pytest.mark.parametrize("call", WITHOUT_BODY)
class TestATokenInTheBody:
    def test_that_is_good_is_taken(self, send, call: str):
        assert send(call, GOOD[call]).status_code == (200 if call == "POST auth/refresh" else 204)

    @pytest.mark.parametrize(
        "token", [None, 7, True, 1.5, 1e300, [], {}, ["x"], {"x": 1}, "\x00", "\ud800", "x" * 4001]
    )
    def test_that_can_be_none(self, send, ledger: Ledger, call: str, token: Any):
        with ledger.unchanged():
            refused(send(call, {"refresh_token": token}), 422, "invalid", "refresh_token")

    @pytest.mark.parametrize("token", ["", " ", "a", "a.b.c", "..", "数", TOKEN + "x", "x" * 4000])
    def test_that_is_no_token_of_ours(self, send, ledger: Ledger, call: str, token: str):
        with ledger.unchanged():
            refused(send(call, {"refresh_token": token}), 401, "unauthenticated")


class TestTheHook:
    """A monitor cannot be told to write better: what is understood is taken, however it was wrapped."""

    GOOD = {"alerts": [{"labels": {"alertname": "A"}, "startsAt": NOW}]}

    def push(self, key: Client, body: Any, content_type: str = JSON):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return key.send("POST", "hooks/alertmanager", data=raw, content_type=content_type)

    def test_what_is_not_json(self, key: Client, ledger: Ledger):
        for raw in [*NOT_JSON, b"", b"  \n"]:
            with ledger.unchanged():
                refused(self.push(key, raw), 400, "bad_request")

    def test_what_is_not_an_object(self, key: Client, ledger: Ledger):
        for raw in (b"[]", b"[{}]", b'"text"', b"7", b"true", b"null", b"1e400"):
            with ledger.unchanged():
                refused(self.push(key, raw), 422, "invalid", "alerts")

    def test_a_huge_body(self, key: Client, ledger: Ledger):
        for raw in (b'{"alerts": [], "a": "' + b"x" * 10 * 1024 * 1024 + b'"}', b" " * (10 * 1024 * 1024 + 1)):
            with ledger.unchanged():
                refused(self.push(key, raw), 413, "too_large")

    def test_alerts_of_every_wrong_type(self, key: Client, ledger: Ledger):
        for value in WRONG:
            if value != []:
                with ledger.unchanged():
                    problem = refused(self.push(key, {"alerts": value}), 422, "invalid")
                assert problem["errors"][0]["field"].startswith("alerts")

    @pytest.mark.parametrize("name", ["nonsense", "status", "__proto__", "", "数", "\x00", "a" * 1000, "\ud800"])
    def test_an_unknown_field_is_none_of_its_business(self, key: Client, ledger: Ledger, name: str):
        assert self.push(key, self.GOOD | {name: 1}).status_code == 200
        assert ledger.count(Alert) == 1

    @pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
    def test_json_under_another_content_type_is_read_all_the_same(self, key: Client, ledger: Ledger, content_type: str):
        assert self.push(key, self.GOOD, content_type).status_code == 200
        assert ledger.count(Alert) == 1


@pytest.mark.parametrize("call", ON_ROWS)
def test_an_id_that_names_nothing(send, ledger: Ledger, call: str):
    name = call.split("{")[1].split("}")[0]
    for ident in (999_999, 2**31, 2**63 - 1, 2**63, 2**70, 0, -1, "1.5", "x", "%00", "１"):
        with ledger.unchanged():
            refused(send(call, GOOD[call], **{name: ident}), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["users", "alerts", "incidents", "postmortems", "action-items", "integrations"]
)  # fmt: skip
def test_reading_an_id_that_names_nothing(admin: Client, path: str):
    for ident in (999_999, 2**63 - 1, 2**63, 2**70, 0, -1, "x"):
        refused(admin.get(f"{path}/{ident}"), 404, "not_found")


@pytest.mark.parametrize(
    "call, field, longest",
    [
        ("POST alerts", "title", 200),
        ("POST alerts", "description", 20_000),
        ("POST alerts", "alert_source", 64),
        ("POST alerts", "fingerprint", 200),
        ("POST alerts/{alert}/transitions", "note", 2000),
        ("POST incidents", "title", 200),
        ("POST incidents", "description", 20_000),
        ("PATCH incidents/{incident}", "title", 200),
        ("POST incidents/{incident}/transitions", "note", 2000),
        ("POST incidents/{incident}/timeline", "text", 20_000),
        *(
            ("PATCH postmortems/{postmortem}", part, 20_000)
            for part in ("summary", "impact", "detection", "root_cause", "resolution", "lessons")
        ),
        ("POST postmortems/{postmortem}/comments", "text", 5000),
        ("POST action-items", "title", 200),
        ("PATCH action-items/{item}", "description", 20_000),
        ("PATCH auth/me", "display_name", 100),
        ("POST integrations", "name", 100),
    ],
)
class TestLongText:
    def body(self, call: str, incident_id: int) -> dict[str, Any]:
        return GOOD[call] | ({"incident_id": incident_id} if call == "POST action-items" else {})

    def test_one_character_too_many_is_refused(self, send, make, ledger, call, field, longest):
        body = self.body(call, make.incident().id)
        with ledger.unchanged():
            refused(send(call, body | {field: "文" * (longest + 1)}), 422, "invalid", field)

    def test_the_longest_is_kept_whole_even_where_every_character_takes_four_bytes(
        self, send, make, call, field, longest
    ):
        text = "😀" * longest
        answer = send(call, self.body(call, make.incident().id) | {field: text})
        assert answer.status_code in (200, 201)
        if field not in ("note", "fingerprint"):
            assert answer.json[field] == text


STORED_AS_TYPED = [
    "😀 𠮷野家 🇨🇳 e\u0301 \u202e",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE alerts; --",
    "{{ 7 * 7 }} ${7*7} %s %(x)s {0}",
    "line one\nline two\ttab",
    "back\\slash \"quote\" 'single' `tick`",
]


@pytest.mark.parametrize("text", STORED_AS_TYPED, ids=range(len(STORED_AS_TYPED)))
class TestTextComesBackAsItWasTyped:
    """Escaping is the page's business; what is stored is what was typed."""

    def test_in_an_alert(self, responder: Client, ledger: Ledger, text: str):
        line = " ".join(text.split())
        body = ALERT | {"title": text, "description": text, "labels": {"name": text}, "annotations": {line: text}}
        made = responder.post("alerts", body).json
        assert (made["title"], made["description"]) == (line, text)
        assert (made["labels"], made["annotations"]) == ({"name": text}, {line: text})
        assert responder.get(f"alerts/{made['id']}").json == made
        assert ledger.row(Alert, made["id"]).description == text

    def test_in_an_incident_and_its_timeline(self, responder: Client, ledger: Ledger, text: str):
        made = responder.post("incidents", {"title": text, "description": text, "services": [text]}).json
        line = " ".join(text.split())
        assert (made["title"], made["description"], made["services"]) == (line, text, [line])
        noted = responder.post(f"incidents/{made['id']}/timeline", {"text": text}).json
        moved = responder.move(f"incidents/{made['id']}", "Closed", note=text)
        assert (noted["text"], moved.status_code) == (text, 200)
        entries = responder.get(f"incidents/{made['id']}/timeline").json["items"]
        assert [entry["text"] for entry in entries] == ["", text, text]
        assert ledger.row(Incident, made["id"]).description == text
        assert ledger.row(TimelineEntry, noted["id"]).text == text

    def test_in_a_postmortem_and_its_comments(self, responder: Client, make, ledger: Ledger, text: str):
        paper = make.postmortem(make.incident("AwaitingPostmortem"), responder.user)
        parts = dict.fromkeys(["summary", "impact", "detection", "root_cause", "resolution", "lessons"], text)
        written = responder.patch(f"postmortems/{paper.id}", parts | {"timeline": [{"occurred_at": NOW, "text": text}]})
        assert parts.items() <= written.json.items()
        assert written.json["timeline"] == [{"occurred_at": NOW, "text": text}]
        said = responder.post(f"postmortems/{paper.id}/comments", {"text": text}).json
        assert said["text"] == text
        assert ledger.row(Postmortem, paper.id).lessons == text
        assert ledger.row(PostmortemComment, said["id"]).text == text

    def test_in_an_action_item_and_in_a_name(self, responder: Client, make, text: str):
        incident = make.incident()
        made = responder.post("action-items", {"title": text, "description": text, "incident_id": incident.id}).json
        assert (made["title"], made["description"]) == (" ".join(text.split()), text)
        assert responder.patch("auth/me", {"display_name": text}).json["display_name"] == " ".join(text.split())


NOT_STORABLE = ["a\x00b", "a\ud83d", "\ude00"]


@pytest.mark.parametrize(
    "call, body, field",
    [
        ("POST alerts", ALERT, "title"),
        ("POST alerts", ALERT, "description"),
        ("POST alerts", ALERT, "alert_source"),
        ("POST alerts", ALERT, "fingerprint"),
        ("POST alerts", ALERT, "source_url"),
        ("POST alerts/{alert}/transitions", {"to": "Acknowledged"}, "note"),
        ("POST incidents", {"title": "t"}, "title"),
        ("POST incidents", {"title": "t"}, "description"),
        ("POST incidents/{incident}/transitions", {"to": "InProgress"}, "note"),
        ("POST incidents/{incident}/timeline", {}, "text"),
        ("PATCH postmortems/{postmortem}", {}, "lessons"),
        ("POST postmortems/{postmortem}/comments", {}, "text"),
        ("PATCH action-items/{item}", {}, "title"),
        ("PATCH auth/me", {}, "display_name"),
        ("PATCH auth/me", {}, "email"),
        ("PATCH auth/me", {}, "time_zone"),
        ("PATCH users/{user}", {}, "password"),
        ("POST users", GOOD["POST users"], "username"),
        ("POST auth/login", GOOD["POST auth/login"], "username"),
        ("POST auth/login", GOOD["POST auth/login"], "password"),
        ("POST integrations", GOOD["POST integrations"], "name"),
    ],
)
def test_text_that_no_database_holds_is_refused_by_name(send, ledger: Ledger, call, body, field):
    for text in NOT_STORABLE:
        with ledger.unchanged():
            refused(send(call, body | {field: text}), 422, "invalid", field)


@pytest.mark.parametrize("labels", ["labels", "annotations"])
@pytest.mark.parametrize("side", ["name", "value"])
def test_nor_in_labels(send, ledger: Ledger, labels: str, side: str):
    for text in NOT_STORABLE:
        given = {text: "v"} if side == "name" else {"n": text}
        with ledger.unchanged():
            problem = refused(send("POST alerts", ALERT | {labels: given}), 422, "invalid")
        assert problem["errors"][0]["field"].startswith(labels)


NO_TIME = [
    "2026-11-23T08:00:00",
    "2026-11-23",
    "yesterday",
    "",
    "1999-12-31T23:59:59Z",
    "2200-01-02T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-13-01T00:00:00Z",
    "1763884800",
]


@pytest.mark.parametrize(
    "call, body, field",
    [
        ("POST alerts", ALERT, "fired_at"),
        ("POST incidents", {"title": "t"}, "started_at"),
        ("PATCH incidents/{incident}", {}, "started_at"),
        ("POST incidents/{incident}/transitions", {"to": "InProgress"}, "recovered_at"),
        ("POST incidents/{incident}/timeline", {"text": "t"}, "occurred_at"),
    ],
)
def test_a_time_without_zone_or_outside_reason_is_refused_by_name(send, ledger: Ledger, call, body, field):
    for time in NO_TIME:
        with ledger.unchanged():
            refused(send(call, body | {field: time}), 422, "invalid", field)


@pytest.mark.parametrize(
    "call, body, field",
    [
        ("POST alerts", ALERT, "fired_at"),
        ("POST incidents", {"title": "t"}, "started_at"),
        ("PATCH incidents/{incident}", {}, "started_at"),
        ("POST incidents/{incident}/timeline", {"text": "t"}, "occurred_at"),
    ],
)
def test_what_happened_lies_in_the_past(clock, send, ledger: Ledger, call, body, field):
    for ahead in ("2026-11-23T09:06:00Z", "2026-11-24T09:00:00Z", "2199-01-01T00:00:00Z"):
        with ledger.unchanged():
            refused(send(call, body | {field: ahead}), 422, "invalid", field)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.com/", "not a url", "//example.com", "http://"])
def test_a_link_is_a_web_address(send, ledger: Ledger, url: str):
    with ledger.unchanged():
        refused(send("POST alerts", ALERT | {"source_url": url}), 422, "invalid", "source_url")


@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=9999999999999999999999", "limit"),
        ("status=Open", "status"),
        ("status=Pending,Nonsense", "status"),
        ("level=critical", "level"),
        ("sort=title", "sort"),
        ("sort=id;drop", "sort"),
        ("incident_id=x", "incident_id"),
        ("incident_id=9223372036854775808", "incident_id"),
        ("fired_after=2026-11-23T08:00:00", "fired_after"),
        ("fired_before=now", "fired_before"),
        ("q=" + "x" * 101, "q"),
        ("q=%00", "q"),
        ("source=%00", "source"),
        ("nonsense=1", "nonsense"),
        ("label=1", "label"),
    ],
)
def test_a_query_that_is_not_understood_is_refused_by_name(viewer: Client, query: str, field: str):
    refused(viewer.send("GET", f"alerts?{query}"), 422, "invalid", field)


@pytest.mark.parametrize("path", ["nonsense", "alerts/1/nonsense", "incidents/1/emergency/x", "../../etc/passwd"])
def test_an_address_that_is_none(viewer: Client, path: str):
    refused(viewer.get(path), 404, "not_found")


@pytest.mark.parametrize(
    "method, path", [("PUT", "alerts"), ("DELETE", "incidents/1"), ("PATCH", "alerts/1"), ("POST", "alerts/counts")]
)
def test_a_method_that_is_not_offered(admin: Client, method: str, path: str):
    answer = admin.send(method, path)
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("blank", [" ", "\n", "\u200b", "\u3000\u200b"])
@pytest.mark.parametrize(
    "call, field",
    [
        ("POST alerts", "title"),
        ("POST incidents", "title"),
        ("POST incidents/{incident}/timeline", "text"),
        ("POST postmortems/{postmortem}/comments", "text"),
    ],
)
def test_a_text_that_shows_nothing_is_refused(send, ledger: Ledger, call: str, field: str, blank: str):
    with ledger.unchanged():
        refused(send(call, GOOD[call] | {field: blank}), 422, "invalid", field)


def test_control_characters_in_a_title_become_blanks(send):
    assert send("POST incidents", {"title": "a\x1b[31m\x07b\x9fc"}).json["title"] == "a [31m b c"


@pytest.mark.parametrize(
    "time", ["20261123T080000+0000", "2026-W47-1T08:00:00Z", "2026-11-23", "2026-11-23T08Z", "2026-11-23T08:00:00+0800"]
)
def test_a_time_that_is_not_rfc_3339_is_refused(send, ledger: Ledger, time: str):
    with ledger.unchanged():
        refused(send("POST alerts", ALERT | {"fired_at": time}), 422, "invalid", "fired_at")


@pytest.mark.parametrize("word", ["no", "yes", 0, 1, "true"])
def test_what_is_not_true_or_false_is_refused(send, ledger: Ledger, word: object):
    with ledger.unchanged():
        body = {"to": "InProgress", "waive": word}
        refused(send("POST incidents/{incident}/transitions", body), 422, "invalid", "waive")
        refused(send("PATCH users/{user}", {"is_active": word}), 422, "invalid", "is_active")


def test_a_thousand_wrong_fields_are_not_all_repeated(send, ledger: Ledger):
    with ledger.unchanged():
        body = GOOD["POST incidents"] | {f"wrong{number}": 1 for number in range(1000)}
        problem = refused(send("POST incidents", body), 422, "invalid")
    assert len(problem["errors"]) == 50


def test_logging_in_takes_little(send, ledger: Ledger):
    with ledger.unchanged():
        refused(send("POST auth/login", {"username": "a", "password": "x" * 200_000}), 413, "too_large")


def test_more_words_than_anybody_means_are_refused(send, admin: Client, ledger: Ledger):
    many = {"to": "Acknowledged", "filter": {"source": [f"source {number}" for number in range(101)]}}
    with ledger.unchanged():
        refused(send("POST alerts/bulk", many), 422, "invalid", "filter.source")
    refused(admin.get("alerts", source=",".join("x" * 101)), 422, "invalid", "source")


def test_an_authorization_that_cannot_be_read(client: Client):
    for sent in ("Basic \xff\xfe", "Basic ====", "Bearer", "Digest x"):
        refused(client.send("GET", "auth/me", headers={"Authorization": sent}), 401, "unauthenticated")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api//v1/alerts", "/api/v1//alerts", "/api/v1/alerts/"])
def test_an_address_of_the_api_that_does_not_exist(admin: Client, path: str):
    refused(admin.get(path), 404, "not_found")
