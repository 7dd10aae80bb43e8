"""What a real Alertmanager 0.25 sent during an outage, replayed in order; see tests/payloads."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.harness.client import Client
from tests.harness.clock import HeldClock

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads" / "alertmanager"
RECORDED_FROM = datetime(2026, 11, 23, 17, 50, 49, tzinfo=UTC)


def capture(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())["body"]


def alerts_by_host(client: Client) -> dict[str, dict[str, Any]]:
    items = client.get("alerts", limit=100).json["items"]
    return {f"{item['labels']['alertname']} {item['labels']['instance'].split('.')[0]}": item for item in items}


@pytest.fixture
def replayed(key: Client, clock: HeldClock) -> None:
    for line in (PAYLOADS / "webhook-v4-sequence.jsonl").read_text().splitlines():
        record = json.loads(line)
        clock.set(RECORDED_FROM + timedelta(seconds=record["at"]))
        assert key.post("hooks/alertmanager", record["body"]).status_code == 200


def test_the_outage_leaves_four_alerts_with_their_counts(replayed, responder: Client):
    found = {name: (alert["status"], alert["count"]) for name, alert in alerts_by_host(responder).items()}
    assert found == {
        "HighLoad db-01": ("Pending", 4),
        "InstanceDown web-01": ("Resolved", 2),
        "InstanceDown web-02": ("Resolved", 3),
        "InstanceDown db-01": ("Resolved", 2),
    }


def test_the_times_are_the_senders(replayed, responder: Client):
    web_01 = alerts_by_host(responder)["InstanceDown web-01"]
    assert web_01["fired_at"].startswith("2026-11-23T17:51:18.533")
    assert web_01["resolved_at"].startswith("2026-11-23T17:51:48.533")


def test_resolved_ones_that_are_sent_again_change_nothing(replayed, key: Client, responder: Client):
    before = alerts_by_host(responder)
    assert key.post("hooks/alertmanager", capture("webhook-v4-resolved-group-of-three")).status_code == 200
    assert alerts_by_host(responder) == before


def test_one_group_with_a_firing_and_a_resolved_alert_does_both(key: Client, responder: Client, clock: HeldClock):
    clock.set(RECORDED_FROM + timedelta(minutes=2))
    key.post("hooks/alertmanager", capture("webhook-v4-firing-group-of-two"))
    key.post("hooks/alertmanager", capture("webhook-v4-firing-group-one-resolved"))
    found = {name: alert["status"] for name, alert in alerts_by_host(responder).items()}
    assert found == {"InstanceDown web-01": "Resolved", "InstanceDown web-02": "Pending"}


def test_chinese_line_breaks_and_markup_arrive_as_they_were_sent(key: Client, responder: Client):
    key.post("hooks/alertmanager", capture("webhook-v4-bearer-ungrouped-utf8"))
    [alert] = responder.get("alerts", **{"label.service": "订单服务"}).json["items"]
    assert alert["title"] == '主机 db-01.example.com:9100 负载过高 "5m"'
    assert alert["annotations"]["description"] == "load1 = 1.59\nsecond line <b>&amp;</b>"
    assert alert["level"] == "Warning"


def test_fields_of_newer_versions_are_welcome(key: Client, responder: Client, clock: HeldClock):
    clock.set(datetime(2026, 3, 2, 0, 52, tzinfo=UTC))
    answer = key.post("hooks/alertmanager", capture("alertmanager-0.34-webhook-extra-fields"))
    assert answer.status_code == 200
    assert list(alerts_by_host(responder)) == ["InstanceDown web-01"]


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
def test_every_capture_is_taken_in_whole(key: Client, name: str):
    body = capture(name)
    answer = key.post("hooks/alertmanager", body)
    assert answer.status_code == 200
    assert len(answer.json["results"]) == len(body["alerts"])
    assert "rejected" not in {result["outcome"] for result in answer.json["results"]}


def test_a_person_or_a_key_of_another_kind_is_turned_away(client: Client, responder: Client, make):
    body = capture("webhook-v4-firing-one")
    assert client.post("hooks/alertmanager", body).status_code == 401
    assert responder.post("hooks/alertmanager", body).status_code in {401, 403}
    assert client.with_key(make.key("generic")).post("hooks/alertmanager", body).status_code == 403
    assert responder.get("alerts").json["items"] == []
