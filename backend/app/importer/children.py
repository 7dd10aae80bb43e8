"""Tables of their own that hold action items or timeline entries of old incidents."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..domain.action_item import ActionItemStatus
from .columns import Column, Kind, Table
from .engines import OldEngine
from .engines.base import plain
from .errors import Refused
from .parts import Action, Note, due_date
from .records import Children
from .values import TimeReader, decode_row
from .vocabulary import ACTION_WORDS, fold, is_placeholder, squeeze

ACTIONS = re.compile(r"action|measure|improve|todo|task|措施|改进")
NOTES = re.compile(r"log|timeline|record|history|progress|comment|note|日志|记录|进展|时间线")

COLUMNS = {
    "title": [
        "title",
        "content",
        "action",
        "measure",
        "name",
        "task",
        "description",
        "措施",
        "改进措施",
        "内容",
        "标题",
    ],
    "status": ["state", "status", "状态", "进度"],
    "owner": [
        "owner",
        "ownerid",
        "ownername",
        "responsible",
        "assignee",
        "assigneeid",
        "负责人",
        "责任人",
    ],
    "checker": ["checker", "checkerid", "verifier", "verifierid", "verifiedby", "验收人", "验证人"],
    "due": [
        "due",
        "dueon",
        "duedate",
        "deadline",
        "planfinishdate",
        "plandate",
        "planfinishtime",
        "expectdate",
        "截止日期",
        "计划完成时间",
    ],
    "criteria": ["checkstandard", "acceptance", "criteria", "standard", "验收标准"],
    "at": [
        "logtime",
        "occurredat",
        "time",
        "at",
        "operatetime",
        "createdat",
        "createtime",
        "created",
        "时间",
        "操作时间",
        "记录时间",
    ],
    "by": ["operator", "by", "author", "user", "username", "operatorname", "操作人", "记录人", "处理人"],
    "text": [
        "content",
        "text",
        "message",
        "note",
        "remark",
        "detail",
        "description",
        "内容",
        "描述",
        "备注",
    ],
}
NAMES = ["realname", "displayname", "fullname", "name", "nickname", "username", "姓名"]


@dataclass(frozen=True)
class ChildTable:
    """One such table: which of its columns is which, and the column that refers to the incident."""

    table: Table
    refers_by: str
    columns: Mapping[str, str]
    holds_actions: bool


@dataclass
class Family:
    """All child tables of the old table, and the names of people by their old id."""

    tables: list[ChildTable] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)

    def of(
        self, engine: OldEngine, keys: Sequence[str | None], states: "States", read_time: TimeReader
    ) -> dict[str, Children]:
        """What belongs to rows with these keys, by key."""
        found: dict[str, Children] = defaultdict(lambda: Children([], []))
        wanted = sorted({key for key in keys if key})
        for child in self.tables:
            known = states.of(child) if child.holds_actions else {}
            names = [child.refers_by, *dict.fromkeys(child.columns.values())]
            for raw in engine.matching(child.table, child.refers_by, wanted, names):
                row = dict(zip(names, decode_row(raw)[0], strict=True))
                ours = {name: row[theirs] for name, theirs in child.columns.items()}
                parent = found[row[child.refers_by] or ""]
                if child.holds_actions:
                    parent.actions.extend(self._action(ours, known))
                elif ours["text"]:
                    at = ours.get("at")
                    parent.notes.append(Note(read_time(at) if at else None, ours.get("by") or "", ours["text"]))
        return found

    def _action(self, ours: Mapping[str, str | None], states: Mapping[str, ActionItemStatus]) -> Iterator[Action]:
        title = (ours["title"] or "").strip()
        if is_placeholder(title):
            return
        owner, checker = ours.get("owner"), ours.get("checker")
        status = states.get(fold(ours.get("status") or ""), ActionItemStatus.OPEN)
        if status is ActionItemStatus.VERIFIED and (checker in (None, "", "0") or checker == owner):
            status = ActionItemStatus.DONE
        about = [
            f"{label}: {self.people.get(value, value)}"
            for label, value in (("负责人 / Owner", owner), ("验收人 / Checker", checker))
            if value not in (None, "", "0") and value is not None
        ]
        if ours.get("criteria"):
            about.append(f"验收标准 / Acceptance: {ours['criteria']}")
        yield Action(title, status, "\n".join(about), due_date(ours.get("due")))


@dataclass
class States:
    """What the words or numbers of an action's status mean, by table."""

    given: Mapping[str, str]

    def of(self, child: ChildTable) -> dict[str, ActionItemStatus]:
        name = child.columns.get("status")
        column = child.table.column(name) if name else None
        known = {word: ActionItemStatus(status) for word, status in ACTION_WORDS.items()}
        known |= _from_comment(column.comment if column else "")
        return known | {word: ActionItemStatus(status) for word, status in self.given.items()}


def _from_comment(comment: str) -> dict[str, ActionItemStatus]:
    """`0未开始 1进行中 2已完成` → what each number means."""
    pairs = re.findall(r"(\d+)\s*[:：=.、-]?\s*([^\d\s,，;；、/|:：]+)", comment)
    return {code: ActionItemStatus(ACTION_WORDS[fold(word)]) for code, word in pairs if fold(word) in ACTION_WORDS}


def find_family(
    engine: OldEngine, table: Table, key: str | None, others: Sequence[str], referred: Sequence[str]
) -> Family:
    """Child tables among `others`: by a foreign key (`referred`: `table.column`), else by a column's name."""
    family = Family()
    if key is None:
        return family
    singular = squeeze(table.name).removesuffix("s")
    by_name = {f"{singular}id", f"{singular}sid", "incidentid", "faultid", "故障编号", "故障id"}
    for name in others:
        other = engine.table(name)
        keys = [column for column in other.names if f"{name}.{column}" in referred]
        keys += [column for column in other.names if squeeze(column) in by_name]
        child = _child(other, keys[0]) if keys else None
        if child is not None:
            family.tables.append(child)
    return family


def _child(table: Table, refers_by: str) -> ChildTable | None:
    name = squeeze(table.name)
    if ACTIONS.search(name):
        columns = _choose(table, refers_by, "title", "status", "owner", "checker", "due", "criteria")
        return ChildTable(table, refers_by, columns, holds_actions=True) if "title" in columns else None
    if NOTES.search(name):
        columns = _choose(table, refers_by, "text", "at", "by")
        return ChildTable(table, refers_by, columns, holds_actions=False) if "text" in columns else None
    return None


def _choose(table: Table, refers_by: str, *wanted: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for ours in wanted:
        free = [c for c in table.columns if c.name != refers_by and c.name not in chosen.values() and _fits(ours, c)]
        ranked = {squeeze(column.name): column.name for column in free}
        name = next((ranked[known] for known in COLUMNS[ours] if known in ranked), None)
        if name is not None:
            chosen[ours] = name
    return chosen


def _fits(ours: str, column: Column) -> bool:
    return ours not in ("title", "text", "criteria", "by") or column.kind is Kind.TEXT


PEOPLE = ("users", "user", "sys_user")


def people_of(engine: OldEngine, name: str | None) -> dict[str, str]:
    """Display names by id, of an old table of users; empty where it is large, has no names, or is none."""
    if name is None or engine.count(name) > 100_000:
        return {}
    table = engine.table(name)
    named = {squeeze(column): column for column in table.names}
    shown = next((named[known] for known in NAMES if known in named), None)
    if shown is None or len(table.key) != 1:
        return {}
    rows = (decode_row(raw)[0] for raw in engine.stream(table, [table.key[0], shown]))
    return {key: value for key, value in rows if key and value}


def orphans(engine: OldEngine, child: ChildTable, parent: str, key: str) -> int:
    """Rows of a child table whose incident does not exist."""
    quote, same = engine.quote, engine.exact_text
    with engine.connect() as connection:
        return int(
            plain(
                connection,
                f"SELECT COUNT(*) FROM {quote(child.table.name)} c LEFT JOIN {quote(parent)} p "  # noqa: S608
                f"ON {same('p.' + quote(key))} = {same('c.' + quote(child.refers_by))} WHERE p.{quote(key)} IS NULL",
            ).scalar_one()
        )


def unknown_states(engine: OldEngine, family: Family, states: States) -> dict[tuple[str, str], list[str]]:
    """Table and column → number codes of an action's status that nothing explains."""
    found = {}
    for child in family.tables:
        name = child.columns.get("status")
        if name is None or not child.holds_actions:
            continue
        known = states.of(child)
        with engine.connect() as connection:
            codes = plain(
                connection,
                f"SELECT DISTINCT {engine.quote(name)} FROM {engine.quote(child.table.name)}",  # noqa: S608
            ).scalars()
            unknown = sorted({str(code) for code in codes if str(code).isdigit() and str(code) not in known})
        if unknown:
            found[child.table.name, name] = unknown
    return found


def require_known_states(engine: OldEngine, family: Family, states: States) -> None:
    """Raises Refused for number codes that nothing explains."""
    for (table, column), codes in unknown_states(engine, family, states).items():
        raise Refused(
            f"Column `{column}` of `{table}` holds numbers that nothing explains: {', '.join(codes)}. Say under "
            f"[action_status] of a mapping file what each means: {', '.join(ActionItemStatus)}."
        )
