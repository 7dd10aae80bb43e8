"""Rounds of migrations that are killed at random moments, over and over, and compared with an undisturbed one."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.importer.helpers import how_far, kill_after, make_old, migrate, new_rows, snapshot, tables


class Soak:
    """Measures an undisturbed migration when made; `round` asserts that disturbed ones come to the same."""

    def __init__(
        self,
        new_database: Callable[[], str],
        rows: int,
        batch: int,
        rng: random.Random,
        folder: Path,
        tell: Callable[[str], None],
    ) -> None:
        self.rng, self.folder, self.tell = rng, folder, tell
        self.run = ("run", "--yes", "--batch", str(batch))
        self.rounds = 0
        self.kills: dict[str, list[str]] = {"run": [], "rollback": []}
        self.url = make_old(new_database(), rows)
        self.before = snapshot(self.url)
        self.seconds = {}
        self.seconds["run"], self.result = self._timed(*self.run)
        self.rows, self.tables = new_rows(self.url), tables(self.url)
        self.seconds["rollback"], _ = self._timed("rollback", "--yes", "--export", self._export())
        self._assert_as_before()

    @property
    def killed(self) -> int:
        return sum(map(len, self.kills.values()))

    def round(self, kills: int) -> None:
        """Kill a run so many times, let it finish, compare; then the same with one killed rollback."""
        self.rounds += 1
        for _ in range(kills):
            self._kill("run", *self.run)
        self._finish_and_compare()
        export = self._export()
        self._kill("rollback", "rollback", "--yes", "--export", export)
        if "migration_runs" in tables(self.url):
            self._timed("rollback", "--yes", "--export", export)
        self._assert_as_before()

    def _finish_and_compare(self) -> None:
        seconds, result = self._timed(*self.run)
        self.tell(f"    went on: {seconds:.1f} s")
        assert result == self.result
        assert tables(self.url) == self.tables
        assert new_rows(self.url) == self.rows
        _, verified = self._timed("verify")
        assert verified["differences"] == []

    def _kill(self, command: str, *arguments: str) -> None:
        seconds = self.rng.uniform(0.3, 1) * self.seconds[command]
        killed = kill_after(seconds, self.url, *arguments)
        where = how_far(self.url) if killed else "it had ended"
        self.kills[command].append(where)
        self.tell(
            f"round {self.rounds}, {command} killed after {seconds:.2f} of {self.seconds[command]:.2f} s: {where}"
        )

    def _timed(self, *arguments: str) -> tuple[float, dict[str, Any]]:
        started = time.monotonic()
        done = migrate(self.url, *arguments)
        assert done.status == 0, f"{arguments}: {done.out}"
        return time.monotonic() - started, done.json

    def _export(self) -> str:
        return str(self.folder / f"{self.rounds}.jsonl")

    def _assert_as_before(self) -> None:
        assert snapshot(self.url) == self.before
