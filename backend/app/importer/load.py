"""Batches of old rows become rows of ours, each batch in one transaction together with how far it got."""

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import deepcopy
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, insert

from . import journal
from .children import Family, States
from .engines import OldEngine
from .journal import Progress
from .records import NO_CHILDREN, Children
from .rows import IN_ORDER, Origin, Raw, Rows, rows_of
from .rules import Converter
from .values import decode_row

Item = TypeVar("Item")

BATCH = 2000
"""Old rows in one transaction."""


@dataclass(frozen=True)
class Job:
    """All that stays the same while rows are converted."""

    engine: OldEngine
    converter: Converter
    family: Family
    states: States
    origin: Origin

    def rows(self, skip: int) -> Iterator[tuple[Raw, bool]]:
        """The old rows from the `skip`th on, and whether each equals an earlier one in every column."""
        table = self.converter.table
        if table.key:
            yield from ((raw, False) for raw in self.engine.stream(table, skip=skip))
            return
        seen: set[bytes] = set()
        for place, raw in enumerate(self.engine.stream(table)):
            digest = hashlib.blake2b(repr(raw).encode(), digest_size=16).digest()
            repeated = digest in seen
            seen.add(digest)
            if place >= skip:
                yield raw, repeated

    def batches(self, size: int, skip: int = 0) -> Iterator[list[tuple[Raw, Any]]]:
        """Old rows with what each becomes (NewAlert or Left)."""
        rows = self.rows(skip)
        while some := list(islice(rows, size)):
            children = self._children([raw for raw, _ in some])
            yield [
                (raw, self.converter.convert(raw, children.get(self._key(raw) or "", NO_CHILDREN), repeated=repeated))
                for raw, repeated in some
            ]

    def _key(self, raw: Raw) -> str | None:
        if not self.family.tables or self.converter.id_place is None:
            return None
        return decode_row([raw[self.converter.id_place]])[0][0]

    def _children(self, raws: Sequence[Raw]) -> dict[str, Children]:
        if not self.family.tables:
            return {}
        return self.family.of(self.engine, [self._key(raw) for raw in raws], self.states, self.converter.read_time)


def convert_all(job: Job, progress: Progress, size: int, after_batch: Callable[[Progress], None]) -> None:
    """Convert what `progress` has not counted yet; `after_batch` may raise to stop between batches."""
    with job.engine.without_foreign_keys() as connection, closing(_one_ahead(_written(job, progress, size))) as batches:
        for rows, so_far in batches:
            for table in IN_ORDER:
                if rows[table]:
                    connection.execute(insert(table), rows[table])
            journal.note(connection, progress=asdict(so_far))
            connection.commit()
            after_batch(so_far)


def _written(job: Job, progress: Progress, size: int) -> Generator[tuple[Rows, Progress], None, None]:
    """Batch after batch what is to be written, and how far that gets."""
    for batch in job.batches(size, skip=progress.rows):
        rows = rows_of(job.origin, progress, batch)
        yield rows, deepcopy(progress)


def _one_ahead(items: Generator[Item, None, None]) -> Generator[Item, None, None]:
    """The items, each made in a thread of its own while the one before it is used."""
    with ThreadPoolExecutor(1, "convert") as pool:
        try:
            coming = pool.submit(next, items, None)
            while (item := coming.result()) is not None:
                coming = pool.submit(next, items, None)
                yield item
        finally:
            pool.shutdown(wait=True)
            items.close()


def link_duplicates(connection: Connection) -> None:
    """Link alerts of duplicates to the incident of the row that they point at; others stay Ignored."""
    statement = """
        UPDATE alerts SET status = 'Linked', incident_id = (
            SELECT MIN(i.id) FROM migration_links l JOIN incidents_new i ON i.legacy_id = l.target
            WHERE l.alert_id = alerts.id)
        WHERE id IN (SELECT l.alert_id FROM migration_links l JOIN incidents_new i ON i.legacy_id = l.target)
    """
    connection.exec_driver_sql(statement)
