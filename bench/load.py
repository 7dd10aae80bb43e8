"""Sends a bounded number of requests over a few connections and reads the server's CPU time meanwhile."""

import http.client
import json
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.harness.server import Running

CONNECTIONS = 1
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: Any = None


@dataclass(frozen=True)
class Measured:
    name: str
    requests: int
    seconds: float
    cpu_seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_micros(self) -> float:
        return self.cpu_seconds / self.requests * 1e6

    def percentile(self, percent: int) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


def measure(
    name: str,
    server: Running,
    token: str,
    make: Callable[[int], Request],
    *,
    requests: int,
    warm_up: int = 40,
    connections: int = CONNECTIONS,
) -> Measured:
    """`make(number)` is the request to send; the first `warm_up` are not counted."""
    _send_all(server.url, token, (make(number) for number in range(warm_up)), connections)
    cpu, started = cpu_seconds(server.pid), time.monotonic()
    latencies = _send_all(
        server.url, token, (make(number) for number in range(warm_up, warm_up + requests)), connections
    )
    return Measured(name, requests, time.monotonic() - started, cpu_seconds(server.pid) - cpu, latencies)


def call(server: Running, token: str, method: str, path: str, body: Any = None) -> Any:
    connection = _connect(server.url)
    try:
        return json.loads(_send(connection, token, Request(method, path, body)))
    finally:
        connection.close()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children, as /proc has it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = 0
    for each in (str(pid), *children):
        after_name = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(after_name[11]) + int(after_name[12])
    return total / TICKS


def _send_all(url: str, token: str, requests: Iterator[Request], connections: int) -> list[float]:
    latencies: list[float] = []
    errors: list[BaseException] = []
    lock = threading.Lock()

    def client() -> None:
        connection = _connect(url)
        try:
            while True:
                with lock:
                    request = next(requests, None)
                if request is None or errors:
                    return
                started = time.monotonic()
                _send(connection, token, request)
                latencies.append(time.monotonic() - started)
        except Exception as error:  # noqa: BLE001 (raised again below, in the thread that reports)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return latencies


def _connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)


def _send(connection: http.client.HTTPConnection, token: str, request: Request) -> bytes:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = None
    if request.body is not None:
        body, headers["Content-Type"] = json.dumps(request.body), "application/json"
    connection.request(request.method, request.path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{request.method} {request.path} answered {answer.status}: {data[:500]!r}")
    return data
