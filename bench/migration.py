"""Prints how fast the old system's rows are migrated beside plain PyMySQL inserts of the same new rows.

python -m bench.migration [--rows 1000000]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pymysql

from tests.harness.mariadb import PrivateMariaDB, create_database

ROOT = Path(__file__).resolve().parents[1]
BATCH = 2000
TABLES = ("incidents", "alerts", "alert_labels", "incident_timeline", "post_mortems", "action_items")
OLD = """CREATE TABLE incidents (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(200), description TEXT,
    severity VARCHAR(16), status VARCHAR(16), service VARCHAR(64), source VARCHAR(32), handler VARCHAR(64),
    occur_time DATETIME, discover_time DATETIME, response_time DATETIME, recover_time DATETIME, close_time DATETIME,
    root_cause TEXT, solution TEXT, created_at DATETIME, updated_at DATETIME) CHARSET utf8mb4"""


def old_rows(count: int) -> Iterator[tuple[Any, ...]]:
    """A third was worked on and becomes an incident, as in the old databases that were seen."""

    def at(seconds: int) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_500_000_000 + seconds))

    for number in range(count):
        worked, ended, second = number % 3 == 0, number % 10 != 0, number * 60
        yield (
            f"主机 web-{number % 500} 磁盘空间不足",
            f"/var 使用率 {number % 100}%，请尽快处理",
            ("P2", "P3", "P3", "P4")[number % 4],
            ("open", "resolved", "closed", "closed")[number % 4] if ended else "open",
            f"svc-{number % 40}",
            "zabbix",
            "值班甲" if worked else "",
            at(second),
            at(second + 60),
            at(second + 300) if worked else None,
            at(second + 3600) if ended else None,
            at(second + 7200) if ended else None,
            "磁盘日志未切割" if worked else None,
            "清理日志并加切割" if number % 6 == 0 else "",
            at(second + 60),
            at(second + 7300),
        )


def insert(connection: "pymysql.Connection[Any]", table: str, columns: Sequence[str], rows: list[Any]) -> None:
    names = ", ".join(f"`{column}`" for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO `{table}` ({names}) VALUES ({marks})", rows)  # noqa: S608
    connection.commit()


def fill(port: int, count: int) -> None:
    columns = OLD.replace("\n", " ").split("(", 1)[1].split(", ")
    names = [column.split()[0] for column in columns if column.split()[0].isidentifier()][1:]
    with pymysql.connect(host="127.0.0.1", port=port, user="root", database="old", charset="utf8mb4") as connection:
        with connection.cursor() as cursor:
            cursor.execute(OLD)
        some: list[Any] = []
        for row in old_rows(count):
            some.append(row)
            if len(some) == BATCH:
                insert(connection, "incidents", names, some)
                some = []
        if some:
            insert(connection, "incidents", names, some)


def migrate(url: str, folder: Path) -> tuple[float, int]:
    """Seconds of the whole command, and the most memory it took, in KiB."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "migrate_alert_system.py", "run", "--yes", "--database", url],
        cwd=ROOT,
        env={**os.environ, "LOG_FILE": str(folder / "app.log")},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("the migration failed")
    return time.monotonic() - started, usage.ru_maxrss


def plain(port: int) -> tuple[float, int]:
    """Seconds that PyMySQL takes to insert the same rows into the same tables, and how many they are."""
    spent, rows = 0.0, 0
    given: dict[str, Any] = {"host": "127.0.0.1", "port": port, "user": "root", "charset": "utf8mb4"}
    with (
        pymysql.connect(**given, database="old") as source,
        pymysql.connect(**given, database="plain") as target,
        source.cursor() as reading,
        target.cursor() as writing,
    ):
        for table in TABLES:
            writing.execute(f"CREATE TABLE `{table}` LIKE old.`{table}`")
        target.commit()
        for table in TABLES:
            reading.execute(f"SELECT * FROM `{table}`")  # noqa: S608
            columns = [column[0] for column in reading.description]
            while some := list(reading.fetchmany(BATCH)):
                started = time.monotonic()
                insert(target, table, columns, some)
                spent += time.monotonic() - started
                rows += len(some)
    return spent, rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.migration", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="old rows (default 1,000,000)")
    count = parser.parse_args().rows
    server = PrivateMariaDB()
    try:
        with tempfile.TemporaryDirectory(prefix="closeloop-bench-") as folder:
            url = create_database(server.port, "old")
            create_database(server.port, "plain")
            fill(server.port, count)
            seconds, memory = migrate(url, Path(folder))
            bare, rows = plain(server.port)
    finally:
        server.stop()
    print(f"\nmigration on MariaDB: {count:,} old rows become {rows:,} new ones")
    print(f"{'the whole run':32}{seconds:9.1f} s{count / seconds:12,.0f} old rows/s{memory / 1024:9.0f} MiB at most")
    print(f"{'plain PyMySQL inserts':32}{bare:9.1f} s{rows / bare:12,.0f} new rows/s")
    print(f"{'run, of the plain rate':32}{bare / seconds:9.0%}")


if __name__ == "__main__":
    main()
