"""What the migration prints: progress, findings, totals, a comparison."""

import sys
import time
from typing import Any

import structlog

from ..importer.check import Checked
from ..importer.journal import Journal
from ..importer.survey import State, codes_sentence
from ..importer.verify import Verification

log = structlog.get_logger()


class ProgressLine:
    """On a terminal a bar with rate and time left; elsewhere a line every ten seconds."""

    def __init__(self, verb: str) -> None:
        self.verb, self.live = verb, sys.stderr.isatty()
        self.started = self.shown = time.monotonic()
        self.first: int | None = None

    def __call__(self, rows: int, total: int) -> None:
        now = time.monotonic()
        if self.first is None:
            self.first, self.started = rows, now
            return
        if now - self.shown < (0.2 if self.live else 10):
            return
        self.shown = now
        rate = (rows - self.first) / max(now - self.started, 0.001)
        left = f"{(total - rows) / rate:.0f} s left" if rate else ""
        share = rows / max(total, 1)
        log.info("rows were read", verb=self.verb, rows=rows, total=total, rate=round(rate), left=left)
        if self.live:
            bar = f"{'█' * int(share * 30):░<30}"
            self.print(f"\r{bar} {rows:,} of {total:,} rows, {rate:,.0f} a second, {left}   ", end="")
        else:
            self.print(f"{self.verb} {rows} of {total} rows ({share:.0%}), {rate:.0f} a second, {left}")

    def print(self, text: str, end: str = "\n") -> None:
        print(text, end=end, file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self.live:
            self.print(f"\r{'':100}\r", end="")


def state_sentence(state: State, noted: Journal | None) -> str:
    where = f" ({noted.progress.rows} of {noted.plan.rows} rows converted)" if noted else ""
    return {
        State.OLD: "This is the old system's database; nothing has been migrated.",
        State.RUNNING: f"A migration was begun and is not finished{where}. `run` goes on, `rollback` goes back.",
        State.DONE: f"The migration is done{where}.",
        State.ROLLING_BACK: "A rollback was begun and is not finished. Run `rollback` again.",
        State.OURS: "This database is Closeloop's own; there is nothing to migrate.",
    }[state]


def checked_text(checked: Checked) -> str:
    """The findings of a check, for a terminal."""
    old = checked.old
    ours_of = {name: ours for ours, names in old.chosen.items() for name in names}
    lines = [f"The old system's table is `{old.table.name}` ({old.table.engine}).", "", "Columns:"]
    for column in old.table.columns:
        becomes = ours_of.get(column.name, "kept as it is (“from the old system”)")
        examples = ", ".join(checked.samples.get(column.name, []))
        lines.append(f"  {column.name:24} → {becomes:28} {examples[:60]}")
    for ours, words in checked.words.items():
        lines += ["", f"What each {ours} becomes:"]
        lines += [f"  {word or '(blank)':24} → {means:44} {rows:>8} rows" for word, (means, rows) in words.items()]
    if not checked.codes:
        lines += ["", totals_text(checked.progress.result(), checked.first)]
    lines += ["", "Findings:"]
    lines += [f"  ✗ {line}" for codes in checked.codes for line in codes_sentence(codes).splitlines()]
    lines += [f"  {'✗' if finding.refuses else '·'} {finding.text}" for finding in checked.findings]
    lines += ["", "`run` would refuse." if checked.refused else "`run` can begin; nothing has been changed."]
    return "\n".join(lines)


def totals_text(result: dict[str, Any], first: dict[str, list[str]] | None = None) -> str:
    """What came of the rows, a line each."""

    def line(what: str, rows: int) -> str:
        ids = (first or {}).get(what)
        return f"  {what:28}{rows:>9}" + (f"   first: {', '.join(ids)}" if ids else "")

    lines = [f"{result['rows']} old rows:"]
    lines += [line(name, result[name]) for name in ("alerts", "incidents", "post_mortems", "action_items")]
    for title in ("skipped", "rejected", "warnings"):
        if result[title]:
            lines += [f"{title}:", *(line(reason, rows) for reason, rows in sorted(result[title].items()))]
    return "\n".join(lines)


def verification_text(found: Verification) -> str:
    lines = [f"{'':34}{'old':>10}{'new':>10}   checksum old      checksum new"]
    for group in found.groups:
        old, new = found.old[group], found.new[group]
        mark = "" if old == new else "  ✗"
        sums = f"{old.digest:016x}  {new.digest:016x}{mark}"
        lines.append(f"{group[0]:20}{group[1]:14}{old.rows:>10}{new.rows:>10}   {sums}")
    if found.changed:
        changed = ", ".join(f"{rows} {table}" for table, rows in sorted(found.changed.items()))
        lines.append(f"Left out, because people changed them since: {changed}")
    lines += [f"✗ {difference}" for difference in found.differences]
    lines.append("Old and new differ." if found.differences else "Old and new agree.")
    return "\n".join(lines)
