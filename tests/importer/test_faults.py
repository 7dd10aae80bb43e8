"""What goes wrong around a migration: it refuses with a sentence and changes nothing, or it can go on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pymysql
import pytest

from backend.app.importer.engines import mariadb, open_engine
from backend.app.importer.errors import Refused
from tests.harness.mariadb import PrivateMariaDB, create_database, free_port
from tests.importer.helpers import (
    COLUMNS,
    PATIENCE,
    ROOT,
    WORK_ORDERS,
    Done,
    environment,
    execute,
    finish,
    load_sql,
    make_old,
    make_sqlite_old,
    mapping_for,
    migrate,
    query,
    server_connection,
    snapshot,
    start,
    tables,
    totals,
)


def until(condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to this in time"
        time.sleep(0.02)


def refused_and_unchanged(url: str, *arguments: str) -> Done:
    before = snapshot(url)
    done = migrate(url, *arguments)
    assert done.status == 1, done.out
    assert "Traceback" not in done.out
    assert snapshot(url) == before
    return done


def verified(url: str) -> None:
    done = migrate(url, "verify")
    assert (done.status, done.json["differences"]) == (0, []), done.out


# What it is asked to migrate


def test_a_table_that_is_not_the_old_systems_is_refused(new_database):
    url = new_database()
    execute(url, "CREATE TABLE incidents (id INT PRIMARY KEY, title VARCHAR(20)); CREATE TABLE books (id INT)")

    done = refused_and_unchanged(url, "run", "--yes")

    assert "`incidents` does not look like the old system's" in done.stderr
    assert "a time, a status or level" in done.stderr


def test_a_database_without_any_old_table_is_refused(new_database):
    url = new_database()
    execute(url, "CREATE TABLE books (id INT PRIMARY KEY, title VARCHAR(20))")

    assert "Is the URL right?" in refused_and_unchanged(url, "check").stderr


def test_closeloops_own_database_is_refused(app, settings):
    for command in ("run", "rollback"):
        done = refused_and_unchanged(settings.database_url, command, "--yes")
        assert "Closeloop's own" in done.stderr


@pytest.mark.parametrize("name", ["incidents_backup", "incidents_new"])
def test_half_a_migration_by_other_means_is_refused(plain, name: str):
    url = plain(5)
    execute(url, f"CREATE TABLE {name} (id INT PRIMARY KEY)")

    assert name in refused_and_unchanged(url, "run", "--yes").stderr


def test_a_table_of_another_name_is_found_by_the_mapping_file_and_gets_it_back(new_database, tmp_path: Path):
    url, file = make_old(new_database(), 60, "archive_2021"), tmp_path / "mapping.toml"
    execute(url, "CREATE TABLE archive_2020 AS SELECT * FROM archive_2021")
    file.write_text('table = "archive_2021"\n')
    before = snapshot(url)
    assert "archive_2020" in refused_and_unchanged(url, "run", "--yes").stderr

    done = migrate(url, "run", "--yes", "--mapping", str(file))

    assert (done.status, done.json["rows"]) == (0, 60), done.out
    assert {"incidents", "incidents_backup", "archive_2020"} <= tables(url)
    origins = query(url, "SELECT data FROM incident_timeline WHERE kind = 'imported'")
    assert {json.loads(origin)["table"] for (origin,) in origins} == {"archive_2021"}
    verified(url)
    assert migrate(url, "rollback", "--yes", "--export", str(tmp_path / "made.jsonl")).status == 0
    assert snapshot(url) == before


def test_ids_of_every_kind_come_over(new_database):
    url, names = make_old(new_database(), 30), ", ".join(name for name in COLUMNS if name != "id")
    ids = [-(2**63), -5, 0, 2**63 - 1]
    for ident in ids:
        execute(url, f"INSERT INTO incidents SELECT {ident}, {names} FROM incidents WHERE id = 3")

    done = migrate(url, "run", "--yes", "--batch", "7")

    assert (done.status, done.json["rows"]) == (0, 34), done.out
    came = {legacy_id for (legacy_id,) in query(url, "SELECT legacy_id FROM alerts")}
    assert came >= {str(ident) for ident in ids}
    verified(url)


def test_so_do_rows_with_doubled_ids_and_without_one_in_a_table_without_a_key(new_database):
    url, names = make_old(new_database(), 30, "one"), ", ".join(name for name in COLUMNS if name != "id")
    execute(
        url,
        f"CREATE TABLE incidents AS SELECT NULLIF(id, -1) AS id, {names} FROM one;"
        "INSERT INTO incidents SELECT * FROM one WHERE id = 3;"
        f"INSERT INTO incidents SELECT 3, {names} FROM one WHERE id = 4;"
        f"INSERT INTO incidents SELECT NULL, {names} FROM one WHERE id IN (4, 6);"
        "DROP TABLE one",
    )

    done = migrate(url, "run", "--yes", "--batch", "7")

    assert (done.status, done.json["rows"]) == (0, 34), done.out
    assert done.json["rejected"]["duplicate_row"] == 1
    assert query(url, "SELECT COUNT(*) FROM alerts WHERE legacy_id = '3'") == [(2,)]
    assert query(url, "SELECT COUNT(*) FROM alerts WHERE legacy_id IS NULL") == [(2,)]
    verified(url)


def test_bytes_of_gbk_and_utf8_in_a_latin1_column_are_read(on_mariadb, new_database):
    url = new_database()
    execute(
        url,
        "CREATE TABLE incidents (id INT PRIMARY KEY, title VARCHAR(200), status VARCHAR(20), create_time DATETIME) "
        "DEFAULT CHARSET latin1",
    )
    titles = ["支付网关响应超时", "café", "订单中心磁盘空间不足"]
    for ident, (title, encoding) in enumerate(zip(titles, ["gbk", "cp1252", "utf-8"], strict=True), 1):
        stored = title.encode(encoding).hex()
        execute(
            url,
            f"INSERT INTO incidents VALUES ({ident}, CONVERT(0x{stored} USING latin1), 'open', '2024-01-01 08:00:00')",
        )

    done = migrate(url, "run", "--yes")

    assert done.status == 0, done.out
    came = [title for (title,) in query(url, "SELECT title FROM alerts ORDER BY id")]
    assert [came[0], came[2]] == [titles[0], titles[2]]
    assert done.json["warnings"]["text_was_gbk"] >= 1
    verified(url)


# Who may, and who else is there


def test_an_account_that_may_only_read_is_refused(on_mariadb, plain):
    url = plain(5)
    database = url.rpartition("/")[2]
    with server_connection(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE USER reader_{database}@'127.0.0.1' IDENTIFIED BY 'only reads'")
        cursor.execute(f"GRANT SELECT ON `{database}`.* TO reader_{database}@'127.0.0.1'")
    reader = url.replace("//root@", f"//reader_{database}:only%20reads@")

    for command in ("check", "run"):
        done = migrate(reader, command, "--yes")
        assert done.status == 1, done.out
        for privilege in ("CREATE", "DROP", "ALTER", "INSERT"):
            assert privilege in done.out
        assert "only reads" not in done.out
    assert tables(url) == {"incidents"}


def test_it_waits_for_another_sessions_lock(on_mariadb, plain):
    url = plain(30)
    with server_connection(url) as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLES incidents WRITE")
        run = start(url, "run", "--yes")
        try:
            until(lambda: waits_for_a_lock(url))
        finally:
            cursor.execute("UNLOCK TABLES")
    done = finish(run)

    assert (done.status, done.json["rows"]) == (0, 30), done.out
    verified(url)


def waits_for_a_lock(url: str) -> bool:
    """Asks on a connection of its own."""
    where = "DB = DATABASE() AND STATE LIKE 'Waiting for table%'"
    return bool(query(url, f"SELECT 1 FROM information_schema.PROCESSLIST WHERE {where}"))


@pytest.mark.parametrize("step", ["rename", "stream"])
def test_it_does_not_wait_for_ever(on_mariadb, plain, monkeypatch: pytest.MonkeyPatch, step: str):
    url = plain(5)
    monkeypatch.setattr(mariadb, "PATIENCE", 1)
    with closing(open_engine(url)) as engine, server_connection(url) as other, other.cursor() as cursor:
        table = engine.table("incidents")
        cursor.execute("LOCK TABLES incidents WRITE")
        started = time.monotonic()
        if step == "rename":
            with pytest.raises(Refused, match="Another session has held a lock on incidents"):
                engine.rename([("incidents", "incidents_backup")])
        else:
            with pytest.raises((Refused, pymysql.err.OperationalError)):
                list(engine.stream(table))
        assert time.monotonic() - started < 20
    assert tables(url) == {"incidents"}


def test_two_migrations_at_once_are_refused(plain):
    url = plain(5)
    with closing(open_engine(url)) as engine, engine.only_migration():
        started = time.monotonic()
        done = refused_and_unchanged(url, "run", "--yes")
        assert "Another migration of this database is running" in done.stderr
        assert time.monotonic() - started < 30


# In the middle of it

BATCHES = ("run", "--yes", "--batch", "20")


@contextmanager
def in_the_middle(url: str) -> Iterator["subprocess.Popen[str]"]:
    """A run that has converted some more rows, and is far from the end."""
    before = converted(url)
    run = start(url, *BATCHES)
    try:
        until(lambda: converted(url) > before or run.poll() is not None)
        yield run
    finally:
        if run.poll() is None:
            run.kill()
        run.communicate()


def converted(url: str) -> int:
    if "migration_runs" not in tables(url):
        return 0
    found = query(url, "SELECT progress FROM migration_runs")
    return json.loads(found[0][0])["rows"] if found else 0


def goes_on(url: str, rows: int) -> None:
    done = migrate(url, "run", "--yes")
    assert (done.status, done.json["rows"]) == (0, rows), done.out
    verified(url)


def test_others_may_read_all_the_time(on_sqlite, plain):
    url = plain(1500)
    run = start(url, *BATCHES)
    while run.poll() is None:
        converted(url)  # opens and closes the file
    done = finish(run)

    assert (done.status, done.json["rows"]) == (0, 1500), done.out
    verified(url)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_between_two_batches_and_a_second_run_goes_on(plain, number: signal.Signals):
    url = plain(4000)
    with in_the_middle(url) as run:
        run.send_signal(number)
        stopped = finish(run)

    assert stopped.status == 1, stopped.out
    assert "run this again" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert converted(url) < 4000
    goes_on(url, 4000)


def test_the_server_does_not_start_on_half_a_migration(plain):
    url = plain(1000)
    with in_the_middle(url) as run:
        run.kill()
    before = snapshot(url)

    server = subprocess.run(
        [sys.executable, "run.py"],
        cwd=ROOT,
        env=environment(url, JWT_SECRET_KEY="tests-only-" * 4, PORT=str(free_port())),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert server.returncode == 1
    assert "python migrate_alert_system.py" in server.stderr
    assert "Traceback" not in server.stderr
    assert snapshot(url) == before


def test_lost_connections_are_told_and_a_second_run_goes_on(on_mariadb, plain):
    url = plain(4000)
    with in_the_middle(url) as run:
        listed = query(
            url, "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"
        )
        execute(url, ";".join(f"KILL {ident}" for (ident,) in listed))
        failed = finish(run)

    assert failed.status == 1, failed.out
    assert "run this again" in failed.stderr
    assert "Traceback" not in failed.stderr
    goes_on(url, 4000)


@pytest.fixture
def own_server(on_mariadb) -> Iterator[PrivateMariaDB]:
    server = PrivateMariaDB()
    yield server
    server.stop()


def test_a_restarted_server_is_told_and_a_second_run_goes_on(own_server: PrivateMariaDB, new_database):
    url = make_old(create_database(own_server.port, "old"), 4000)
    with in_the_middle(url) as run:
        own_server.process.kill()
        own_server.process.wait()
        own_server.process = subprocess.Popen(
            own_server.process.args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        failed = finish(run)
    until(lambda: is_up(url))

    assert failed.status == 1, failed.out
    assert "run this again" in failed.stderr
    assert "Traceback" not in failed.stderr
    goes_on(url, 4000)


def is_up(url: str) -> bool:
    try:
        server_connection(url).close()
    except pymysql.err.OperationalError:
        return False
    return True


@pytest.mark.parametrize(
    "mode", ["", "TRADITIONAL,ONLY_FULL_GROUP_BY,NO_AUTO_VALUE_ON_ZERO", "ANSI,NO_BACKSLASH_ESCAPES"]
)
def test_it_is_the_same_in_every_sql_mode(own_server: PrivateMariaDB, new_database, mode: str):
    url = create_database(own_server.port, "old")
    load_sql(url, WORK_ORDERS)
    execute(url, f"SET GLOBAL sql_mode = '{mode}'")

    done = migrate(url, "run", "--yes", *mapping_for(WORK_ORDERS))

    assert done.status == 0, done.out
    expected = totals(WORK_ORDERS)
    assert {name: done.json[name] for name in ("alerts", "incidents", "rejected", "warnings")} == {
        name: expected[name] for name in ("alerts", "incidents", "rejected", "warnings")
    }
    verified(url)


def test_a_full_disk_is_told_and_with_room_a_second_run_goes_on(on_sqlite, new_database, tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no disk may be mounted here")
    try:
        url = f"sqlite:///{disk / 'old.db'}"
        make_sqlite_old(disk / "old.db", 3000)

        failed = migrate(url, "run", "--yes")

        assert failed.status == 1, failed.out
        assert "full" in failed.stderr
        assert "run this again" in failed.stderr
        assert "Traceback" not in failed.stderr
        subprocess.run(["mount", "-o", "remount,size=60m", str(disk)], check=True)
        goes_on(url, 3000)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
