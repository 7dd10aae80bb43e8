"""docs/migration.md and docs/migration.zh-CN.md: what they say works, and both say the same."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pymysql
import pytest
from pymysql.constants import CLIENT
from pymysql.cursors import Cursor
from sqlalchemy.engine import URL, make_url

from backend.app.extensions import Base

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = (ROOT / "docs" / "migration.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "migration.zh-CN.md").read_text(encoding="utf-8")
OLD_DATABASE = ROOT / "tests" / "importer" / "old_databases" / "05-platform-with-neighbours.sql"

OLD_TABLES = ["alembic_version", "incident_actions", "incident_logs", "incidents", "users"]
ONLY_WHILE_MIGRATING = {
    "alembic_version",
    "alembic_version_new",
    "incidents_new",
    "migration_links",
    "migration_runs",
}
"""Tables of ours that are not of the models."""

REASONS = ["deleted", "duplicate_row", "no_text", "no_time", "unknown_status"]
WARNINGS = [
    "acknowledged_before_fired",
    "detected_before_started",
    "fired_at_fallback",
    "level_defaulted",
    "recovered_before_fired",
    "recovered_unknown",
    "status_blank",
    "text_cut_in_a_character",
    "text_not_decodable",
    "text_was_gbk",
    "timeline_not_json",
    "title_cut",
    "title_from_description",
]
COMMANDS = ["check", "run", "status", "verify", "rollback", "report"]
OPTIONS = [
    "--database",
    "--mapping",
    "--timezone",
    "--write-mapping",
    "--batch",
    "--dump",
    "--yes",
    "--json",
    "--export",
    "--out",
]
RULES = ["deleted", "blank_level", "blank_status", "incident_for", "false_alarm", "serial_dates"]

both_languages = pytest.mark.parametrize("guide", [ENGLISH, CHINESE], ids=["en", "zh-CN"])


def manual_rollback(guide: str) -> str:
    found = re.findall(r"<!-- manual-rollback -->\n```sql\n(.*?)```", guide, re.DOTALL)
    assert len(found) == 1
    return found[0]


def blocks(guide: str) -> list[tuple[str, str]]:
    """The fenced blocks that are run or copied, without comments, which are in the guide's language."""
    found = re.findall(r"^```(sql|sh|toml|json)\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    return [(language, re.sub(r"\s*#.*", "", block)) for language, block in found]


def walk() -> list[str]:
    """The blocks of the Chinese guide that lead from the old system to Closeloop and back, but the connection."""
    return re.findall(r"^<!-- walk -->\n```sh\n(.*?)^```", CHINESE, re.DOTALL | re.MULTILINE)


def test_both_languages_have_the_same_blocks_in_the_same_order():
    assert blocks(ENGLISH) == blocks(CHINESE)
    assert len(blocks(ENGLISH)) > 20


def test_both_languages_mark_the_same_blocks():
    marks = [re.findall(r"^<!-- .* -->$", guide, re.MULTILINE) for guide in (ENGLISH, CHINESE)]
    assert marks[0] == marks[1]


def test_both_languages_have_the_same_sections_and_tables():
    shapes = [
        [re.sub(r"[^#|].*", "", line) for line in guide.splitlines() if re.match(r"#|\|", line)]
        for guide in (ENGLISH, CHINESE)
    ]
    assert shapes[0] == shapes[1]


@both_languages
@pytest.mark.parametrize("word", [*REASONS, *WARNINGS])
def test_every_reason_and_warning_is_explained(guide: str, word: str):
    row = re.search(rf"^\| `{word}` \|(.+)\|(.+)\|$", guide, re.MULTILINE)
    assert row, f"`{word}` has no row"
    assert row[1].strip()
    assert row[2].strip()


@both_languages
def test_every_command_option_and_rule_stands_in_the_reference(guide: str):
    assert [word for word in COMMANDS if f"`{word}`" not in guide] == []
    assert [word for word in OPTIONS if not re.search(rf"^\| `{word}[ `]", guide, re.MULTILINE)] == []
    assert [word for word in RULES if not re.search(rf"^\| `{word}` \|.+\|.+\|$", guide, re.MULTILINE)] == []


@both_languages
def test_links_to_sections_of_the_guide_lead_somewhere(guide: str):
    headings = re.findall(r"^#+ (.+)$", guide, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", guide)) - anchors == set()


@both_languages
def test_the_manual_rollback_drops_all_tables_of_closeloop_and_no_others(guide: str):
    dropped = re.search(r"DROP TABLE IF EXISTS\s+(.+?);", manual_rollback(guide), re.DOTALL)
    assert dropped
    names = re.split(r",\s*", dropped[1].strip())
    assert len(names) == len(set(names))
    assert set(names) == set(Base.metadata.tables) | ONLY_WHILE_MIGRATING


class OldDatabase:
    """The old platform with its neighbours: foreign key, trigger, view, `users` and `alembic_version`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.parts: URL = make_url(url)
        self.sql(OLD_DATABASE.read_text(encoding="utf-8"))

    def sql(self, statements: str) -> list[tuple]:
        """Run all, stopping at the first that fails, as the client program does; returns the last one's rows."""
        with (
            pymysql.connect(
                host=self.parts.host,
                port=self.parts.port or 3306,
                user=self.parts.username,
                database=self.parts.database,
                charset="utf8mb4",
                client_flag=CLIENT.MULTI_STATEMENTS,
                autocommit=True,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statements)
            return self._last(cursor)

    @staticmethod
    def _last(cursor: Cursor) -> list[tuple]:
        rows = list(cursor.fetchall())
        while cursor.nextset():
            rows = list(cursor.fetchall())
        return rows

    def tables(self) -> list[str]:
        return sorted(name for name, kind in self.sql("SHOW FULL TABLES") if kind == "BASE TABLE")

    def state(self) -> dict[str, tuple]:
        """Checksum and definition of every table."""
        return {
            table: (self.sql(f"CHECKSUM TABLE `{table}`")[0][1], self.sql(f"SHOW CREATE TABLE `{table}`")[0][1])
            for table in self.tables()
        }

    def assert_neighbours_work(self) -> None:
        """The view can be read, the trigger fires, the foreign key cascades."""
        assert self.sql("SELECT COUNT(*) FROM v_open_incidents") == [(10,)]
        before = self.sql("SELECT COUNT(*) FROM incident_actions")[0][0]
        [(parent, children)] = self.sql(
            "SELECT incident_id, COUNT(*) FROM incident_actions GROUP BY incident_id ORDER BY incident_id LIMIT 1"
        )
        self.sql(f"UPDATE incidents SET update_time = '2001-01-01', title = title WHERE id = {parent}")
        assert self.sql(f"SELECT YEAR(update_time) > 2001 FROM incidents WHERE id = {parent}") == [(1,)]
        self.sql(f"DELETE FROM incidents WHERE id = {parent}")
        assert self.sql("SELECT COUNT(*) FROM incident_actions") == [(before - children,)]


@pytest.fixture
def old(new_database: Callable[[], str]) -> OldDatabase:
    url = new_database()
    if url.startswith("sqlite"):
        pytest.skip("the guide's SQL is for MariaDB and MySQL")
    return OldDatabase(url)


@pytest.fixture
def environment(old: OldDatabase, tmp_path: Path) -> dict[str, str]:
    """Of a shell in which the guide's connection block has been run."""
    return {
        **os.environ,
        "DB_HOST": old.parts.host or "",
        "DB_PORT": str(old.parts.port),
        "DB_USER": old.parts.username or "",
        "DB_NAME": old.parts.database or "",
        "MYSQL_PWD": old.parts.password or "",
        "DATABASE_URL": old.url,
        "OUT": str(tmp_path / "out"),
        "JWT_SECRET_KEY": "tests-only-" * 4,
        "LOG_FILE": str(tmp_path / "app.log"),
    }


def migrate(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "migrate_alert_system.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@both_languages
def test_the_manual_rollback_puts_the_old_system_back(old: OldDatabase, environment: dict[str, str], guide: str):
    before = old.state()
    assert sorted(before) == OLD_TABLES
    run = migrate(environment, "run", "--database", old.url, "--yes")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "incidents_backup" in old.tables()

    old.sql(manual_rollback(guide))

    assert old.state() == before
    old.assert_neighbours_work()


def test_the_manual_rollback_shows_which_tables_were_renamed(old: OldDatabase, environment: dict[str, str]):
    shown = re.findall(r"^(?:SELECT JSON_EXTRACT|SHOW TABLES).*;$", CHINESE, re.MULTILINE)
    assert len(shown) == 2
    run = migrate(environment, "run", "--database", old.url, "--yes")
    assert run.returncode == 0, run.stdout + run.stderr
    renamed = re.findall(r'"(\w+)"', old.sql(shown[0])[0][0])
    assert sorted(renamed) == sorted([*OLD_TABLES[:1], *OLD_TABLES[3:], *(name for (name,) in old.sql(shown[1]))])


def test_the_manual_rollback_drops_nothing_where_there_was_no_migration(old: OldDatabase):
    before = old.state()
    with pytest.raises(pymysql.err.ProgrammingError, match="incidents_backup"):
        old.sql(manual_rollback(CHINESE))
    assert old.state() == before


def test_a_line_too_many_in_the_last_statement_of_the_manual_rollback_can_be_taken_out(old: OldDatabase):
    old.sql("DROP TABLE users; RENAME TABLE incidents TO incidents_backup, alembic_version TO alembic_version_backup")
    before = old.tables()
    with pytest.raises(pymysql.err.ProgrammingError, match="users_backup"):
        old.sql(manual_rollback(CHINESE))
    assert old.tables() == before
    old.sql(re.sub(r"\n  users_backup TO users,", "", manual_rollback(CHINESE)))
    assert old.tables() == ["alembic_version", "incident_actions", "incident_logs", "incidents"]


@pytest.fixture
def rehearsal(old: OldDatabase) -> Iterator[str]:
    name = f"{old.parts.database}_rehearsal"
    old.sql(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    yield name
    old.sql(f"DROP DATABASE `{name}`")


def test_walk_of_the_chinese_guide(old: OldDatabase, environment: dict[str, str], rehearsal: str):
    before = old.state()
    script = "\n".join(walk()).replace(".venv/bin/python", f"'{sys.executable}'")
    run = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert '"rows": 60' in run.stdout
    assert '"differences": []' in run.stdout
    out = Path(environment["OUT"])
    made = ["at-the-cut.sql", "before.sql", "mapping.toml", "rehearsal.html", "report.html"]
    assert sorted(path.name for path in out.iterdir()) == made, "nothing was made since, so there is no export"
    assert "Dump completed" in (out / "at-the-cut.sql").read_text(encoding="utf-8", errors="replace")
    assert old.state() == before
    old.assert_neighbours_work()


def test_the_walk_has_every_command_and_the_connection_block_every_variable():
    script = "\n".join(walk())
    assert [word for word in COMMANDS if not re.search(rf"migrate_alert_system\.py {word}\b", script)] == []
    connection = re.search(r"^<!-- walk: connection -->\n```sh\n(.*?)^```", CHINESE, re.DOTALL | re.MULTILINE)
    assert connection
    assert set(re.findall(r"\$\{?([A-Z_]+)", script)) <= set(re.findall(r"\b([A-Z_]+)=", connection[1]))
