"""`python migrate_alert_system.py report`: the page that an operator shows."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.engine import make_url

from backend.app.importer import report, report_words
from backend.app.importer.engines import OldEngine
from backend.app.importer.records import Reason
from tests.importer.helpers import PLATFORM, REGISTER, ROOT, execute, mapping_for, migrate

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
HOSTILE = [
    ("<script>alert(1)</script>", '"><img src=x onerror=alert(2)>'),
    ("{{ 7 * 7 }} </td></table> &lt;b&gt;", "'; DROP TABLE incidents; --"),
]


@dataclass
class Page(HTMLParser):
    """What a browser would see."""

    html: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts))


def page_of(url: str, folder: Path, *run: str) -> Page:
    """Migrate, and read the report."""
    done = migrate(url, "run", "--yes", *run)
    assert done.status == 0, done.out
    done = migrate(url, "report", "--out", str(folder / "report.html"))
    assert done.status == 0, done.out
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def make_table(url: str, rows: list[tuple[str, str]]) -> None:
    """An old table with these titles and statuses."""

    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    execute(
        url, "CREATE TABLE incidents (id INT PRIMARY KEY, title VARCHAR(300), status VARCHAR(60), created_at DATETIME)"
    )
    values = ", ".join(
        f"({number}, {quoted(title)}, {quoted(status)}, '2024-05-06 07:08:09')"
        for number, (title, status) in enumerate(rows, start=1)
    )
    execute(url, f"INSERT INTO incidents VALUES {values}")


@pytest.fixture(scope="module")
def register(old, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return page_of(old(REGISTER), tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def platform(old, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return page_of(old(PLATFORM), tmp_path_factory.mktemp("report"), *mapping_for(PLATFORM))


def test_one_sentence_says_what_came_over(register: Page):
    assert "64 条旧记录中，56 条已迁移为告警，其中 38 条成为故障。" in register.text
    assert "4 条在旧系统中已删除，未迁移；4 条无法转换" in register.text
    assert "Of 64 old records, 56 became alerts, 38 of them with an incident." in register.text
    assert "56 + 4 + 4 = 64" in register.text


def test_it_counts_by_level_status_and_year(register: Page):
    for line in ("严重Critical 14", "已关联Linked 38", "P1 特别重大P1 critical 14", "待复盘Awaiting postmortem 14"):
        assert line in register.text
    assert re.search(r"23\s*2021.*25\s*2022.*8\s*2023", register.text)
    assert "建立了 20 份复盘草稿" in register.text
    assert "待开始Open 19" in register.text


def test_what_was_left_out_is_named_with_the_reason(register: Page):
    assert "GZ20221105-051Kafka节点宕机unknown_status 转产品" in register.text
    assert "GZ20220116-027搜索服务消息积压no_time" in register.text
    for kind in ("deleted", "no_text", "fired_at_fallback", "level_defaulted", "title_cut"):
        for sentence in report_words.EXPLAINED[kind]:
            assert sentence in register.text


def test_it_says_what_became_of_the_tables_around(platform: Page):
    for line in (
        "incidentsincidents_backup",
        "usersusers_backup",
        "alembic_versionalembic_version_backup",
        "157子表行数。",
        "128已迁移为故障的时间线记录。",
        "24所属记录只成为告警",
        "5在旧表中找不到所属记录（孤立行）",
        "v_open_incidents视图",
        "trg_incidents_touch触发器",
        "incident_actions.incident_id外键",
    ):
        assert line in platform.text
    assert "没有。所有旧记录都已迁移。" in platform.text


def test_months_are_shown_where_two_years_are_enough(platform: Page):
    assert re.search(r"4\s*01\s*2024\s*7\s*02\s*5\s*03", platform.text)


def test_it_says_how_to_go_back(platform: Page):
    assert ".venv/bin/python migrate_alert_system.py rollback --export made-since.jsonl" in platform.text


def test_text_of_the_old_system_is_escaped(new_database, tmp_path: Path):
    make_table(url := new_database(), [("Disk full", "open"), *HOSTILE])
    page = page_of(url, tmp_path)
    assert "script" not in {tag for tag, _ in page.tags}
    assert "img" not in {tag for tag, _ in page.tags}
    for title, status in HOSTILE:
        assert title in page.text
        assert status in page.text


def test_the_page_needs_no_other_file_and_no_script(new_database, tmp_path: Path):
    make_table(url := new_database(), [("Disk full", "open"), ("Disk full", "?")])
    page = page_of(url, tmp_path)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    given = {name for _, attributes in page.tags for name in attributes}
    assert not {"src", "href", "onclick", "onload"} & given
    assert "url(" not in page.html
    assert "//" not in re.sub(r"<title>.*?</title>", "", page.html).replace("<!--", "")


def test_it_says_everything_in_both_languages(new_database, tmp_path: Path):
    make_table(url := new_database(), [("Disk full", "open"), ("", "closed"), ("Slow", "?")])
    page = page_of(url, tmp_path)
    languages = [attributes.get("lang") for tag, attributes in page.tags if tag == "span"]
    assert languages.count("zh-CN") == languages.count("en") > 50
    radios = [attributes for tag, attributes in page.tags if tag == "input"]
    assert [(radio["id"], "checked" in radio) for radio in radios] == [("zh", True), ("en", False)]


def test_of_many_rejected_rows_the_first_200_are_listed(new_database, tmp_path: Path):
    make_table(url := new_database(), [(f"Row number {number}", "?") for number in range(1, 206)])
    page = page_of(url, tmp_path)
    assert "Row number 200" in page.text
    assert "Row number 201" not in page.text
    assert "另有 5 条。" in page.text
    assert "And 5 more." in page.text


def test_an_empty_old_table_makes_a_report_too(new_database, tmp_path: Path):
    execute(
        url := new_database(),
        "CREATE TABLE incidents (id INT PRIMARY KEY, title VARCHAR(9), status INT, created_at INT)",
    )
    assert "0 条旧记录中，0 条已迁移为告警" in page_of(url, tmp_path).text


def test_a_file_that_cannot_be_written_is_refused_in_a_sentence(new_database, tmp_path: Path):
    make_table(url := new_database(), [("Disk full", "open")])
    page_of(url, tmp_path)
    before = sorted(tmp_path.iterdir())
    for path, why in ((tmp_path / "missing" / "report.html", "No such file"), (tmp_path, "Is a directory")):
        done = migrate(url, "report", "--out", str(path))
        assert done.status == 1
        assert f"The report cannot be written to {path}: {why}" in done.stderr
        assert "Traceback" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_before_a_migration_there_is_no_report(new_database, tmp_path: Path):
    make_table(url := new_database(), [("Disk full", "open")])
    done = migrate(url, "report", "--out", str(tmp_path / "report.html"))
    assert (done.status, list(tmp_path.iterdir())) == (1, [])


def test_neither_account_nor_password_are_shown():
    url = make_url("mysql+pymysql://keeper:s3cret@db.internal:3307/faults?charset=utf8mb4")
    engine: Any = SimpleNamespace(
        engine=SimpleNamespace(url=url), facts=lambda: {"version": "10.11.19-MariaDB-0+deb12u1"}
    )
    assert report._where(cast(OldEngine, engine)) == "MariaDB 10.11.19 · faults · db.internal:3307"


@pytest.mark.parametrize("kind", [*Reason, *WARNINGS])
def test_every_reason_and_warning_is_explained_in_both_languages(kind: str):
    chinese, english = report_words.EXPLAINED[kind]
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert english.isascii() or "�" in english


def test_nothing_else_is_explained():
    assert set(report_words.EXPLAINED) == {*Reason, *WARNINGS}


@pytest.mark.parametrize("place, language", [(0, "zh-CN"), (1, "en")])
def test_words_are_those_of_the_product(place: int, language: str):
    locale = ROOT / "frontend" / "src" / "i18n" / "locales" / f"{language}.json"
    known = json.loads(locale.read_text(encoding="utf-8"))["enums"]
    for ours, theirs in (
        (report_words.LEVEL, known["level"]),
        (report_words.SEVERITY, known["severity"]),
        (report_words.ALERT_STATUS, known["status"]["alert"]),
        (report_words.INCIDENT_STATUS, known["status"]["incident"]),
        (report_words.ACTION_STATUS, known["status"]["action_item"]),
    ):
        assert {word: words[place] for word, words in ours.items()} == theirs
