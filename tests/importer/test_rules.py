"""Single rows and columns: what the old systems' habits must become, written out by hand."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.app.importer.columns import Chosen, Column, Kind, Table, choose
from backend.app.importer.mapping import MappingFile, Rules
from backend.app.importer.parts import actions_of, due_date, notes_of
from backend.app.importer.records import Left
from backend.app.importer.rules import Converter
from backend.app.importer.values import CUT, GBK, UNDECODABLE, decode, time_reader

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEAST = {"title": "磁盘快满了", "created_at": "2024-05-01 08:00:00", "status": "open"}
KINDS = {"_at": Kind.LOCAL_TIME, "_time": Kind.LOCAL_TIME}


def table_of(*names: str, **kinds: Kind) -> Table:
    by_name = {name: kinds.get(name, next((KINDS[e] for e in KINDS if name.endswith(e)), Kind.TEXT)) for name in names}
    return Table("incidents", tuple(Column(name, kind, type=kind.value) for name, kind in by_name.items()), ("id",))


def convert(row: dict[str, Any], mapping: MappingFile | None = None, **kinds: Kind) -> Any:
    mapping = mapping or MappingFile()
    whole = {"id": "1"} | LEAST | row
    table = table_of(*whole, **kinds)
    return Converter(table, choose(table, mapping), mapping, SHANGHAI, "incidents").convert(list(whole.values()))


def chosen(*names: str, **kinds: Kind) -> Chosen:
    return choose(table_of("id", "title", *names, **kinds), MappingFile())


@pytest.mark.parametrize(
    "ours, names",
    [
        ("handler", "owner commander handler user handler_ids main_handler_id 处理人"),
        ("solution", "fix result solution review_summary 解决方案"),
        ("description", "summary content desc description 故障描述"),
        ("created_at", "created createdAt created_at ctime create_time gmt_create 登记时间"),
        ("started_at", "happened happenedAt occur occur_time happened_at 发生时间"),
        ("detected_at", "detected detectedAt detected_at discover discover_time 发现时间"),
        ("recovered_at", "resolved resolvedAt recover recover_time fixed fixed_at finish finish_time 恢复时间"),
        ("closed_at", "closed closedAt closed_at close_time 关闭时间"),
        ("updated_at", "updated updatedAt update_time gmt_modified last_update lastUpdate 更新时间"),
        ("duplicate_of", "duplicateOf duplicate_of"),
        ("test", "isTest is_test"),
        ("deleted", "deletedAt deleted_at is_delete 是否删除"),
        ("timeline", "timeline 时间线"),
        ("actions", "actionItems action_items 改进措施"),
        ("status", "status state problem_status 故障状态"),
        ("level", "level severity priority problem_level 故障级别"),
    ],
)
def test_a_column_is_known_by_each_of_its_names(ours: str, names: str):
    for name in names.split():
        assert chosen(name).get(ours) == (name,), name


@pytest.mark.parametrize(
    "name",
    [
        "start_page",
        "category",
        "location",
        "format",
        "user_agent",
        "end_user",
        "close_reason",
        "resolved_by",
        "updated_by",
        "fixed_version",
        "discover_source",
        "recovery_mode",
        "service_id",
        "order",
        "addon",
    ],
)
def test_a_column_that_only_sounds_alike_is_left_alone(name: str):
    assert name not in {column for columns in chosen(name).values() for column in columns}


def test_prose_in_a_column_named_like_a_time_does_not_stand_in_the_way_of_the_time():
    assert chosen("discover", "discover_time")["detected_at"] == ("discover_time",)


def test_a_number_named_like_prose_is_a_code():
    assert "solution" not in chosen("result", result=Kind.NUMBER)


@pytest.mark.parametrize("never", ["1970-01-01 08:00:00", "9999-12-31 00:00:00", "0000-00-00 00:00:00", None, ""])
def test_a_time_of_deletion_that_is_no_time_deletes_nothing(never: str | None):
    assert not isinstance(convert({"deleted_at": never}), Left)
    assert convert({"deleted_at": "2024-05-02 08:00:00"}).reason == "deleted"


@pytest.mark.parametrize("no", ["0", "否", "no", "N", "false", "-", "未删除", "正常", "0.00", None])
def test_a_flag_that_says_no(no: str | None):
    assert not isinstance(convert({"is_delete": no}), Left)


def test_a_deleted_row_is_converted_where_the_operator_wants_it():
    assert convert({"is_delete": "1"}, MappingFile(rules=Rules(deleted="keep"))).title == "磁盘快满了"


def test_a_placeholder_does_not_hide_the_next_column():
    alert = convert({"root_cause": "-", "reason": "日志未切割", "status": "closed"})
    assert alert.incident.postmortem.root_cause == "日志未切割"


def test_what_is_not_used_is_kept():
    alert = convert(
        {"root_cause": "磁盘满", "reason": "日志未切割", "fix": "重启", "result": "已加内存", "status": "closed"}
    )
    assert alert.legacy["fields"] == {
        "created_at": "2024-05-01 08:00:00",
        "reason": "日志未切割",
        "result": "已加内存",
    }


def test_a_timestamp_is_kept_with_its_zone_and_local_time_as_it_stood():
    kept = convert({"found_time": "2024-05-01 00:00:00", "seen": "2024-05-01 01:00:00"}, seen=Kind.TIMESTAMP).legacy
    assert kept["fields"]["seen"] == "2024-05-01 01:00:00Z"
    assert kept["fields"]["found_time"] == "2024-05-01 00:00:00"


def test_a_blank_title_gives_way_to_the_next_name():
    assert convert({"title": "\u200b", "name": "真正的标题"}).title == "真正的标题"


@pytest.mark.parametrize("text", ["1e17", "99999999999999999999", "2024-13-01", "3月5日上午", "不详", "44402x", "-5"])
def test_what_is_no_time_is_none(text: str):
    assert time_reader(SHANGHAI)(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("2024-05-01 08:00:00", "2024/5/1 8:00", "2024.05.01 08:00", "2024年5月1日 8:00", "20240501080000"),
        *("2024-05-01T08:00:00+08:00", "2024-05-01T00:00:00Z", "1714521600", "1714521600000", "1714521600000.0"),
        *("45413.333333", "２０２４－０５－０１ ０８：００", "2024-05-01 08:00:00.000000", "2024年5月1日 上午8:00"),
    ],
)
def test_every_form_of_one_moment(text: str):
    assert time_reader(SHANGHAI)(text) == datetime(2024, 5, 1, tzinfo=UTC)


def test_a_spreadsheets_number_is_no_time_where_the_operator_says_so():
    assert time_reader(SHANGHAI, serials=False)("45413.333333") is None


def test_an_hour_that_daylight_saving_repeats_is_the_first_and_one_it_skips_is_moved_on():
    read = time_reader(ZoneInfo("America/New_York"))
    assert read("2024-11-03 01:30:00") == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)
    assert read("2024-03-10 02:30:00") == datetime(2024, 3, 10, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw, text, problem",
    [
        ("磁盘".encode(), "磁盘", None),
        ("磁盘".encode()[:-1], "磁", CUT),
        ("磁盘".encode("gbk"), "磁盘", GBK),
        (b"disk \xff\xff", "disk \ufffd\ufffd", UNDECODABLE),
    ],
)
def test_text_is_decoded_value_by_value(raw: bytes, text: str, problem: str | None):
    assert decode(raw) == (text, problem)


def test_lines_are_actions_and_their_numbers_are_not():
    found = actions_of("1、扩容\n2. 加监控 已完成\n（3）演练\n无\n3.5 倍容量")
    assert [(action.title, action.status) for action in found] == [
        ("扩容", "Open"),
        ("加监控 已完成", "Done"),
        ("演练", "Open"),
        ("3.5 倍容量", "Open"),
    ]


def test_actions_as_json():
    [done, open_] = actions_of(
        '[{"title": "扩容", "owner": "甲", "due": "2024-02-30", "done": true}, {"title": "演练"}]'
    )
    assert (done.status, done.due_on, done.description) == ("Done", None, "负责人 / Owner: 甲")
    assert (open_.title, open_.status) == ("演练", "Open")
    assert actions_of("[]") == actions_of("{}") == actions_of("null") == []


def test_a_timeline_that_cannot_be_read_is_one_note():
    read = time_reader(SHANGHAI)
    deep = "[" * 200_000
    assert notes_of(deep, read)[1] is False
    [note], was_json = notes_of('[{"at": "2024-05-01 08:00", "by": "甲", "text": "已拉群"}]', read)
    assert (note.at, note.by, note.text, was_json) == (datetime(2024, 5, 1, tzinfo=UTC), "甲", "已拉群", True)


@pytest.mark.parametrize("text", ["0000-00-00", "2024-02-30", "待定", "", None])
def test_an_impossible_day_is_none(text: str | None):
    assert due_date(text) is None
