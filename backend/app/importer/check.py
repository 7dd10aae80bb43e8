"""What a migration would do, and what stands in its way; changes nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..domain import clock
from ..domain.action_item import ActionItemStatus
from ..domain.levels import Level
from .children import orphans, require_known_states, unknown_states
from .columns import Kind
from .engines import OldEngine
from .errors import Refused
from .journal import Plan, Progress
from .load import BATCH, Job
from .records import Left
from .rows import Origin, rows_of
from .run import Options
from .survey import OURS, Codes, Old, codes_sentence, find_old, plan_for, unexplained_codes
from .vocabulary import OldStatus

FIRST_IDS = 5
BYTES_A_ROW, ROWS_A_SECOND = 4_000, 4_000
"""For estimates: what a converted row takes with its indexes, and how many are converted in a second."""


@dataclass
class Finding:
    """A finding for the operator; with `refuses`, `run` will not start because of it."""

    text: str
    refuses: bool = False


@dataclass
class Checked:
    old: Old
    plan: Plan | None
    progress: Progress
    findings: list[Finding] = field(default_factory=list)
    codes: list[Codes] = field(default_factory=list)
    words: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    """`status` and `level`: old word → what it becomes, and in how many rows."""
    first: dict[str, list[str]] = field(default_factory=dict)
    """Reason or warning → old ids of the first rows that it concerns."""
    samples: dict[str, list[str]] = field(default_factory=dict)
    action_codes: list[str] = field(default_factory=list)
    """Numbers in the status of action items whose meaning nothing says."""

    @property
    def refused(self) -> bool:
        return bool(self.codes) or any(finding.refuses for finding in self.findings)

    def result(self) -> dict[str, Any]:
        texts = [codes_sentence(codes) for codes in self.codes] + [finding.text for finding in self.findings]
        return {**self.progress.result(), "findings": texts}


def check(engine: OldEngine, options: Options, advance: Callable[[int, int], None]) -> Checked:
    """Convert all rows without writing them. Raises Refused where no old system is found."""
    old = find_old(engine, options.mapping, options.time_zone)
    checked = Checked(old, None, Progress(), codes=unexplained_codes(engine, old))
    checked.samples = {column: engine.samples(old.table, column) for column in old.table.names}
    checked.action_codes = [code for codes in unknown_states(engine, old.family, old.states).values() for code in codes]
    try:
        checked.plan = plan_for(engine, old)
        require_known_states(engine, old.family, old.states)
    except Refused as error:
        checked.findings.append(Finding(str(error), refuses=True))
    if missing := engine.missing_privileges():
        checked.findings.append(Finding(f"The database account lacks privileges: {', '.join(missing)}.", refuses=True))
    if not checked.codes:
        _dry_run(engine, checked, advance)
    _look_around(engine, checked)
    return checked


def _dry_run(engine: OldEngine, checked: Checked, advance: Callable[[int, int], None]) -> None:
    old = checked.old
    converter = old.converter()
    origin = Origin(old.table.name, old.table.names, clock.now(), frozenset())
    job = Job(engine, converter, old.family, old.states, origin)
    total = engine.count(old.table.name)
    counted: dict[str, Counter[tuple[str, str]]] = {"status": Counter(), "level": Counter()}
    for batch in job.batches(BATCH):
        rows_of(origin, checked.progress, batch)
        for raw, becomes in batch:
            told = [becomes.reason] if isinstance(becomes, Left) else becomes.warnings
            for reason in told:
                ids = checked.first.setdefault(str(reason), [])
                if len(ids) < FIRST_IDS:
                    ids.append(becomes.legacy_id or "?")
            for ours, means in (("status", _status(becomes)), ("level", _level(becomes))):
                word = converter.word(raw, ours)
                counted[ours][word, means] += 1
        advance(checked.progress.rows, total)
    for ours, counts in counted.items():
        checked.words[ours] = {}
        for (word, means), rows in sorted(counts.items()):
            before, so_far = checked.words[ours].get(word, ("", 0))
            checked.words[ours][word] = (", ".join(filter(None, [before, means])), so_far + rows)


def _status(becomes: Any) -> str:
    if isinstance(becomes, Left):
        return f"({becomes.reason})"
    return f"incident {becomes.incident.status}" if becomes.incident else f"alert {becomes.status}"


def _level(becomes: Any) -> str:
    return f"({becomes.reason})" if isinstance(becomes, Left) else str(becomes.level)


def _look_around(engine: OldEngine, checked: Checked) -> None:
    """What an operator should know about the database around the table."""
    old, tell = checked.old, checked.findings.append
    for name in engine.tables():
        if name in OURS and name != old.table.name:
            tell(Finding(f"Closeloop needs the name of the old table `{name}`: it will be called `{name}_backup`."))
    for neighbour in engine.neighbours(old.table.name):
        after = {
            "view": "it goes along with the renamed table"
            if engine.views_follow
            else "it will not work until a rollback, because it reads the table by its name",
            "trigger": "it goes along with the renamed table",
            "foreign key": "it goes along with the renamed table",
        }[neighbour.kind]
        tell(Finding(f"There is a {neighbour.kind} `{neighbour.name}` on `{old.table.name}`: {after}."))
    for child in old.family.tables:
        what = "action items" if child.holds_actions else "timeline entries"
        tell(Finding(f"Rows of `{child.table.name}` become {what}, by `{child.refers_by}`."))
        lost = orphans(engine, child, old.table.name, old.key or "")
        if lost:
            tell(
                Finding(f"{lost} rows of `{child.table.name}` belong to no row of `{old.table.name}`; they stay there.")
            )
    _times(checked)
    charsets = {column.charset for column in old.table.columns if column.charset}
    if "latin1" in charsets:
        tell(Finding("Columns are latin1; their text is read value by value as UTF-8, else GBK."))
    size, free = engine.space(old.table.name)
    needed = checked.progress.alerts * BYTES_A_ROW
    seconds = max(1, checked.progress.rows // ROWS_A_SECOND)
    more = f"about {needed // 2**20 + 1} MB more are needed, and {seconds} s"
    tell(Finding(f"The old table takes {size // 2**20 + 1} MB; {more}."))
    if free is not None and free < 2 * needed:
        tell(Finding(f"Only {free // 2**20} MB are free on the disk.", refuses=True))
    others = engine.other_sessions()
    if others > 0:
        tell(Finding(f"{others} other sessions are connected to this database. Stop the old system before `run`."))


def _times(checked: Checked) -> None:
    old = checked.old
    stamps = [column.name for column in old.table.columns if column.kind is Kind.TIMESTAMP]
    local = [column.name for column in old.table.columns if column.kind is Kind.LOCAL_TIME]
    checked.findings.append(Finding(f"Times without an offset are read in {old.time_zone}; --timezone names another."))
    if stamps and local:
        checked.findings.append(
            Finding(f"{', '.join(stamps)} are TIMESTAMP and know their zone; {', '.join(local)} are local time.")
        )


def mapping_to_fill_in(checked: Checked) -> str:
    """A mapping file with what was found, and a line to fill in for each code or unknown word."""
    old = checked.old
    lines = [
        f"table = {_toml(old.table.name)}",
        f"timezone = {_toml(old.time_zone)}",
        "",
        "[columns]            # ours = theirs; a list: the first usable one",
    ]
    lines += [f"{ours} = [{', '.join(map(_toml, theirs))}]" for ours, theirs in old.chosen.items()]
    for ours, known, decided in (
        ("status", OldStatus, old.mapping.status),
        ("level", Level, old.mapping.level),
    ):
        lines += ["", f"[{ours}]             # theirs = {' | '.join(known)}"]
        lines += [f"{_toml(word)} = {_toml(means)}" for word, means in decided.items()]
        codes = next((codes for codes in checked.codes if codes.ours == ours), None)
        open_words = codes.values if codes else _unknown(checked, ours)
        lines += [f'# {_toml(word)} = ""            # {rows} rows' for word, rows in open_words.items() if word.strip()]
    lines += ["", f"[action_status]      # theirs = {' | '.join(ActionItemStatus)}"]
    lines += [f"{_toml(word)} = {_toml(means)}" for word, means in old.mapping.action_status.items()]
    lines += [f'# {_toml(code)} = ""' for code in checked.action_codes]
    return "\n".join(lines) + "\n"


def _unknown(checked: Checked, ours: str) -> dict[str, int]:
    if ours == "level":
        known = checked.old.converter().knows_level
        return {word: rows for word, (_, rows) in checked.words.get(ours, {}).items() if not known(word)}
    return {word: rows for word, (means, rows) in checked.words.get(ours, {}).items() if "unknown_status" in means}


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in escaped) + '"'
