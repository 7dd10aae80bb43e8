"""`python migrate_alert_system.py`: moves the database of the old system over, and back."""

import argparse
import json
import os
import secrets
import sys
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
from ..importer.check import check, mapping_to_fill_in
from ..importer.engines import OldEngine, open_engine
from ..importer.errors import Refused
from ..importer.journal import Journal
from ..importer.load import BATCH
from ..importer.mapping import MappingFile, is_zone, read_mapping, write_mapping
from ..importer.rollback import rollback
from ..importer.run import HALF_WAY, Options, job_for, run
from ..importer.survey import State, state_of
from ..importer.verify import verify
from .migrate_output import ProgressLine, checked_text, state_sentence, totals_text, verification_text

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
            self.tell(state_sentence(state, noted))
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
        self.tell_of_others("the old system")
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

    def tell_of_others(self, program: str) -> None:
        others = self.engine.other_sessions()
        if others > 0:
            self.tell(f"Other sessions connected to this database: {others}. Is {program} stopped?")

    def confirm(self, question: str) -> None:
        """Ask, where somebody sits at a terminal. Raises Refused for any answer but yes."""
        if self.chosen.yes or not sys.stdin.isatty():
            return
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().casefold() not in ("y", "yes", "是"):
            raise Refused("Nothing was changed.")

    def status(self) -> int:
        state, noted = state_of(self.engine)
        self.tell(state_sentence(state, noted))
        self.result({"state": state, **(noted.progress.result() if noted else {})})
        return DONE

    def verify(self) -> int:
        noted = self._migrated()
        found = verify(self.engine, job_for(self.engine, noted), noted)
        self.tell(verification_text(found))
        self.result(found.result())
        return REFUSED if found.differences else DONE

    def rollback(self) -> int:
        self.tell_of_others("Closeloop")
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
            raise Refused(state_sentence(state, noted))
        return noted


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
