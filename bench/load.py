"""Sends a bounded number of requests over one connection and reads the server's CPU time meanwhile."""

import http.client
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.harness.server import Running


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: Any = None


@dataclass(frozen=True)
class Measured:
    name: str
    seconds: float
    cpu_each: list[float]
    """CPU seconds a request, one figure for each round."""
    latencies: list[float]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_micros(self) -> float:
        return statistics.median(self.cpu_each) * 1e6

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(
            self.name,
            self.seconds + other.seconds,
            self.cpu_each + other.cpu_each,
            self.latencies + other.latencies,
        )

    def percentile(self, percent: int) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


@dataclass(frozen=True)
class Case:
    """`make(number)` is the request to send; numbers go on from round to round."""

    name: str
    server: Running
    token: str
    make: Callable[[int], Request]


def measure(cases: Sequence[Case], *, requests: int, rounds: int = 40, warm_up: int = 40) -> list[Measured]:
    """All cases in turn, in many short rounds, so that a slow moment of the machine meets all of them alike."""
    for case in cases:
        _send_all(case, range(warm_up))
    measured = [_measure(case, range(warm_up, warm_up + requests)) for case in cases]
    for each in range(1, rounds):
        numbers = range(warm_up + each * requests, warm_up + (each + 1) * requests)
        measured = [before + _measure(case, numbers) for before, case in zip(measured, cases, strict=True)]
    return measured


def _measure(case: Case, numbers: range) -> Measured:
    cpu, started = cpu_seconds(case.server.pid), time.monotonic()
    latencies = _send_all(case, numbers)
    used = cpu_seconds(case.server.pid) - cpu
    return Measured(case.name, time.monotonic() - started, [used / len(numbers)], latencies)


def call(server: Running, token: str, method: str, path: str, body: Any = None) -> Any:
    connection = _connect(server.url)
    try:
        return json.loads(_send(connection, token, Request(method, path, body)))
    finally:
        connection.close()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children, by their own clocks."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(time.clock_gettime(_cpu_clock(each)) for each in (pid, *map(int, children)))


def _cpu_clock(pid: int) -> int:
    """Linux numbers the CPU clock of a process so, see clock_getcpuclockid(3); /proc counts only hundredths."""
    return (~pid << 3) | 2


def _send_all(case: Case, numbers: range) -> list[float]:
    """One request after the other on one connection; how long each took, in seconds."""
    connection = _connect(case.server.url)
    latencies = []
    try:
        for number in numbers:
            request = case.make(number)
            started = time.monotonic()
            _send(connection, case.token, request)
            latencies.append(time.monotonic() - started)
    finally:
        connection.close()
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
