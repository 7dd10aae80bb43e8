"""Sentences that Closeloop writes into people's documents, in the author's language."""

from collections.abc import Mapping
from typing import Any

STATUS = {
    "zh-CN": {
        "Pending": "待确认",
        "InProgress": "处理中",
        "Recovering": "恢复中",
        "Recovered": "已恢复",
        "AwaitingPostmortem": "待复盘",
        "Closed": "已关闭",
    },
    "en": {
        "Pending": "Pending",
        "InProgress": "In progress",
        "Recovering": "Recovering",
        "Recovered": "Recovered",
        "AwaitingPostmortem": "Awaiting postmortem",
        "Closed": "Closed",
    },
}

TIMELINE = {
    "zh-CN": {
        "created": "{actor} 上报故障",
        "moved": "{actor} 将状态从“{from}”变更为“{to}”",
        "assigned": "{actor} 指派给 {to}",
        "unassigned": "{actor} 取消指派",
        "edited": "{actor} 修改了故障信息",
        "alert_linked": "关联告警：{title}",
        "alert_unlinked": "取消关联告警：{title}",
        "alert_resolved": "告警恢复：{title}",
        "alert_refired": "告警再次触发：{title}",
        "imported": "从旧系统导入：{table} 表，编号 {legacy_id}",
        "imported_without_number": "从旧系统导入：{table} 表",
    },
    "en": {
        "created": "{actor} opened the incident",
        "moved": "{actor} moved it from {from} to {to}",
        "assigned": "{actor} assigned it to {to}",
        "unassigned": "{actor} unassigned it",
        "edited": "{actor} edited the incident",
        "alert_linked": "Alert linked: {title}",
        "alert_unlinked": "Alert unlinked: {title}",
        "alert_resolved": "Alert recovered: {title}",
        "alert_refired": "Alert fired again: {title}",
        "imported": "Imported from the old system: {table}, number {legacy_id}",
        "imported_without_number": "Imported from the old system: {table}",
    },
}


def timeline_sentence(language: str, kind: str, actor: str, data: Mapping[str, Any], text: str) -> str:
    """A timeline entry as one line of a postmortem; a note stands as its author wrote it."""
    language = language if language in TIMELINE else "en"
    if kind == "assigned" and data.get("to") is None:
        kind = "unassigned"
    if kind == "imported" and not data.get("legacy_id"):
        kind = "imported_without_number"
    pattern = TIMELINE[language].get(kind)
    if pattern is None:
        return text
    words = dict(data) | {"actor": actor}
    if kind == "moved":
        words |= {end: STATUS[language].get(data[end], data[end]) for end in ("from", "to")}
    sentence = pattern.format_map(words)
    colon = "：" if language == "zh-CN" else ": "
    return f"{sentence}{colon}{text}" if text else sentence
