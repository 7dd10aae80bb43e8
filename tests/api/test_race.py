"""Two people move one card at the same moment: one of them does it, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.harness.client import Client

MOVES = [
    ("Pending", "InProgress", {}),
    ("InProgress", "Recovering", {}),
    ("Recovering", "Recovered", {}),
    ("Pending", "Closed", {"note": "false alarm"}),
]


@pytest.mark.parametrize("source, to, needs", MOVES)
def test_exactly_one_of_two_wins(responder: Client, stranger: Client, make, source, to, needs):
    incident = make.incident(source)
    path = f"incidents/{incident.id}"
    start = Barrier(2)

    def move(client: Client) -> int:
        start.wait()
        return client.move(path, to, **needs).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(move, [responder, stranger]))

    assert sorted(answers) == [200, 409]
    now = responder.get(path).json
    assert now["status"] == to
    assert now["version"] == incident.version + 1
    moves = [entry for entry in responder.get(f"{path}/timeline").json["items"] if entry["kind"] == "moved"]
    assert [(entry["data"]["from"], entry["data"]["to"]) for entry in moves] == [(source, to)]


def test_the_same_new_alert_sent_ten_times_at_once_is_one_alert(key, responder: Client, make, client: Client):
    sender = client.with_key(make.key("generic"))
    body = {
        "title": "Disk almost full",
        "description": "",
        "level": "Error",
        "alert_source": "cron",
        "fired_at": "2026-11-23T08:00:00Z",
    }
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: sender.post("alerts", body).status_code, range(10)))
    assert sorted(answers) == [200] * 9 + [201]
    [alert] = responder.get("alerts").json["items"]
    assert alert["count"] == 10
