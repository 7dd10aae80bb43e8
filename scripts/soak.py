"""Kills migrations of the old system at random moments, on SQLite and on a private MariaDB.

    python -m scripts.soak [--rows 20000] [--kills 30] [--database sqlite] [--seed N]

Each round kills `run` up to three times and `rollback` once. What it comes to must equal an undisturbed migration,
and after the rollback the database must hold what it held before. A difference ends the soak with a traceback.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.harness.mariadb import PrivateMariaDB, create_database
from tests.importer.soak import Soak

BATCH = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=30, help="on each database")
    parser.add_argument("--database", choices=["sqlite", "mariadb"], action="append")
    parser.add_argument("--seed", type=int, default=time.time_ns())
    chosen = parser.parse_args()
    tell(f"seed {chosen.seed}")
    summaries = [
        soak(name, chosen.rows, chosen.kills, random.Random(chosen.seed))  # noqa: S311 (moments, not secrets)
        for name in chosen.database or ["sqlite", "mariadb"]
    ]
    tell("\n" + "\n".join(summaries))
    return 0


def soak(database: str, rows: int, kills: int, rng: random.Random) -> str:
    """Returns a line that sums it up."""
    with tempfile.TemporaryDirectory() as folder, new_databases(database, Path(folder)) as new_database:
        started = time.monotonic()
        soaked = Soak(new_database, rows, BATCH, rng, Path(folder), tell)
        took = ", ".join(f"{command} {seconds:.1f} s" for command, seconds in soaked.seconds.items())
        tell(f"{database}: {rows} rows, undisturbed: {took}")
        while soaked.killed < kills:
            soaked.round(min(rng.randint(1, 3), kills - soaked.killed))
    return (
        f"{database}: {soaked.rounds} rounds, {len(soaked.kills['run'])} runs and {len(soaked.kills['rollback'])} "
        f"rollbacks killed, no difference, {time.monotonic() - started:.0f} s"
    )


@contextmanager
def new_databases(database: str, folder: Path) -> Iterator[Callable[[], str]]:
    names = (f"soak_{number}" for number in count(1))
    if database == "sqlite":
        yield lambda: f"sqlite:///{folder / next(names)}.db"
        return
    server = PrivateMariaDB()
    try:
        yield lambda: create_database(server.port, next(names))
    finally:
        server.stop()


def tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
