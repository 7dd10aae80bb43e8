"""Two people move one card at the same moment: one of them does it, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from backend.app.services import auth
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


@pytest.mark.parametrize("kind", ["incident", "alert"])
def test_the_same_move_sent_twice_under_one_key_is_answered_twice(responder: Client, make, monkeypatch, kind):
    """As by a browser whose line broke, and who sends it again while the first is still under way."""
    row, to = (make.incident(), "InProgress") if kind == "incident" else (make.alert(), "Acknowledged")
    both_have_begun, look = Barrier(2), auth.actor_of_session

    def look_and_wait(*who: int):
        actor = look(*who)
        # On SQLite the second begins only when the first is through.
        with suppress(BrokenBarrierError):
            both_have_begun.wait(0.5)
        return actor

    monkeypatch.setattr(auth, "actor_of_session", look_and_wait)

    def move(_: int):
        return responder.post(f"{kind}s/{row.id}/transitions", {"to": to}, Idempotency_Key="k", If_Match='"1"')

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(move, range(2))
    assert (first.status_code, second.status_code) == (200, 200), (first.text, second.text)
    assert first.json == second.json
    assert sorted("Idempotent-Replayed" in answer.headers for answer in (first, second)) == [False, True]
