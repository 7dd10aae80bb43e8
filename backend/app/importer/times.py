"""The times of an old row: when it fired, began, was acknowledged and ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from .values import TimeReader

FIRED = ("detected_at", "started_at", "created_at")
FIRED_ELSE = ("acknowledged_at", "recovered_at", "closed_at", "updated_at")
END = ("recovered_at", "closed_at", "updated_at")

TimeColumns = Mapping[str, Sequence[tuple[int, TimeReader]]]
"""Ours → places in the row, with how each is read."""


class RowTimes:
    """The times of one row, read when they are asked for."""

    def __init__(self, columns: TimeColumns, row: Sequence[str | None]) -> None:
        self._columns, self._row = columns, row
        self._read: dict[str, datetime | None] = {}
        self._unusable: set[str] = set()

    def get(self, ours: str) -> datetime | None:
        if ours not in self._read:
            self._read[ours] = self._look_up(ours)
        return self._read[ours]

    def _look_up(self, ours: str) -> datetime | None:
        for place, reader in self._columns.get(ours, ()):
            text = self._row[place]
            if text is not None and text.strip():
                moment = reader(text)
                if moment is not None:
                    return moment
                self._unusable.add(ours)
        return None

    def first(self, names: Sequence[str]) -> datetime | None:
        for name in names:
            if (moment := self.get(name)) is not None:
                return moment
        return None

    def since(self, earliest: datetime, names: Sequence[str]) -> datetime | None:
        """The first usable one, or None where it lies before `earliest`."""
        moment = self.first(names)
        return None if moment is None or moment < earliest else moment

    def fired(self, warnings: list[str]) -> datetime | None:
        moment = self.first(FIRED)
        if moment is None:
            moment = self.first(FIRED_ELSE)
        if moment is not None and self._unusable & set(FIRED):
            warnings.append("fired_at_fallback")
        return moment

    def started(self, fired_at: datetime, warnings: list[str]) -> datetime:
        started = self.get("started_at")
        if started is not None and started > fired_at:
            warnings.append("detected_before_started")
            return fired_at
        return started or fired_at

    def acknowledged(self, fired_at: datetime, warnings: list[str]) -> datetime | None:
        moment = self.get("acknowledged_at")
        if moment is not None and moment < fired_at:
            warnings.append("acknowledged_before_fired")
            return None
        return moment
