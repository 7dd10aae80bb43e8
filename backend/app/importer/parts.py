"""Action items and timelines, as they stand in a text of an old row."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..domain.action_item import ActionItemStatus
from .values import TimeReader
from .vocabulary import is_placeholder

TIMELINE_NOT_JSON = "timeline_not_json"
_NUMBERING = re.compile(r"^\s*(?:[\(（]?\d{1,2}[\)）]|\d{1,2}\s*[、.．,，:：](?!\d)|[-*•·●]|[①-⑳])\s*")
_DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?:\D.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Action:
    """An action item to be."""

    title: str
    status: ActionItemStatus
    description: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of a timeline; `at` is None where the old one has no usable time."""

    at: datetime | None
    by: str
    text: str


def actions_of(text: str) -> list[Action]:
    """Of JSON `[{title, owner, due, done}]`, or of lines that may be numbered; 已完成 in a line means done."""
    if text.strip() in ("{}", "null"):
        return []
    items = _json_list(text)
    if items is not None:
        return [action for item in items if (action := _action_of_item(item)) is not None]
    found = []
    for line in text.splitlines():
        title = _NUMBERING.sub("", line, count=1).strip()
        if not is_placeholder(title):
            done = "已完成" in title
            found.append(Action(title, ActionItemStatus.DONE if done else ActionItemStatus.OPEN))
    return found


def _action_of_item(item: Any) -> Action | None:
    if not isinstance(item, dict):
        item = {"title": item}
    title = str(item.get("title") or item.get("content") or "").strip()
    if is_placeholder(title):
        return None
    done = item.get("done")
    finished = done.strip().casefold() in ("true", "yes", "1", "是") if isinstance(done, str) else bool(done)
    owner = item.get("owner")
    return Action(
        title,
        ActionItemStatus.DONE if finished else ActionItemStatus.OPEN,
        description=f"负责人 / Owner: {owner}" if owner not in (None, "") else "",
        due_on=due_date(None if item.get("due") is None else str(item["due"])),
    )


def due_date(text: str | None) -> date | None:
    """The day, or None for an impossible one such as 0000-00-00 or 2024-02-30."""
    found = _DAY.fullmatch(text.strip()) if text else None
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2089 else None


def notes_of(text: str, read_time: TimeReader) -> tuple[list[Note], bool]:
    """The entries of JSON `[{at, by, text}]`, and whether it was JSON; other text is one note."""
    items = _json_list(text)
    if items is None or not all(isinstance(item, dict) for item in items):
        return [Note(None, "", text)], False
    return [_note(item, read_time) for item in items], True


def _note(item: dict[str, Any], read_time: TimeReader) -> Note:
    at = item.get("at")
    return Note(None if at is None else read_time(str(at)), str(item.get("by") or ""), str(item.get("text") or ""))


def _json_list(text: str) -> list[Any] | None:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return items if isinstance(items, list) else None
