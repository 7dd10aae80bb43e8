"""Bodies that stall, break off, or go on for ever: told to the sender, and nobody else waits for them."""

import io
import json
import socket
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from gunicorn.http.errors import InvalidChunkSize

from tests.harness.client import Client
from tests.harness.server import ADMIN_PASSWORD, Running, running_server
from tests.ledger import Ledger, refused


class Failing(io.RawIOBase):
    """A body whose sender fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def readable(self) -> bool:
        return True

    def readinto(self, _: object) -> int:
        raise self.error


@pytest.mark.parametrize(
    "error, status, code",
    [
        (TimeoutError("timed out"), 408, "timeout"),
        (ConnectionResetError("gone"), 400, "bad_request"),
        (InvalidChunkSize(b"zz"), 400, "bad_request"),
    ],
    ids=["stalled", "gone", "a chunk that is none"],
)
@pytest.mark.parametrize("path", ["alerts", "auth/login", "auth/refresh", "hooks/alertmanager"])
def test_a_body_that_does_not_arrive(responder: Client, key: Client, ledger: Ledger, path, error, status, code):
    sender = key if path.startswith("hooks") else responder
    with ledger.unchanged():
        broken = {"wsgi.input": Failing(error), "CONTENT_LENGTH": "50"}
        answer = sender.send("POST", path, content_type="application/json", environ_overrides=broken)
        refused(answer, status, code)


@pytest.fixture(scope="module")
def server(new_database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(new_database(), tmp_path_factory.mktemp("server"), MAX_BODY_BYTES="100000") as running:
        yield running


def connect(server: Running, head: str) -> socket.socket:
    where = urlsplit(server.url)
    connection = socket.create_connection((where.hostname, where.port), timeout=30)
    connection.sendall(f"{head}\r\nHost: closeloop\r\nContent-Type: application/json\r\n".encode())
    return connection


def post(server: Running, path: str, body: object, token: str = "") -> dict:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{server.url}/api/v1/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def test_while_one_body_stalls_others_write(server: Running):
    token = post(server, "auth/login", {"username": "admin", "password": ADMIN_PASSWORD})["access_token"]
    with connect(server, "POST /api/v1/auth/refresh HTTP/1.1") as stalled:
        stalled.sendall(b"Content-Length: 50\r\n\r\n{")
        assert post(server, "incidents", {"title": "meanwhile"}, token)["status"] == "Pending"


@pytest.mark.parametrize("total", [100_001, 300_000])
def test_a_chunked_body_that_is_too_large_is_refused_like_any_other(server: Running, total: int):
    with connect(server, "POST /api/v1/hooks/alertmanager?key=clk_none HTTP/1.1") as connection:
        connection.sendall(b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        body = json.dumps({"alerts": [], "padding": "x" * total}).encode()
        connection.sendall(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
        answer = connection.recv(100_000)
    assert b" 413 " in answer.split(b"\r\n")[0]


def test_a_chunk_that_is_none_is_refused(server: Running):
    with connect(server, "POST /api/v1/hooks/alertmanager HTTP/1.1") as connection:
        connection.sendall(b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
        answer = connection.recv(100_000)
    assert b" 400 " in answer.split(b"\r\n")[0]
