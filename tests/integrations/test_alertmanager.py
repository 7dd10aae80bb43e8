"""What Alertmanager really sends, and what it might: taken in, alert by alert."""

import json
import sqlite3
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pymysql.err import OperationalError

from backend.app.extensions import db
from backend.app.models import Alert, AlertLabel
from tests.harness.client import Client
from tests.harness.driver import watched_driver
from tests.ledger import Ledger, refused

FIRST_NOTIFICATION = datetime(2026, 11, 23, 17, 50, 48, 600_000, tzinfo=UTC)
"""The captures count from here; the group waited two seconds for it."""

LOAD, WEB1, WEB2, DB = "HighLoad db-01", "InstanceDown web-01", "InstanceDown web-02", "InstanceDown db-01"

# Seconds after the first notification; what becomes of each alert in it; afterwards: status and count.
SEQUENCE = [
    (0.0, ["created"], {LOAD: ("Pending", 1)}),
    (30.0, ["repeated"], {LOAD: ("Pending", 2)}),
    (32.0, ["created"], {WEB1: ("Pending", 1)}),
    (44.0, ["repeated", "created"], {WEB1: ("Pending", 2), WEB2: ("Pending", 1)}),
    (60.1, ["repeated"], {LOAD: ("Pending", 3)}),
    (62.0, ["resolved", "repeated"], {WEB1: ("Resolved", 2), WEB2: ("Pending", 2)}),
    (80.0, ["created", "unchanged", "repeated"], {DB: ("Pending", 1), WEB1: ("Resolved", 2), WEB2: ("Pending", 3)}),
    (86.0, ["repeated", "unchanged", "resolved"], {DB: ("Pending", 2), WEB1: ("Resolved", 2), WEB2: ("Resolved", 3)}),
    (90.1, ["repeated"], {LOAD: ("Pending", 4)}),
    (92.0, ["resolved", "unchanged", "unchanged"], {DB: ("Resolved", 2), WEB1: ("Resolved", 2), WEB2: ("Resolved", 3)}),
]
ENDED = {WEB1: "17:51:48.533000", WEB2: "17:52:14.533000", DB: "17:52:16.533000"}


@pytest.fixture
def captured(payloads: Path):
    """`captured("webhook-v4-firing-one")` is the body as it was sent."""
    return lambda name: json.loads((payloads / "alertmanager" / f"{name}.json").read_text())["body"]


@pytest.fixture
def at_work(clock):
    """A minute after everything that was captured."""
    clock.set(FIRST_NOTIFICATION + timedelta(minutes=3))
    return clock


def push(key: Client, body: Any):
    return key.send("POST", "hooks/alertmanager", data=json.dumps(body), content_type="application/json")


def outcomes(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [result["outcome"] for result in answer.json["results"]]


def firing(**changes: Any) -> dict[str, Any]:
    alert = {
        "status": "firing",
        "labels": {"alertname": "DiskFull", "instance": "db-01"},
        "annotations": {"summary": "磁盘快满了", "description": "95 %"},
        "startsAt": "2026-11-23T17:50:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example.com/graph",
        "fingerprint": "59e0b1a03b2a10c7",
    }
    return alert | changes


def notification(*alerts: Any) -> dict[str, Any]:
    return {"version": "4", "status": "firing", "alerts": list(alerts)}


def short_name(alert: Alert) -> str:
    return f"{alert.labels['alertname']} {alert.labels['instance'].split('.')[0]}"


class TestTheCaptures:
    def test_an_hour_of_one_cluster(self, key: Client, ledger: Ledger, clock, payloads: Path):
        sent = [
            json.loads(line) for line in (payloads / "alertmanager/webhook-v4-sequence.jsonl").read_text().splitlines()
        ]
        assert [one["at"] for one in sent] == [at for at, _, _ in SEQUENCE]
        for one, (at, becomes, afterwards) in zip(sent, SEQUENCE, strict=True):
            clock.set(FIRST_NOTIFICATION + timedelta(seconds=at))
            assert outcomes(push(key, one["body"])) == becomes, at
            now = {short_name(alert): alert for alert in ledger.all(Alert)}
            for name, (status, count) in afterwards.items():
                assert (now[name].status, now[name].count) == (status, count), (at, name)
        assert set(now) == {LOAD, WEB1, WEB2, DB}
        assert {name: f"{now[name].resolved_at:%H:%M:%S.%f}" for name in ENDED} == ENDED
        assert now[LOAD].resolved_at is None
        assert {alert.flap_count for alert in now.values()} == {0}
        assert {name: alert.version for name, alert in now.items()} == {LOAD: 1, WEB1: 2, WEB2: 2, DB: 2}

    def test_a_start_that_moved_on_is_kept_beside_the_first(self, key, ledger, clock, payloads):
        for line in (payloads / "alertmanager/webhook-v4-sequence.jsonl").read_text().splitlines():
            one = json.loads(line)
            clock.set(FIRST_NOTIFICATION + timedelta(seconds=one["at"]))
            push(key, one["body"])
        load = ledger.all(Alert)[0]
        assert f"{load.fired_at:%H:%M:%S.%f}" == "17:50:46.533000"
        assert f"{load.firing_since:%H:%M:%S.%f}" == "17:52:18.533000"
        assert load.last_fired_at == FIRST_NOTIFICATION + timedelta(seconds=90.1)
        assert load.description == "load1 = 1.38\nsecond line <b>&amp;</b>"

    def test_chinese_quotes_and_line_breaks(self, key, responder: Client, captured, at_work):
        [result] = push(key, captured("webhook-v4-bearer-ungrouped-utf8")).json["results"]
        alert = responder.get(f"alerts/{result['id']}").json
        assert alert["title"] == '主机 db-01.example.com:9100 负载过高 "5m"'
        assert alert["description"] == "load1 = 1.59\nsecond line <b>&amp;</b>"
        assert alert["level"] == "Warning"
        assert alert["alert_source"] == "alertmanager"
        assert alert["labels"]["service"] == "订单服务"
        assert alert["fired_at"] == "2026-11-23T17:50:46.533000Z"
        assert alert["source_url"].startswith("https://prometheus.example.com/graph?g0.expr=")
        assert alert["fingerprint"] == result["fingerprint"]
        [found] = responder.get("alerts", **{"label.service": "订单服务"}).json["items"]
        assert found["id"] == alert["id"]

    def test_fields_that_a_newer_version_adds(self, key, ledger, captured, at_work):
        body = captured("alertmanager-0.34-webhook-extra-fields")
        assert "notification_reason" in body
        assert outcomes(push(key, body)) == ["created"]
        [alert] = ledger.all(Alert)
        assert (alert.title, alert.level) == ("InstanceDown", "Warning")

    def test_the_end_of_what_was_never_heard_of(self, key, ledger, captured, at_work):
        [result] = push(key, captured("webhook-v4-bearer-ungrouped-resolved")).json["results"]
        assert (result["outcome"], result["id"]) == ("unchanged", None)
        assert ledger.count(Alert) == 0

    def test_each_file_alone_is_taken(self, key, captured, payloads, at_work):
        for path in sorted((payloads / "alertmanager").glob("*.json")):
            became = outcomes(push(key, captured(path.stem)))
            assert len(became) == len(captured(path.stem)["alerts"])
            assert "rejected" not in became, path.name

    def test_two_alertmanagers_of_a_pair_tell_the_same(self, key, ledger, captured, at_work):
        for _ in range(2):
            push(key, captured("webhook-v4-firing-group-of-two"))
        assert Counter(alert.count for alert in ledger.all(Alert)) == {2: 2}


class TestTheEnd:
    def test_of_an_alert_that_belongs_to_an_incident(self, key, responder: Client, ledger, captured, at_work):
        push(key, captured("webhook-v4-firing-group-of-two"))
        first, _ = ledger.all(Alert)
        incident = responder.post("incidents", {"alert_ids": [first.id]}).json
        push(key, captured("webhook-v4-firing-group-one-resolved"))
        alert = responder.get(f"alerts/{first.id}").json
        assert (alert["status"], alert["resolved_at"]) == ("Linked", "2026-11-23T17:51:48.533000Z")
        entry = ledger.timeline(incident["id"])[-1]
        assert (entry.kind, entry.actor_name, entry.actor_id) == ("alert_resolved", "alertmanager key", None)
        assert responder.get(f"incidents/{incident['id']}").json["status"] == "Pending"

    def test_of_one_that_fired_on_after_its_incident_was_closed(self, key, manager: Client, ledger, at_work):
        """It is told by two alerts then; the incident that comes back must not wait for one that is over."""
        push(key, notification(firing()))
        incident = manager.post("incidents", {"alert_ids": [ledger.all(Alert)[0].id]}).json["id"]
        manager.post(f"incidents/{incident}/transitions", {"to": "Closed", "note": "误报"})
        push(key, notification(firing()))
        manager.post(f"incidents/{incident}/transitions", {"to": "InProgress", "note": "又来了"})
        ends = firing(status="resolved", endsAt="2026-11-23T17:52:00Z")
        assert outcomes(push(key, notification(ends))) == ["resolved"]
        assert [(alert.status, f"{alert.resolved_at:%H:%M}") for alert in ledger.all(Alert)] == [
            ("Linked", "17:52"),
            ("Resolved", "17:52"),
        ]
        assert ledger.timeline(incident)[-1].kind == "alert_resolved"
        assert outcomes(push(key, notification(ends))) == ["unchanged"]

    def test_without_a_time_it_ended_now(self, key, ledger, at_work):
        push(key, notification(firing()))
        ends = firing(status="resolved", endsAt="0001-01-01T00:00:00Z")
        assert outcomes(push(key, notification(ends))) == ["resolved"]
        assert ledger.all(Alert)[0].resolved_at == at_work.now

    def test_in_the_future_it_ended_now(self, key, ledger, at_work):
        push(key, notification(firing()))
        push(key, notification(firing(status="resolved", endsAt="2026-11-24T00:00:00Z")))
        assert ledger.all(Alert)[0].resolved_at == at_work.now

    @pytest.mark.parametrize("order", [1, -1])
    def test_told_twice_in_one_notification_the_later_one_counts(self, key, ledger, at_work, order):
        """The earlier one ended an episode that was over before this one began."""
        push(key, notification(firing()))
        stale = firing(status="resolved", startsAt="2026-11-23T17:40:00Z", endsAt="2026-11-23T17:45:00Z")
        ends = firing(status="resolved", endsAt="2026-11-23T17:52:00Z")
        assert outcomes(push(key, notification(*[stale, ends][::order]))) == ["resolved", "unchanged"]
        [alert] = ledger.all(Alert)
        assert (alert.status, f"{alert.resolved_at:%H:%M}") == ("Resolved", "17:52")

    def test_fires_twice_in_one_notification_the_last_word_counts(self, key, ledger, at_work):
        later, earlier = (firing(startsAt=f"2026-11-23T17:5{n}:00Z", annotations={"summary": f"{n}"}) for n in (1, 0))
        assert outcomes(push(key, notification(later, earlier))) == ["created", "repeated"]
        assert [alert.title for alert in ledger.all(Alert)] == ["0"]

    def test_and_a_new_start_in_one_notification(self, key, ledger, at_work):
        push(key, notification(firing()))
        ended = firing(status="resolved", endsAt="2026-11-23T17:52:00Z")
        again = firing(startsAt="2026-11-23T17:53:00Z")
        assert outcomes(push(key, notification(ended, again))) == ["resolved", "reopened"]
        [alert] = ledger.all(Alert)
        assert (alert.status, alert.flap_count, alert.resolved_at) == ("Pending", 1, None)


class TestLevels:
    @pytest.mark.parametrize(
        "severity, level",
        [
            ("critical", "Critical"),
            ("CRITICAL", "Critical"),
            ("page", "Critical"),
            ("error", "Error"),
            ("high", "Error"),
            ("warning", "Warning"),
            ("info", "Info"),
            ("none", "Info"),
            ("whatever", "Warning"),
            (None, "Warning"),
        ],
    )
    def test_by_the_severity_label(self, key, ledger, severity, level):
        labels = {"alertname": "A"} | ({"severity": severity} if severity else {})
        push(key, notification(firing(labels=labels)))
        assert ledger.all(Alert)[0].level == level


class TestTitles:
    @pytest.mark.parametrize(
        "annotations, title",
        [
            ({"summary": "The summary", "title": "The title"}, "The summary"),
            ({"title": "The title"}, "The title"),
            ({}, "DiskFull"),
            ({"summary": "two\nlines"}, "two lines"),
            ({"summary": " \n"}, "DiskFull"),
        ],
    )
    def test_from_the_annotations_or_the_name(self, key, ledger, annotations, title):
        push(key, notification(firing(annotations=annotations)))
        assert ledger.all(Alert)[0].title == title


class TestWhatCannotBeUnderstood:
    BAD = [
        None,
        "text",
        7,
        [],
        {},
        firing(labels={}),
        firing(labels=None),
        firing(labels=["a"]),
    ]
    ODD = [
        {"annotations": "text"},
        {"annotations": ["a"]},
        {"startsAt": "yesterday"},
        {"startsAt": "2026-11-23T17:50:00"},
        {"startsAt": 7},
        {"startsAt": {"a": 1}},
        {"startsAt": None},
    ]

    @pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
    def test_what_is_odd_beside_the_labels_loses_no_alert(self, key, ledger, at_work, odd):
        assert outcomes(push(key, notification(firing(**odd)))) == ["created"]
        [alert] = ledger.all(Alert)
        assert alert.annotations == {} if "annotations" in odd else alert.fired_at == at_work.now

    def test_nor_does_an_end_that_is_no_time_keep_one_open(self, key, ledger, at_work):
        push(key, notification(firing()))
        assert outcomes(push(key, notification(firing(status="resolved", endsAt="never")))) == ["resolved"]

    @pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
    def test_one_bad_alert_among_good_ones_is_rejected_and_the_others_are_taken(self, key, ledger, at_work, bad):
        other = firing(labels={"alertname": "Other"})
        answer = push(key, notification(firing(), bad, other))
        assert outcomes(answer) == ["created", "rejected", "created"]
        rejected = answer.json["results"][1]
        assert rejected["reason"]
        assert (rejected["id"], rejected["fingerprint"]) == (None, None)
        assert ledger.count(Alert) == 2

    @pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
    def test_when_all_are_bad_the_whole_is_refused_by_place(self, key, ledger, at_work, bad):
        with ledger.unchanged():
            refused(push(key, notification(bad, bad)), 422, "invalid", "alerts.1")

    @pytest.mark.parametrize("body", [[], {}, {"alerts": None}, {"alerts": {}}, "text", 7, None])
    def test_what_is_no_notification(self, key, ledger, body):
        with ledger.unchanged():
            refused(push(key, body), 422, "invalid", "alerts")

    @pytest.mark.parametrize("raw", [b"", b"{", b'{"alerts": NaN}', b"\xff", b"[" * 100_000])
    def test_what_is_not_json(self, key, ledger, raw):
        with ledger.unchanged():
            answer = key.send("POST", "hooks/alertmanager", data=raw, content_type="application/json")
            refused(answer, 400, "bad_request")

    def test_a_notification_of_nothing(self, key):
        assert push(key, notification()).json == {"results": []}

    def test_nested_as_deep_as_json_is_read_at_all(self, key):
        """Somewhere near the limit reading works and writing it out again does not."""
        for depth in [*range(850, 1000, 7), *range(900, 980)]:
            nested = "[" * depth + "]" * depth
            raw = f'{{"alerts": [{{"labels": {{"alertname": {nested}}}, "startsAt": "2026-11-23T17:50:00Z"}}]}}'
            answer = key.send("POST", "hooks/alertmanager", data=raw, content_type="application/json")
            assert answer.status_code in (200, 400, 422), depth


class TestWhatIsMadeToFit:
    def test_a_start_in_the_future_counts_as_now(self, key, ledger, at_work):
        for n, start in enumerate(["2026-11-23T18:00:00Z", "2199-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]):
            push(key, notification(firing(labels={"n": str(n)}, startsAt=start)))
        assert [alert.fired_at for alert in ledger.all(Alert)] == [at_work.now] * 3

    @pytest.mark.parametrize("start", [None, "", "0001-01-01T00:00:00Z"])
    def test_no_start_counts_as_now(self, key, ledger, at_work, start):
        push(key, notification(firing(startsAt=start)))
        assert ledger.all(Alert)[0].fired_at == at_work.now

    @pytest.mark.parametrize(
        "start, kept",
        [
            ("2026-11-23T17:50:46.533123456Z", "17:50:46.533123"),
            ("2026-11-23T17:50:46.5Z", "17:50:46.500000"),
            ("2026-11-24T01:50:46.123456789+08:00", "17:50:46.123456"),
            ("2026-11-23T17:50:46Z", "17:50:46.000000"),
        ],
    )
    def test_go_prints_up_to_nine_digits(self, key, ledger, at_work, start, kept):
        push(key, notification(firing(startsAt=start)))
        assert f"{ledger.all(Alert)[0].fired_at:%H:%M:%S.%f}" == kept

    def test_over_long_text_is_cut(self, key, ledger, at_work):
        long = "文😀" * 20_000
        labels = {"alertname": long, "n" * 300: "v"}
        annotations = {"summary": long, "description": long, "other": long}
        assert outcomes(push(key, notification(firing(labels=labels, annotations=annotations)))) == ["created"]
        [alert] = ledger.all(Alert)
        assert (len(alert.title), len(alert.labels["alertname"])) == (200, 255)
        assert "n" * 100 in alert.labels
        assert len(alert.annotations["other"]) == 4000
        assert long.startswith(alert.title)

    @pytest.mark.parametrize("text, kept", [("a\x00b", "ab"), ("a\ud800b", "a?b"), ("😀\u202e", "😀\u202e")])
    def test_what_no_database_holds_is_taken_out(self, key, ledger, at_work, text, kept):
        changes = {"labels": {"alertname": text, text: "v"}, "annotations": {"summary": text, "description": text}}
        assert outcomes(push(key, notification(firing(**changes)))) == ["created"]
        [alert] = ledger.all(Alert)
        assert (alert.title, alert.description, alert.labels) == (kept, kept, {"alertname": kept, kept: "v"})

    def test_label_values_that_are_no_text_become_text(self, key, ledger, at_work):
        labels = {"alertname": "A", "n": 7, "b": True, "none": None, "list": [1]}
        assert outcomes(push(key, notification(firing(labels=labels)))) == ["created"]
        assert ledger.all(Alert)[0].labels == {"alertname": "A", "n": "7", "b": "True", "none": "", "list": "[1]"}

    def test_label_names_that_databases_take_for_the_same(self, key, app: Flask, ledger, at_work):
        """MariaDB compares without trailing blanks."""
        labels = {"alertname": "A", "name": "1", "name ": "2", "Name": "3", "nàme": "4"}
        assert outcomes(push(key, notification(firing(labels=labels)))) == ["created"]
        assert ledger.all(Alert)[0].labels["Name"] == "3"
        with app.app_context():
            assert db.session.query(AlertLabel).filter_by(name="nàme").count() == 1

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "nonsense", "", None, 7]
    )
    def test_a_source_that_is_no_web_address_is_left_out(self, key, ledger, at_work, url):
        push(key, notification(firing(generatorURL=url)))
        assert ledger.all(Alert)[0].source_url is None

    def test_the_fingerprint_is_ours(self, key, ledger, at_work):
        """Theirs covers the labels too, but is 64 bits short."""
        push(key, notification(firing(fingerprint="one")))
        assert outcomes(push(key, notification(firing(fingerprint="two")))) == ["repeated"]
        assert outcomes(push(key, notification(firing(labels={"alertname": "B"}, fingerprint="one")))) == ["created"]

    def test_labels_that_differ_only_where_they_are_cut_are_two_alerts(self, key, ledger, at_work):
        one, other = ({"alertname": "A", "path": "/" + "x" * 300 + end} for end in "ab")
        assert outcomes(push(key, notification(firing(labels=one), firing(labels=other)))) == ["created", "created"]

    def test_a_thousand_alerts_at_once(self, key, ledger, at_work):
        many = [firing(labels={"alertname": "A", "n": str(n)}) for n in range(1000)]
        assert Counter(outcomes(push(key, notification(*many)))) == {"created": 1000}
        assert Counter(outcomes(push(key, notification(*many)))) == {"repeated": 1000}
        assert ledger.count(Alert) == 1000


class TestWhenTheDatabaseCannotKeepUp:
    """Alertmanager drops what is answered 4xx and sends again what is answered 5xx."""

    @pytest.fixture
    def failing(self, app: Flask, monkeypatch):
        """`failing(error, times)`: the driver raises it that often on INSERT INTO alerts; the list is what it saw."""
        monkeypatch.setattr("backend.app.unit.time.sleep", lambda _: None)
        with app.app_context():
            on_sqlite = db.engine.dialect.name == "sqlite"

        with ExitStack() as stack:

            def arrange(lite: str, number: int, times: int = 99) -> list[str]:
                seen: list[str] = []
                error = sqlite3.OperationalError(lite) if on_sqlite else OperationalError(number, "injected")

                def tell(statement: str) -> None:
                    if statement.startswith("INSERT INTO alerts ") and len(seen) < times:
                        seen.append(statement)
                        raise error

                stack.enter_context(watched_driver(tell))
                return seen

            yield arrange

    def test_locked_all_the_time_it_says_try_again(self, key, ledger, failing):
        seen = failing("database is locked", 1205)
        with ledger.unchanged():
            answer = push(key, notification(firing()))
        refused(answer, 503, "busy")
        assert int(answer.headers["Retry-After"]) > 0
        assert 1 < len(seen) < 20, "tried again, but not for ever"

    def test_a_lost_race_is_run_again_unseen(self, key, ledger, failing):
        seen = failing("database is locked", 1213, times=2)
        assert outcomes(push(key, notification(firing()))) == ["created"]
        assert len(seen) == 2
        assert ledger.count(Alert) == 1
        assert len(ledger.events("alert")) == 1

    def test_a_fault_of_ours_tells_nothing(self, key, ledger, failing):
        failing("no such column: secret_column", 1054)
        with ledger.unchanged():
            problem = refused(push(key, notification(firing())), 500, "internal")
        assert "secret" not in json.dumps(problem)
        assert "injected" not in json.dumps(problem)
