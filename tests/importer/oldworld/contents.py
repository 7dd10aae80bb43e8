"""Random contents of an old database's columns."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

KNOWN_STATUS_WORDS = [
    *("未处理", "new", "Open", "CONFIRMING", "处理中", "挂起", "In Progress", "investigating", "identified"),
    *("postponed", "HANDLING", "观察中", "Monitoring", "mitigated", "已解决", "已恢复", "已完成", "已处理", "fixed"),
    *("resolved", "RECOVERED", "待复盘", "postmortem", "REVIEWING", "已关闭", "Closed", "wontfix"),
    *("closed - no action", "REVIEWED", "误报", "invalid", "cancelled", "CANCELED"),
]
UNKNOWN_STATUS_WORDS = ["转产品", "待定", "reopened?"]
STATUSES = ["open", "working", "observing", "resolved", "review", "closed", "false_alarm"]
OWN_STATUS_WORDS = {
    "已归档": "closed",
    "跟进": "working",
    "灰度观察": "observing",
    "已修复": "resolved",
    "等复盘": "review",
    "重复单": "duplicate",
    "虚惊": "false_alarm",
    "待认领": "open",
    "resolved": "closed",  # the file wins over the default
}
KNOWN_LEVEL_WORDS = [
    *("特级", "一级", "紧急", "Critical", "二级", "高", "HIGH", "major", "三级", "中", "medium", "四级", "低", "low"),
    *("minor", "P0", "p1", "P2", "P-3", "p 4", "SEV0", "sev-1", "Sev 2", "sev3", "SEV4", "Ｐ１", "ｐ３", " 一级 "),
]
UNKNOWN_LEVEL_WORDS = ["minor?", "TBD", "未定级", "P9"]
LEVELS = ["Critical", "Error", "Warning", "Info"]
BLANKS = ["", "  ", "　　", None]
PLACEHOLDERS = ["无", "-", "N/A", "n/a", "TODO", "待补充", " 无 ", *BLANKS]
PROSE = ["磁盘日志未切割", "慢SQL导致锁等待", "回滚变更并重启", "It's the switch; \\ replaced", "<p>专线&nbsp;割接</p>"]
MEASURES = ["接入配置中心灰度", "补充监控与告警阈值", "定期巡检证书有效期", "Add a canary"]
HANDLERS = ["值班甲", "运维乙、DBA丙", "ops_b", "12,7", ",9,"]
NO_HANDLER = ["0", ",", *BLANKS]

ZERO = "0000-00-00 00:00:00"
NO_TIME = {
    "datetime": [ZERO, "9999-12-31 23:59:59", "2099-01-01 00:00:00", "1970-01-01 08:00:00", "1999-12-31 23:59:59"],
    "timestamp": [ZERO, "1970-01-01 00:00:01", "1970-01-02 00:00:00"],
    "int": [0],
    "bigint": [0, -1, 4070908800, 4070908800000],
    "text": [
        *("不详", "3月5日上午", "未恢复", "-", "N/A", "0", ZERO, "9999-12-31 00:00:00", "2099/1/1 0:00"),
        *("2021-13-45 10:00:00", "1970-01-01 08:00:00", "20211399000000"),
    ],
}
EDGE_TIMES = {"datetime": ["2000-01-01 00:00:00", "2089-12-31 23:59:59"], "text": ["2000.01.01 00:00"]}
TIMESTAMP_ENDS = datetime(2037, 12, 31, tzinfo=UTC)


def blank_or(rng: Random, share: float, values: list[Any]) -> Any:
    return rng.choice(BLANKS) if rng.random() < share else rng.choice(values)


def disguised(rng: Random, known: str) -> str:
    """The same word in other letters: blanks around it, another case, full-width forms."""
    match rng.randrange(6):
        case 0:
            return f" {known} "
        case 1:
            return known.swapcase()
        case 2:
            return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in known)
    return known


def status_word(rng: Random) -> Any:
    chance = rng.random()
    if chance < 0.06:
        return rng.choice(UNKNOWN_STATUS_WORDS)
    if chance < 0.16:
        return rng.choice(BLANKS)
    return disguised(rng, rng.choice(KNOWN_STATUS_WORDS))


def level_word(rng: Random) -> Any:
    chance = rng.random()
    if chance < 0.1:
        return rng.choice(UNKNOWN_LEVEL_WORDS)
    return rng.choice(BLANKS) if chance < 0.2 else disguised(rng, rng.choice(KNOWN_LEVEL_WORDS))


def title(rng: Random, number: int, four_bytes: bool) -> Any:
    plain = f"{rng.choice(['支付网关', 'DNS', 'MySQL主库'])}{rng.choice(['证书过期', '消息积压', ' timeout'])} {number}"
    odd = [
        *BLANKS,
        *BLANKS,
        plain.ljust(200, "长"),
        plain.ljust(201, "长"),
        plain.ljust(230, "x"),
        f"\u200b{plain}\ufeff",
        f"{plain[:3]}\x00{plain[3:]}",
        "\u200b\u200d",
        '=HYPERLINK("http://wiki.example.com")',
    ]
    if four_bytes:
        odd += [f"🔥{plain}", "🔥" * 200, "𠮷" * 201]
    return plain if rng.random() < 0.6 else rng.choice(odd)


def description(rng: Random, number: int) -> Any:
    return blank_or(
        rng, 0.35, [f"第{number}条：详见截图。", "<p>请尽快处理</p>", "It's \\ broken\nsince morning", "长" * 400]
    )


def prose(rng: Random) -> Any:
    """A cause or a solution, often none."""
    return rng.choice(PLACEHOLDERS) if rng.random() < 0.85 else rng.choice(PROSE)


def handler(rng: Random) -> Any:
    return rng.choice(NO_HANDLER if rng.random() < 0.6 else HANDLERS)


def actions(rng: Random, as_json: bool) -> Any:
    if rng.random() < 0.75:
        return None if as_json else rng.choice(PLACEHOLDERS)
    count = rng.randrange(4)
    if as_json or rng.random() < 0.4:
        return json.dumps([_action(rng) for _ in range(count)], ensure_ascii=rng.random() < 0.5)
    lines = [
        f"{number}、{rng.choice(MEASURES)}（负责人：甲）{rng.choice(['', '已完成'])}" for number in range(1, count + 2)
    ]
    return rng.choice(["\n", "\r\n"]).join(lines)


def _action(rng: Random) -> dict[str, Any]:
    return {
        "title": rng.choice(MEASURES),
        "owner": rng.choice(["甲", "", None]),
        "due": rng.choice(["2024-06-30", "2024-02-30", "0000-00-00", None]),
        "done": rng.choice([True, False]),
    }


def timeline(rng: Random, as_json: bool) -> Any:
    if rng.random() < 0.4:
        return None if as_json else rng.choice(BLANKS)
    entries = [
        {"at": f"2024-01-01 10:0{minute}:00", "by": rng.choice(["甲", "system"]), "text": "执行回滚"}
        for minute in range(rng.randrange(4))
    ]
    written = json.dumps(entries, ensure_ascii=False)
    if as_json or rng.random() < 0.6:
        return written
    return rng.choice(["10:05 已拉群，10:20 执行回滚", '[{"at": "2024-01-01 10:00:00", "by": "甲", "te', "{'at': 1}"])


def flag(rng: Random, style: str, share: float) -> Any:
    """A yes or no as a number, as a word, or as the time since when it is so."""
    yes = rng.random() < share
    match style:
        case "int":
            return 1 if yes else rng.choice([0, 0, None])
        case "text":
            return rng.choice(["是", "Y", "yes", "true", "1"] if yes else ["否", "N", "no", "false", "0", "", None])
        case "datetime":
            return "2024-05-06 07:08:09" if yes else rng.choice([None, ZERO])
    return 1714950489 if yes else 0  # unix seconds


def moment(rng: Random, base: datetime, kind: str, zone: ZoneInfo) -> Any:
    """A time of that kind: mostly `base`, sometimes blank, unusable or at the end of the range."""
    chance = rng.random()
    if chance < 0.15:
        return rng.choice(BLANKS) if kind == "text" else None
    if chance < 0.27:
        return rng.choice(NO_TIME[kind])
    if chance < 0.28 and kind in EDGE_TIMES:
        return rng.choice(EDGE_TIMES[kind])
    return time_as(rng, base, kind, zone)


def time_as(rng: Random, base: datetime, kind: str, zone: ZoneInfo) -> Any:
    match kind:
        case "datetime":
            return f"{base.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case "timestamp":
            return f"{min(base, TIMESTAMP_ENDS):%Y-%m-%d %H:%M:%S}"
        case "int":
            return int(base.timestamp())
        case "bigint":
            seconds = int(base.timestamp())
            return rng.choice([seconds, seconds * 1000, seconds * 1000 + rng.randrange(1000)])
    return _written(rng, base.astimezone(zone))


def _written(rng: Random, local: datetime) -> str:
    """A local time as text, in one of the formats in which people and programs write it."""
    day, minute = f"{local.month}/{local.day}", f"{local.hour}:{local:%M}"
    days = (local.replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 (local)
    offset = f"{local:%z}"
    seconds = str(int(local.timestamp()))
    unix = [seconds, f"{seconds}000"] if len(seconds) == 10 else []  # what fewer digits mean in a text, no rule says
    return rng.choice(
        [
            *unix,
            f"{local:%Y%m%d%H%M%S}",
            f"{local.year}年{local.month}月{local.day}日 {minute}",
            f"{local.year}/{day} {minute}",
            f"{local:%Y-%m-%dT%H:%M:%S}{offset[:3]}:{offset[3:]}",
            f"{local:%Y.%m.%d %H:%M}",
            f"{local:%Y-%m-%d %H:%M:%S}",
            f"{local:%Y-%m-%d %H:%M:%S}",
            f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
            f"{local:%Y%m%d}",
            f"{days:.5f}",
        ]
    )


def in_old_bytes(rng: Random, value: str, free_text: bool) -> str | bytes:
    """What a client that ignored the column's character set wrote: UTF-8, GBK, cut or broken bytes."""
    if value.isascii():
        return value
    utf8 = value.encode()
    chance = rng.random()
    if chance < 0.25:
        try:
            return value.encode("gbk")
        except UnicodeEncodeError:
            return utf8
    if free_text and chance < 0.35:
        return "被截断的文字".encode()[: -rng.choice([1, 2])]
    if free_text and chance < 0.45:
        return b"ab \xff\xfe " + utf8
    return utf8
