"""Old databases to migrate, the command as people run it, and what a database holds for comparing.

done = migrate(url, "run", "--yes")
assert (done.status, done.json["alerts"]) == (0, 74), done.out
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pymysql
from pymysql.constants import CLIENT
from pymysql.converters import encoders
from sqlalchemy import Connection, create_engine, event, inspect, select
from sqlalchemy.engine import make_url

from backend.app.extensions import Base

ROOT = Path(__file__).resolve().parents[2]
OLD = Path(__file__).parent / "old_databases"
REGISTER = "01-guzhang-dengji-chinese-columns"
WORK_ORDERS = "02-workorder-reversed-codes-unix-times"
PLATFORM = "05-platform-with-neighbours"
MAPPINGS = {WORK_ORDERS: OLD / "02.toml", PLATFORM: OLD / "05.toml"}

PATIENCE = 120
"""Seconds that a process may take before a test gives up on it."""

JOURNAL = {"migration_runs", "migration_links"}


@dataclass(frozen=True)
class Done:
    """How the command ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def out(self) -> str:
        """All that was printed."""
        return f"{self.stdout}{self.stderr}"

    @property
    def json(self) -> dict[str, Any]:
        """The last line of standard output."""
        return json.loads(self.stdout.splitlines()[-1])


def environment(url: str, **settings: str) -> dict[str, str]:
    log = Path(tempfile.gettempdir()) / f"closeloop-tests-{os.getpid()}.log"
    return {**os.environ, "DATABASE_URL": url, "LOG_FILE": str(log), **settings}


def start(url: str, *arguments: str) -> "subprocess.Popen[str]":
    """The command, with its result as JSON, without waiting for its end."""
    return subprocess.Popen(
        [sys.executable, "migrate_alert_system.py", *arguments, "--json"],
        cwd=ROOT,
        env=environment(url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: "subprocess.Popen[str]", seconds: float = PATIENCE) -> Done:
    """Wait for the end of a command. One that takes longer is killed, which fails the test."""
    try:
        stdout, stderr = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Done(process.returncode, stdout, stderr)


def migrate(url: str, *arguments: str) -> Done:
    return finish(start(url, *arguments))


def kill_after(seconds: float, url: str, *arguments: str) -> bool:
    """Kill the command so long after its start. Returns False when it ended before that."""
    process = start(url, *arguments)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    return False


# Old databases


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def path_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def server_connection(url: str, **given: Any) -> "pymysql.Connection[Any]":
    parts = make_url(url)
    known: dict[str, Any] = {
        "host": parts.host,
        "port": parts.port,
        "user": parts.username,
        "password": parts.password or "",
        "database": parts.database,
        "client_flag": CLIENT.MULTI_STATEMENTS,
        "charset": "utf8mb4",
        "autocommit": True,
    }
    return pymysql.connect(**{**known, **given})


def execute(url: str, script: str) -> None:
    """Run statements, separated by semicolons."""
    if is_sqlite(url):
        with closing(sqlite3.connect(path_of(url))) as connection:
            connection.executescript(script)
        return
    with server_connection(url) as connection, connection.cursor() as cursor:
        cursor.execute(script)
        while cursor.nextset():
            pass


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    if is_sqlite(url):
        with closing(sqlite3.connect(path_of(url))) as connection:
            return connection.execute(statement).fetchall()
    with server_connection(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def load_sql(url: str, name: str) -> None:
    """Load one of the old databases of `old_databases/` into an empty MariaDB database."""
    execute(url, (OLD / f"{name}.sql").read_text(encoding="utf-8"))


def totals(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OLD / f"{name}.expected.json").read_text(encoding="utf-8"))["totals"]
    return found


def mapping_for(name: str) -> list[str]:
    return ["--mapping", str(MAPPINGS[name])] if name in MAPPINGS else []


COLUMNS = {
    "id": "BIGINT PRIMARY KEY",
    "title": "VARCHAR(300)",
    "description": "TEXT",
    "status": "VARCHAR(30)",
    "level": "VARCHAR(30)",
    "service": "VARCHAR(60)",
    "handler": "VARCHAR(60)",
    "detected_at": "DATETIME",
    "accept_time": "DATETIME",
    "finish_time": "DATETIME",
    "create_time": "DATETIME",
    "root_cause": "TEXT",
    "solution": "TEXT",
    "improvements": "TEXT",
    "is_deleted": "INT",
    "remarks": "TEXT",
}
STATUSES = ["未处理", "处理中", "观察中", "已解决", "待复盘", "已关闭", "误报", "resolved", "", "转产品", "已恢复"]
LEVELS = ["一级", "二级", "三级", "四级", "P0", "p2", "", "未定级"]
SERVICES = ["支付网关", "订单中心", "DNS", None]


def old_row(number: int) -> tuple[Any, ...]:
    """The row of a plain old table with this id (from 1): every kind of row comes up among a few hundred."""
    created = datetime(2021, 3, 1) + timedelta(minutes=37 * number)  # noqa: DTZ001 (local time, as the old system wrote)
    ended = number % 11 not in (0, 1, 2)
    return (
        number,
        f"支付网关响应超时 {number}" if number % 97 else "",
        f"影响下单链路，详见群消息。{number} <b>5xx</b> 😀" if number % 89 else None,
        STATUSES[number % len(STATUSES)],
        LEVELS[number % len(LEVELS)],
        SERVICES[number % len(SERVICES)],
        "值班甲" if number % 3 == 1 else None,
        f"{created + timedelta(minutes=1)}" if number % 7 else None,
        f"{created + timedelta(minutes=5)}" if number % 5 < 3 else None,
        f"{created + timedelta(minutes=60)}" if ended else None,
        f"{created}",
        "磁盘日志未切割" if number % 3 == 0 else "无",
        "扩容并清理" if number % 6 == 0 else None,
        "1、补充监控 已完成\n2、定期巡检证书有效期" if number % 12 == 0 else "",
        1 if number % 53 == 0 else 0,
        "old remarks " * (number % 7),
    )


def make_old(url: str, rows: int, table: str = "incidents") -> str:
    """Make a plain old table with `rows` rows, in SQLite or MariaDB. Returns the URL."""
    if is_sqlite(url):
        make_sqlite_old(path_of(url), rows, table)
    else:
        make_mariadb_old(url, rows, table)
    return url


def make_sqlite_old(path: Path, rows: int, table: str = "incidents") -> None:
    columns = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE {table} ({columns})")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", map(old_row, range(1, rows + 1)))


def make_mariadb_old(url: str, rows: int, table: str = "incidents") -> None:
    columns = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
    marks = ", ".join(["%s"] * len(COLUMNS))
    with server_connection(url, autocommit=False) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} ({columns}) DEFAULT CHARSET utf8mb4")
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", list(map(old_row, range(1, rows + 1))))
        connection.commit()


# What a database holds


@dataclass(frozen=True)
class Snapshot:
    """Definitions and rows of everything in a database, by name. Equal ones hold the same."""

    definitions: dict[str, str]
    rows: dict[str, list[tuple[Any, ...]]]


def snapshot(url: str) -> Snapshot:
    return _sqlite_snapshot(path_of(url)) if is_sqlite(url) else _server_snapshot(url)


def _sqlite_snapshot(path: Path) -> Snapshot:
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        made = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        plain = [(kind.decode(), name.decode(), (sql or b"").decode()) for kind, name, sql in made]
        definitions = {f"{kind} {name}": re.sub(r'["`]', "", sql) for kind, name, sql in plain if sql}
        # Made by the first AUTOINCREMENT, and never dropped again.
        definitions.pop("table sqlite_sequence", None)
        tables = [name for kind, name, _ in plain if kind == "table"]
        rows = {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables}
    if not rows.get("sqlite_sequence"):
        rows.pop("sqlite_sequence", None)
    return Snapshot(definitions, rows)


def _server_snapshot(url: str) -> Snapshot:
    definitions, rows = {}, {}
    settings = {"use_unicode": False, "conv": dict(encoders), "init_command": "SET character_set_results = NULL"}
    with server_connection(url, **settings) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW FULL TABLES")
        tables = [(name.decode(), kind) for name, kind in cursor.fetchall()]
        for name, kind in tables:
            cursor.execute(f"SHOW CREATE TABLE `{name}`")
            definitions[name] = cursor.fetchone()[1].decode()
            if kind == b"BASE TABLE":
                cursor.execute(f"SELECT * FROM `{name}`")
                rows[name] = sorted(cursor.fetchall(), key=repr)
        cursor.execute("SHOW TRIGGERS")
        for trigger in cursor.fetchall():
            definitions[f"trigger {trigger[0].decode()}"] = f"{trigger[1:5]}"
    return Snapshot(definitions, rows)


def tables(url: str) -> set[str]:
    with _connected(url) as connection:
        return set(inspect(connection).get_table_names())


def how_far(url: str) -> str:
    """How far a migration got, for people."""
    present = tables(url)
    if "migration_runs" not in present:
        return "nothing noted"
    rows = query(url, "SELECT progress FROM migration_runs")
    converted = json.loads(rows[0][0])["rows"] if rows else None
    undone = sum(name.endswith("_undone") for name in present)
    ours = len(present & {*Base.metadata.tables, "incidents_new"})
    return f"{len(present)} tables ({ours} of Closeloop's, {undone} undone), {converted} rows converted"


def new_rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of Closeloop's tables, without the times of the import itself."""
    with _connected(url) as connection:
        return {
            table.name: [
                _without_import_time(dict(row))
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }


def _without_import_time(row: dict[str, Any]) -> dict[str, Any]:
    forgotten = {"created_at", "updated_at", *(["occurred_at"] if row.get("kind") == "imported" else [])}
    return {name: value for name, value in row.items() if name not in forgotten}


def checksums(url: str, names: Sequence[str]) -> dict[str, Any]:
    """As MariaDB counts them."""
    return {name: query(url, f"CHECKSUM TABLE `{name}` EXTENDED")[0][1] for name in names}


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    if is_sqlite(url):
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
