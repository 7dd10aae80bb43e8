"""What each row of an old database must become: a second, slow implementation of the migration's rules.

It shares no code with the application and puts plainness before speed. `expected` returns the structure of
the `*.expected.json` files in `old_databases/`. The numbers in the names are those of the rules:

 1 one row, one result            7 time zones
 2 soft-deleted rows              8 which rows make an incident
 3 rejected rows                  9 status and severity of the incident
 4 titles and encodings          10 false alarms, duplicates, tests
 5 blank status and level        11 postmortem, actions, timeline
 6 times                         12 the alert without an incident
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .values import INVISIBLE, decode, is_blank, is_placeholder, is_true, text, time, word

OldRow = dict[str, Any]

STATUS_WORDS = {
    "open": ["未处理", "new", "open", "confirming"],
    "working": ["处理中", "挂起", "in progress", "investigating", "identified", "postponed", "handling"],
    "observing": ["观察中", "monitoring", "mitigated"],
    "resolved": ["已解决", "已恢复", "已完成", "已处理", "fixed", "resolved", "recovered"],
    "review": ["待复盘", "postmortem", "reviewing"],
    "closed": ["已关闭", "closed", "wontfix", "closed - no action", "reviewed"],
    "false_alarm": ["误报", "invalid", "cancelled", "canceled"],
    "duplicate": ["duplicate"],
}
LEVEL_WORDS = {
    "Critical": ["特级", "一级", "紧急", "critical"],
    "Error": ["二级", "高", "high", "major"],
    "Warning": ["三级", "中", "medium"],
    "Info": ["四级", "低", "low", "minor"],
}
LEVEL_DIGIT = re.compile(r"(?:sev|p)[\s-]*([0-4])")
LEVEL_OF_DIGIT = {"0": "Critical", "1": "Critical", "2": "Error", "3": "Warning", "4": "Info"}
SEVERITY = {"Critical": "P1", "Error": "P2", "Warning": "P3", "Info": "P4"}
INCIDENT_STATUS = {
    "open": "Pending",
    "working": "InProgress",
    "observing": "Recovering",
    "resolved": "Recovered",
    "review": "AwaitingPostmortem",
    "closed": "Closed",
    "false_alarm": "Closed",
}
ENDED = {"resolved", "review", "closed", "false_alarm", "duplicate"}
REALLY_ENDED = {"resolved", "review", "closed"}
WORKED_ON = {"working", "observing", "review"}
"""Statuses that make an incident by themselves."""
TITLE_LENGTH = 200


@dataclass
class Old:
    """One old row, its columns asked for by our names."""

    values: OldRow
    kinds: dict[str, str]
    mapping: dict[str, Any]
    children: dict[str, list[OldRow]]
    warnings: list[str] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.mapping.get("timezone", "Asia/Shanghai"))

    def columns(self, *ours: str) -> list[str]:
        return [column for name in ours for column in self.mapping["columns"].get(name, [])]

    def every(self, *ours: str) -> list[Any]:
        return [self.values[column] for column in self.columns(*ours)]

    def first(self, ours: str) -> Any:
        """The first value that is not blank, else `None`."""
        return next((value for value in self.every(ours) if not is_blank(value)), None)

    def first_text(self, ours: str) -> str:
        return text(self.first(ours))

    def time_in(self, column: str) -> datetime | None:
        return time(self.values[column], self.kinds[column], self.zone)

    def first_time(self, *ours: str) -> datetime | None:
        """The first usable time in the columns of these names, in that order."""
        return next((moment for column in self.columns(*ours) if (moment := self.time_in(column))), None)

    def warn(self, kind: str) -> None:
        if kind not in self.warnings:
            self.warnings.append(kind)


def expected(
    rows: list[OldRow],
    columns: dict[str, str],
    mapping: dict[str, Any],
    *,
    children: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """`{"totals", "rows"}` for an old table.

    `columns` maps each column to its kind: text, datetime, timestamp (values in UTC), int, bigint, json.
    `mapping` has `columns` (our name to a list of theirs), and may have `status`, `level`, `action_status`
    and `timezone`. `children` has `actions` and `timeline`, each with `rows` and `parent` (the column that
    holds the old key); actions also have `state`, `owner` and `checker` (column names).
    """
    seen: set[tuple[Any, ...]] = set()
    results = []
    for values in rows:
        old = Old(values, columns, mapping, children_of(values, mapping, children or {}))
        results.append(rule_1_one_row_one_result(old, seen, children or {}))
    rule_10_link_duplicates(rows, mapping, results)
    return {"totals": totals(results), "rows": results}


def children_of(values: OldRow, mapping: dict[str, Any], children: dict[str, Any]) -> dict[str, list[OldRow]]:
    """The rows of the other tables that point at this one, by kind."""
    key = old_key(values, mapping)
    return {
        kind: [row for row in child["rows"] if key is not None and str(row[child["parent"]]) == str(key)]
        for kind, child in children.items()
    }


def old_key(values: OldRow, mapping: dict[str, Any]) -> Any:
    column = next(iter(mapping["columns"].get("id", [])), None)
    return values[column] if column else None


def rule_1_one_row_one_result(old: Old, seen: set[tuple[Any, ...]], children: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"legacy_id": old_key(old.values, old.mapping), "warnings": []}
    copy = rule_3_is_copy(old, seen)
    if rule_2_deleted(old):
        return {**result, "result": "skipped", "reason": "deleted"}
    if reason := "duplicate_row" if copy else rule_3_reject_reason(old):
        return {**result, "result": "rejected", "reason": reason}
    converted = convert(old, children)
    return {**result, "warnings": old.warnings, "result": "converted", **converted}


def rule_2_deleted(old: Old) -> bool:
    return any(is_true(value) for value in old.every("deleted"))


def rule_3_is_copy(old: Old, seen: set[tuple[Any, ...]]) -> bool:
    """Whether an earlier row is equal in every column; remembers this one."""
    row = tuple(value.encode() if isinstance(value, str) else value for value in old.values.values())
    copy = row in seen
    seen.add(row)
    return copy


def rule_3_reject_reason(old: Old) -> str | None:
    if rule_4_clean_title(old) == "" and is_blank(old.first("description")):
        return "no_text"
    if rule_6_fired_at(old) is None:
        return "no_time"
    if rule_5_status(old) is None:
        return "unknown_status"
    return None


def rule_4_clean_title(old: Old) -> str:
    return INVISIBLE.sub("", old.first_text("title")).strip()


def rule_4_warn_of_text(old: Old) -> None:
    for value in old.values.values():
        if isinstance(value, bytes) and (warning := decode(value)[1]):
            old.warn(warning)
    title = rule_4_clean_title(old)
    if title == "":
        old.warn("title_from_description")
    elif len(title) > TITLE_LENGTH:
        old.warn("title_cut")


def rule_5_status(old: Old) -> str | None:
    """Our word for the old status; `None` for a word that nobody knows."""
    value = old.first("status")
    if value is None:
        return "resolved" if old.first_time("recovered_at") else "open"
    given = {word(theirs): ours for theirs, ours in old.mapping.get("status", {}).items()}
    default = {theirs: ours for ours, words in STATUS_WORDS.items() for theirs in words}
    return given.get(word(value)) or default.get(word(value))


def rule_5_level(old: Old) -> str:
    value = word(old.first("level"))
    given = {word(theirs): ours for theirs, ours in old.mapping.get("level", {}).items()}
    default = {theirs: ours for ours, words in LEVEL_WORDS.items() for theirs in words}
    if level := given.get(value) or default.get(value):
        return level
    if digit := LEVEL_DIGIT.fullmatch(value):
        return LEVEL_OF_DIGIT[digit[1]]
    old.warn("level_defaulted")
    return "Warning"


def rule_6_fired_at(old: Old) -> datetime | None:
    preferred = old.first_time("detected_at", "started_at", "created_at")
    return preferred or old.first_time("acknowledged_at", "recovered_at", "closed_at", "updated_at")


def rule_6_warn_of_fallback(old: Old) -> None:
    """Warns when a column that comes before the chosen one holds something that is no time."""
    for column in old.columns("detected_at", "started_at", "created_at"):
        if old.time_in(column):
            return
        if not is_blank(old.values[column]):
            old.warn("fired_at_fallback")


def rule_6_started_at(old: Old, fired: datetime) -> datetime:
    started = old.first_time("started_at") or fired
    if started > fired:
        old.warn("detected_before_started")
        return fired
    return started


def rule_6_acknowledged_at(old: Old, fired: datetime) -> datetime | None:
    accepted = old.first_time("acknowledged_at")
    if accepted and accepted < fired:
        old.warn("acknowledged_before_fired")
        return None
    return accepted


def rule_6_resolved_at(old: Old, status: str, fired: datetime) -> datetime | None:
    """The kept end of an ended row."""
    if status not in ENDED:
        return None
    status_is_blank = old.first("status") is None
    names = ["recovered_at"] if status_is_blank else ["recovered_at", "closed_at", "updated_at"]
    end = old.first_time(*names)
    if end and end < fired:
        old.warn("recovered_before_fired")
        end = None
    if end is None and status in REALLY_ENDED:
        old.warn("recovered_unknown")
    return end


def rule_6_recovered_at(old: Old, status: str, fired: datetime) -> datetime | None:
    """The end that enters MTTR: never the time of an update."""
    if status not in ENDED:
        return None
    status_is_blank = old.first("status") is None
    end = old.first_time(*(["recovered_at"] if status_is_blank else ["recovered_at", "closed_at"]))
    return end if end and end >= fired else None


def rule_8_makes_incident(
    old: Old, status: str, level: str, acknowledged: datetime | None, actions: list[str] | None
) -> bool:
    if status == "duplicate" or (status == "false_alarm" and level != "Critical"):
        return False
    return (
        level == "Critical"
        or status in WORKED_ON
        or rule_8_has_cause_or_solution(old)
        or bool(actions)
        or (rule_8_has_handler(old) and acknowledged is not None)
    )


def rule_8_has_cause_or_solution(old: Old) -> bool:
    return not all(is_placeholder(value) for value in old.every("root_cause", "solution"))


def rule_8_has_handler(old: Old) -> bool:
    """Whether any name or number is given; 0 and separators are none."""
    return any(part not in {"", "0"} for value in old.every("handler") for part in re.split(r"[,;/、\s]", word(value)))


def rule_9_incident_status(status: str, has_draft: bool) -> str:
    return "AwaitingPostmortem" if status == "resolved" and has_draft else INCIDENT_STATUS[status]


def rule_10_link_duplicates(rows: list[OldRow], mapping: dict[str, Any], results: list[dict[str, Any]]) -> None:
    """Links each duplicate to the incident of the row that it points at, which may come later."""
    with_incident = {str(result["legacy_id"]) for result in results if result.get("incident")}
    for values, result in zip(rows, results, strict=True):
        old = Old(values, {}, mapping, {})
        is_duplicate = old.first("status") is not None and rule_5_status(old) == "duplicate"
        target = old.first_text("duplicate_of").strip()
        if result["result"] == "converted" and is_duplicate and target in with_incident:
            result.update(alert="Linked", linked_to=target)


def rule_11_actions(old: Old, children: dict[str, Any]) -> list[str]:
    """The statuses of the row's actions, from its own columns and then from the table of actions."""
    in_columns = [status for value in old.every("actions") for status in rule_11_actions_in(value)]
    in_table = [rule_11_action_in_table(row, old.mapping, children) for row in old.children.get("actions", [])]
    return in_columns + in_table


def rule_11_actions_in(value: Any) -> list[str]:
    """Actions in one value: a JSON list of objects, or one action a line."""
    content = decode(value)[0] if isinstance(value, str | bytes) else ""
    try:
        listed = json.loads(content)
    except ValueError:
        listed = None
    if isinstance(listed, list):
        return ["Done" if action.get("done") else "Open" for action in listed if not is_placeholder(action["title"])]
    return ["Done" if "已完成" in line else "Open" for line in content.splitlines() if not is_placeholder(line)]


def rule_11_action_in_table(row: OldRow, mapping: dict[str, Any], children: dict[str, Any]) -> str:
    table = children["actions"]
    status = mapping["action_status"][str(row[table["state"]])]
    owner, checker = row[table["owner"]], row[table["checker"]]
    checked_by_another = checker is not None and checker != owner
    return "Done" if status == "Verified" and not checked_by_another else status


def rule_11_timeline_notes(old: Old) -> int:
    """How many notes the timeline becomes, in the row and in the table of logs."""
    return sum(rule_11_notes_in(old, value) for value in old.every("timeline")) + len(old.children.get("timeline", []))


def rule_11_notes_in(old: Old, value: Any) -> int:
    if is_blank(value):
        return 0
    try:
        entries = json.loads(decode(value)[0])
    except ValueError:
        entries = None
    if isinstance(entries, list):
        return len(entries)
    old.warn("timeline_not_json")
    return 1


def rule_12_alert_status(status: str) -> str:
    if status in {"false_alarm", "duplicate"}:
        return "Ignored"
    return "Resolved" if status in ENDED else "Pending"


def convert(old: Old, children: dict[str, Any]) -> dict[str, Any]:
    """The alert that a row becomes, and its incident when it makes one."""
    rule_4_warn_of_text(old)
    if old.first("status") is None:
        old.warn("status_blank")
    status, level, fired = rule_5_status(old), rule_5_level(old), rule_6_fired_at(old)
    assert status is not None
    assert fired is not None
    rule_6_warn_of_fallback(old)
    started = rule_6_started_at(old, fired)
    acknowledged = rule_6_acknowledged_at(old, fired)
    actions = rule_11_actions(old, children)
    alert = {
        "level": level,
        "fired_at": written(fired),
        "resolved_at": written(rule_6_resolved_at(old, status, fired)),
        "test": any(is_true(value) for value in old.every("test")),
    }
    if not rule_8_makes_incident(old, status, level, acknowledged, actions):
        return {**alert, "alert": rule_12_alert_status(status), "incident": None}
    has_draft = status in REALLY_ENDED and rule_8_has_cause_or_solution(old)
    return {
        **alert,
        "alert": "Linked",
        "incident": rule_9_incident_status(status, has_draft),
        "severity": SEVERITY[level],
        "resolution": "FalseAlarm" if status == "false_alarm" else None,
        "started_at": written(started),
        "detected_at": written(fired),
        "acknowledged_at": written(acknowledged),
        "recovered_at": written(rule_6_recovered_at(old, status, fired)),
        "postmortem": "Draft" if has_draft else None,
        "actions": actions,
        "timeline_notes": rule_11_timeline_notes(old),
    }


def written(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z" if moment else None


def totals(results: list[dict[str, Any]]) -> dict[str, Any]:
    converted = [row for row in results if row["result"] == "converted"]
    incidents = [row for row in converted if row["incident"]]
    warnings = Counter(warning for row in converted for warning in row["warnings"])
    return {
        "rows": len(results),
        "skipped": counted(row["reason"] for row in results if row["result"] == "skipped"),
        "rejected": counted(row["reason"] for row in results if row["result"] == "rejected"),
        "alerts": len(converted),
        "alerts_by_level": counted(row["level"] for row in converted),
        "alerts_by_status": counted(row["alert"] for row in converted),
        "incidents": len(incidents),
        "incidents_by_severity": counted(row["severity"] for row in incidents),
        "incidents_by_status": counted(row["incident"] for row in incidents),
        "false_alarms": sum(row["resolution"] == "FalseAlarm" for row in incidents),
        "postmortem_drafts": sum(row["postmortem"] == "Draft" for row in incidents),
        "action_items_by_status": counted(status for row in incidents for status in row["actions"]),
        "test_rows": sum(row["test"] for row in converted),
        "timeline_notes": sum(row["timeline_notes"] for row in incidents),
        "without_recovery_time": warnings["recovered_unknown"],
        "warnings": dict(sorted(warnings.items())),
    }


def counted(words: Any) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))
