"""Migrate a made-up old system and look at the result; nothing of it stays.

    python scripts/demo_migration.py            until Ctrl-C; on MariaDB where it is installed, else on SQLite
    python scripts/demo_migration.py --sqlite   on SQLite
    python scripts/demo_migration.py --once     stop as soon as the board has answered

The old system is tests/importer/old_databases/05-platform-with-neighbours.sql. `make demo-migration` makes what
this needs.
"""

import argparse
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pymysql  # noqa: E402 (after the path is set, as the next two)
from pymysql.constants import CLIENT  # noqa: E402

from tests.harness.mariadb import PrivateMariaDB, create_database, free_port  # noqa: E402
from tests.importer.oldworld import sqlfile  # noqa: E402

OLD_DATABASES = ROOT / "tests" / "importer" / "old_databases"
OLD, MAPPING = OLD_DATABASES / "05-platform-with-neighbours.sql", OLD_DATABASES / "05.toml"

KEYED = ("incidents", "incident_actions", "incident_logs", "users")
"""Tables of the old system whose key is `id`."""

STATES = """
[action_status]      # MariaDB has this in the column's comment
0 = "Open"
1 = "InProgress"
2 = "Done"
3 = "Verified"
4 = "Cancelled"
"""
UP_WITHIN = 60
"""Seconds."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Migrate a made-up old system and look at the result.")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, even where MariaDB is installed")
    parser.add_argument("--once", action="store_true", help="stop when the board has answered")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="closeloop-demo-"))
    try:
        with old_database(folder, on_sqlite=chosen.sqlite or not mariadb_is_installed()) as (url, mapping):
            return demonstrate(url, mapping, folder, once=chosen.once)
    except KeyboardInterrupt:
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        print("\nStopped; the demo's databases and files are removed.", flush=True)


def mariadb_is_installed() -> bool:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return bool(shutil.which("mariadbd", path=path) and shutil.which("mariadb-install-db", path=path))


@contextmanager
def old_database(folder: Path, *, on_sqlite: bool) -> Iterator[tuple[str, Path]]:
    """The URL of the old system's database and its mapping file."""
    if on_sqlite:
        print("An old system's database is made in a temporary SQLite file.", flush=True)
        mapping = folder / "mapping.toml"
        mapping.write_text(MAPPING.read_text("utf-8") + STATES, encoding="utf-8")
        yield make_on_sqlite(folder / "old-system.db"), mapping
        return
    print("An old system's database is made in a temporary MariaDB.", flush=True)
    server = PrivateMariaDB()
    try:
        yield make_on_mariadb(server.port), MAPPING
    finally:
        server.stop()


def make_on_mariadb(port: int) -> str:
    url = create_database(port, "old_system")
    with (
        pymysql.connect(
            host="127.0.0.1",
            port=port,
            user="root",
            database="old_system",
            autocommit=True,
            client_flag=CLIENT.MULTI_STATEMENTS,
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(OLD.read_text("utf-8"))
        while cursor.nextset():
            pass
    return url


def make_on_sqlite(path: Path) -> str:
    """Tables with the old system's names, columns and rows; without its view and trigger."""
    with closing(sqlite3.connect(path)) as connection:
        for table in KEYED:
            kinds = sqlfile.columns(OLD, table)
            columns = ", ".join(
                f'"{name}" {kind}' + (" PRIMARY KEY" if name == "id" else "") for name, kind in kinds.items()
            )
            connection.execute(f'CREATE TABLE "{table}" ({columns})')
            for row in sqlfile.rows(OLD, table):
                names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                connection.execute(
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608 (names of our own file)
                    list(row.values()),
                )
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES ('9f1c0ffee123')")
        connection.commit()
    return f"sqlite:///{path}"


def demonstrate(url: str, mapping: Path, folder: Path, *, once: bool) -> int:
    """Migrate, then serve. Returns the exit status."""
    report = folder / "migration-report.html"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "JWT_SECRET_KEY": secrets.token_hex(32),
        "LOG_FILE": str(folder / "app.log"),
    }
    for arguments in (
        ["check", "--mapping", str(mapping)],
        ["run", "--mapping", str(mapping), "--yes"],
        ["verify"],
        ["report", "--out", str(report)],
    ):
        print(f"\n$ python migrate_alert_system.py {' '.join(arguments)}", flush=True)
        command = [sys.executable, "migrate_alert_system.py", *arguments]
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if status:
            print(f"`{arguments[0]}` ended with exit status {status}.", file=sys.stderr)
            return status
    return serve(environment, folder, report, once=once)


def serve(environment: dict[str, str], folder: Path, report: Path, *, once: bool) -> int:
    """`python run.py` on the migrated database, until Ctrl-C or, `once`, until the board has answered."""
    port, password = free_port(), secrets.token_urlsafe(9)
    address, output = f"http://127.0.0.1:{port}", folder / "run.log"
    given = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": address,
        "ADMIN_PASSWORD": password,
    }
    print("\n$ python run.py", flush=True)
    with output.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "run.py"],
            cwd=ROOT,
            env={**environment, **given},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for this script, which then ends the server
        )
    try:
        if not wait_for(lambda: answers(f"{address}/readyz"), server):
            print(output.read_text(errors="replace"), file=sys.stderr)
            return 1
        try:
            incidents = on_the_board(address, password)
        except OSError as error:
            print(f"The board does not answer: {error}", file=sys.stderr)
            return 1
        print(
            f"\n  board    {address}/incidents-new ({incidents} incidents)\n"
            f"  login    admin / {password}\n"
            f"  report   {report.as_uri()}\n",
            flush=True,
        )
        if once:
            return 0
        print("Ctrl-C stops it and removes everything.", flush=True)
        return server.wait()
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(condition: Callable[[], bool], server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + UP_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def answers(url: str) -> bool:
    try:
        return ask(url)[0] == 200
    except OSError:
        return False


def on_the_board(address: str, password: str) -> int:
    """Log in, open the board's page, and count the incidents that it has."""
    body = {"username": "admin", "password": password}
    _, login = ask(f"{address}/api/v1/auth/login", body)
    ask(f"{address}/incidents-new")
    _, board = ask(f"{address}/api/v1/incidents/board", token=json.loads(login)["access_token"])
    return sum(column["count"] for column in json.loads(board)["columns"])


def ask(url: str, body: Any = None, token: str | None = None) -> tuple[int, bytes]:
    """Raises OSError for any answer that is an error."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 (always our own http://127.0.0.1)
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return response.status, response.read()


if __name__ == "__main__":
    sys.exit(main())
