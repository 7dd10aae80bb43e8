"""Prints, for SQLite and MariaDB, what the hot paths cost beside a bare echo and a bare insert."""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.load import Case, Measured, Request, call, measure
from tests.harness.mariadb import PrivateMariaDB, create_database
from tests.harness.server import ADMIN_PASSWORD, Running, running_server

ALERTS = 10_000
INCIDENTS = 1_000
BATCH = 100


def alert(number: int) -> dict[str, object]:
    return {
        "title": f"Disk almost full on host {number}",
        "description": "/var is filled to 96 %",
        "level": ("Critical", "Error", "Warning", "Info")[number % 4],
        "alert_source": "bench",
        "fired_at": "2026-11-23T08:00:00Z",
        "labels": {"instance": f"host-{number}", "job": "node"},
    }


def measure_all(bare: Running, server: Running, requests: int) -> list[Measured]:
    login = {"username": "admin", "password": ADMIN_PASSWORD}
    token = call(server, "", "POST", "/api/v1/auth/login", login)["access_token"]
    key = call(server, token, "POST", "/api/v1/integrations", {"name": "bench", "kind": "generic"})["key"]

    def post(path: str, offset: int = 0) -> Callable[[int], Request]:
        return lambda number: Request("POST", path, alert(offset + number))

    def repeat(number: int) -> Request:
        return Request("POST", "/api/v1/alerts", alert(number % 20))

    def batch(number: int) -> Request:
        first = 1_000_000 + number * BATCH
        return Request("POST", "/api/v1/alerts/batch", {"alerts": [alert(first + n) for n in range(BATCH)]})

    def get(path: str) -> Callable[[int], Request]:
        return lambda _: Request("GET", path)

    writes = [
        Case("bare Flask echo", bare, "", post("/echo")),
        Case("bare ORM insert", bare, "", post("/insert")),
        Case("alert, new (integration key)", server, key, post("/api/v1/alerts")),
        Case("alert, new (access token)", server, token, post("/api/v1/alerts", 500_000)),
        Case("alert, repeat of an open one", server, key, repeat),
    ]
    measured = measure(writes, requests=requests)
    batches = [Case(f"batch of {BATCH} new alerts", server, key, batch)]
    measured += measure(batches, requests=max(1, requests // 20), rounds=10, warm_up=2)
    fill(server, token, key)
    reads = [
        Case("alert list, page of 50", server, token, get("/api/v1/alerts?limit=50")),
        Case(
            "alert list, two filters",
            server,
            token,
            get("/api/v1/alerts?status=Pending&level=Critical,Error&limit=50"),
        ),
        Case("board", server, token, get("/api/v1/incidents/board")),
    ]
    return measured + measure(reads, requests=max(1, requests // 5), rounds=10, warm_up=5)


def fill(server: Running, token: str, key: str) -> None:
    """Bring the tables to ALERTS and INCIDENTS through the API; every column of the board gets its share."""
    present = sum(call(server, token, "GET", "/api/v1/alerts/counts")["by_status"].values())
    for first in range(present, ALERTS, 1000):
        alerts = [alert(2_000_000 + number) for number in range(first, min(first + 1000, ALERTS))]
        call(server, key, "POST", "/api/v1/alerts/batch", {"alerts": alerts})
    path = ["InProgress", "Recovering", "Recovered", "AwaitingPostmortem", "Closed"]
    for number in range(INCIDENTS):
        incident = call(server, token, "POST", "/api/v1/incidents", {"title": f"Incident {number}"})["id"]
        for to in path[: number % (len(path) + 1)]:
            waived = {"waive": True, "note": "bench"} if to == "Closed" else {}
            call(server, token, "POST", f"/api/v1/incidents/{incident}/transitions", {"to": to} | waived)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Two empty ones: for the bare server and for Closeloop."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bare.db'}", f"sqlite:///{folder / 'closeloop.db'}"
        return
    server = PrivateMariaDB()
    try:
        yield create_database(server.port, "bare"), create_database(server.port, "closeloop")
    finally:
        server.stop()


def report(kind: str, measured: list[Measured]) -> None:
    echo, insert = measured[0].cpu_micros, measured[1].cpu_micros
    print(f"\n{kind}: {ALERTS:,} alerts and {INCIDENTS:,} incidents for the lists")
    print(f"{'':32}{'CPU µs':>9}{'÷ echo':>9}{'÷ insert':>9}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}")
    for each in measured:
        latency = f"{each.percentile(50):9.1f}{each.percentile(95):9.1f}"
        print(row(each.name, each.cpu_micros, echo, insert, each.rate) + latency)
        if each.name.startswith("batch"):
            print(row("  of that, an alert", each.cpu_micros / BATCH, echo, insert, each.rate * BATCH))


def row(name: str, micros: float, echo: float, insert: float, rate: float) -> str:
    return f"{name:32}{micros:9,.0f}{micros / echo:9.2f}{micros / insert:9.2f}{rate:9,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "mariadb"], action="append")
    parser.add_argument("--requests", type=int, default=50, help="of each kind, in each of forty rounds (default 50)")
    chosen = parser.parse_args()
    for kind in chosen.database or ["sqlite", "mariadb"]:
        with tempfile.TemporaryDirectory(prefix="closeloop-bench-") as name, ExitStack() as stack:
            folders = [Path(name, "bare"), Path(name, "closeloop")]
            for folder in folders:
                folder.mkdir()
            urls = stack.enter_context(databases(kind, Path(name)))
            commands = [["-m", "bench.bare"], ["run.py"]]
            bare, server = (
                stack.enter_context(running_server(*each)) for each in zip(urls, folders, commands, strict=True)
            )
            measured = measure_all(bare, server, chosen.requests)
        report(kind, measured)


if __name__ == "__main__":
    main()
