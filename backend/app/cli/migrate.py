"""`python migrate_alert_system.py`: moves the database of the old system over, and back."""

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pymysql
import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from .. import create_app
from ..config import BadSettings, Settings
from ..importer import dump, report
from ..importer.check import Checked, check, mapping_to_fill_in
from ..importer.engines import OldEngine, open_engine
from ..importer.errors import Refused
from ..importer.journal import Journal
from ..importer.load import BATCH
from ..importer.mapping import MappingFile, is_zone, read_mapping, write_mapping
from ..importer.rollback import rollback
from ..importer.run import HALF_WAY, Options, job_for, run
from ..importer.survey import State, codes_sentence, state_of
from ..importer.verify import Verification, verify

DONE, REFUSED, USAGE = 0, 1, 2
log = structlog.get_logger()
COMMANDS = ("check", "run", "status", "verify", "rollback", "report")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 done or clean, 1 refused or differing, 2 usage."""
    chosen = _parser().parse_args(arguments)
    try:
        settings = _settings(chosen.database)
        mapping = read_mapping(chosen.mapping) if chosen.mapping else MappingFile()
        options = Options(mapping, chosen.timezone, chosen.batch)
        app = create_app(settings)
        with app.app_context(), closing(open_engine(settings.database_url)) as engine:
            return Command(engine, options, chosen).run()
    except (Refused, BadSettings) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return _refuse("Stopped.")
    except (SQLAlchemyError, pymysql.Error, OSError) as error:
        return _refuse(f"The database cannot go on: {_reason(error)}." + (HALF_WAY if chosen.command == "run" else ""))


def _settings(database: str | None) -> Settings:
    """Those of the server; a migration signs no tokens, so that any secret does."""
    os.environ.setdefault("JWT_SECRET_KEY", secrets.token_hex(32))
    if database is not None:
        os.environ["DATABASE_URL"] = database
    return Settings.load()


def _reason(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    code = original.args[1:2] or original.args or (str(original),)
    return str(code[0]).rstrip(".")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return REFUSED


class Command:
    """One call of the command, on one database."""

    def __init__(self, engine: OldEngine, options: Options, chosen: argparse.Namespace) -> None:
        self.engine, self.options, self.chosen = engine, options, chosen
        self.progress = ProgressLine("checked" if chosen.command == "check" else "converted")

    def run(self) -> int:
        command: Callable[[], int] = getattr(self, chosen if (chosen := self.chosen.command) != "run" else "migrate")
        return command()

    def tell(self, text: str) -> None:
        self.progress.clear()
        log.info(text)
        print(text, file=sys.stderr if self.chosen.json else sys.stdout, flush=True)

    def result(self, result: dict[str, Any]) -> None:
        if self.chosen.json:
            print(json.dumps(result, ensure_ascii=False), flush=True)

    def check(self) -> int:
        state, noted = state_of(self.engine)
        if state is not State.OLD:
            self.tell(_state_sentence(state, noted))
            self.result({"state": state, **(noted.progress.result() if noted else {})})
            return DONE if state is State.DONE else REFUSED
        checked = check(self.engine, self.options, self.progress)
        self.progress.clear()
        self.tell(checked_text(checked))
        if self.chosen.write_mapping:
            write_mapping(self.chosen.write_mapping, mapping_to_fill_in(checked))
            self.tell(f"A mapping to fill in stands in {self.chosen.write_mapping}")
        self.result(checked.result())
        return REFUSED if checked.refused else DONE

    def migrate(self) -> int:
        noted = run(self.engine, self.options, self.tell, self.progress, self.before)
        self.progress.clear()
        self.tell(totals_text(noted.progress.result()))
        self.tell("Next: `verify` compares old and new; `rollback` goes back.")
        self.result(noted.progress.result())
        return DONE

    def before(self) -> None:
        """Nothing has begun yet: ask, and write the dump."""
        self.confirm("The old system must be stopped. Migrate now?")
        if self.chosen.dump:
            dump.write(self.engine, self.chosen.dump)
            self.tell(f"The database is dumped to {self.chosen.dump}")

    def confirm(self, question: str) -> None:
        """Ask, where somebody sits at a terminal. Raises Refused for any answer but yes."""
        if self.chosen.yes or not sys.stdin.isatty():
            return
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().casefold() not in ("y", "yes", "是"):
            raise Refused("Nothing was changed.")

    def status(self) -> int:
        state, noted = state_of(self.engine)
        self.tell(_state_sentence(state, noted))
        self.result({"state": state, **(noted.progress.result() if noted else {})})
        return DONE

    def verify(self) -> int:
        noted = self._migrated()
        found = verify(self.engine, job_for(self.engine, noted), noted)
        self.tell(verification_text(found))
        self.result(found.result())
        return REFUSED if found.differences else DONE

    def rollback(self) -> int:
        self.confirm("Closeloop must be stopped. Go back to the old system now?")
        done = rollback(self.engine, self.chosen.export, self.tell)
        file = None if done.file is None else str(done.file)
        self.result({"exported": done.exported, "file": file, "differing": done.differing})
        if done.differing:
            self.tell(f"Back, but these old tables are not what they were before: {', '.join(done.differing)}")
            return REFUSED
        self.tell("The old system's tables are back, as they were.")
        return DONE

    def report(self) -> int:
        noted = self._migrated()
        path: Path = self.chosen.out or Path("migration-report.html")
        report.write(self.engine, noted, path)
        self.tell(f"The report stands in {path}")
        self.result({**noted.progress.result(), "file": str(path)})
        return DONE

    def _migrated(self) -> Journal:
        state, noted = state_of(self.engine)
        if state is not State.DONE or noted is None:
            raise Refused(_state_sentence(state, noted))
        return noted


def _state_sentence(state: State, noted: Journal | None) -> str:
    where = f" ({noted.progress.rows} of {noted.plan.rows} rows converted)" if noted else ""
    return {
        State.OLD: "This is the old system's database; nothing has been migrated.",
        State.RUNNING: f"A migration was begun and is not finished{where}. `run` goes on, `rollback` goes back.",
        State.DONE: f"The migration is done{where}.",
        State.ROLLING_BACK: "A rollback was begun and is not finished. Run `rollback` again.",
        State.OURS: "This database is Closeloop's own; there is nothing to migrate.",
    }[state]


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


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python migrate_alert_system.py", description=__doc__)
    add = parser.add_argument
    add("command", nargs="?", choices=COMMANDS, default="check", help="without one: check")
    add("--database", metavar="URL", type=_url, help="the old database (default: DATABASE_URL)")
    add("--mapping", metavar="FILE", type=Path, help="what columns and words mean (docs/migration.md)")
    add("--timezone", metavar="ZONE", type=_zone, help="of local times (default: Asia/Shanghai)")
    add("--batch", metavar="N", type=_batch, default=BATCH, help=f"rows a transaction (default: {BATCH})")
    add("--yes", action="store_true", help="ask nothing")
    add("--json", action="store_true", help="end with one line of JSON; texts go to standard error")
    add("--dump", metavar="FILE", type=Path, help="run: write a dump of the database first")
    add("--export", metavar="FILE", type=Path, help="rollback: where rows made since go")
    add("--out", metavar="FILE", type=Path, help="report: the HTML file (default: migration-report.html)")
    add("--write-mapping", metavar="FILE", type=Path, help="check: write a mapping file to fill in")
    return parser


def _url(value: str) -> str:
    if not value.startswith(("mysql+pymysql://", "sqlite:///")):
        raise argparse.ArgumentTypeError("must start with mysql+pymysql:// or sqlite:///")
    make_url(value)
    return value


def _zone(value: str) -> str:
    if not is_zone(value):
        raise argparse.ArgumentTypeError(f"{value!r} is no time zone; one is Asia/Shanghai")
    return value


def _batch(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 100_000:
        raise argparse.ArgumentTypeError("must be a number from 1 to 100000")
    return int(value)
