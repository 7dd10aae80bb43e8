"""Single values of an old row: text in some encoding, times in some form, flags."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .vocabulary import fold, is_placeholder

FIRST_YEAR, LAST_YEAR = 2000, 2089
"""Times outside these years, in local time, are no times."""

CUT, GBK, UNDECODABLE = "text_cut_in_a_character", "text_was_gbk", "text_not_decodable"

Value = str | bytes | None
"""A value as a driver gives it: text in the column's own encoding, everything else as the server writes it."""

Problems = dict[int, tuple[str, str | None]]
"""Place in a row → what was wrong with its text, and the bytes as hex."""

INVISIBLE = dict.fromkeys([0, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD])
"""For `str.translate`: NUL and characters without width."""

SPREADSHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (local time of whoever wrote the spreadsheet)

_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T,\s]*(上午|下午|晚上|凌晨|中午)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})"
    r"(?:\s*[:分]\s*(\d{1,2})(?:[.,](\d{1,9}))?)?\s*[分秒]?\s*(AM|PM)?)?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
NOT_SET = {"否", "no", "n", "false", "f", "off", "\x00", "未删除", "正常", "非测试"}
_ZERO = re.compile(r"0+(\.0+)?$|0000-00-00")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DIGITS = re.compile(r"\d{8,19}")
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:e\+?\d+)?", re.IGNORECASE)


def decode(raw: bytes) -> tuple[str, str | None]:
    """The text, and which of `CUT`, `GBK`, `UNDECODABLE` was met on the way; None for plain UTF-8."""
    try:
        return raw.decode(), None
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return raw[: error.start].decode(), CUT
    try:
        return raw.decode("gbk"), GBK
    except UnicodeDecodeError:
        return raw.decode(errors="replace"), UNDECODABLE


def decode_row(raw: Sequence[Value]) -> tuple[list[str | None], Problems]:
    """The row as text, and of each place that was not plain UTF-8 the problem and its bytes as hex."""
    row: list[str | None] = []
    problems: Problems = {}
    for place, value in enumerate(raw):
        if not isinstance(value, bytes):
            row.append(value)
            continue
        try:
            row.append(value.decode())
        except UnicodeDecodeError:
            text, problem = decode(value)
            row.append(text)
            if problem:
                problems[place] = (problem, value.hex())
    return row, problems


def visible(text: str) -> str:
    return text.translate(INVISIBLE).strip()


def one_line(text: str) -> str:
    """Without invisible characters, outer blanks and line breaks."""
    if text.isprintable():  # so it holds none of these, and most texts are
        return text.strip()
    return " ".join(text.translate(INVISIBLE).split())


def is_true(text: str | None) -> bool:
    """Whether a flag is set: 是, yes, 1, or a time of deletion; not 0, 否, no, or a zero date."""
    if text is None:
        return False
    folded = fold(text)
    return not (folded in NOT_SET or is_placeholder(folded) or _ZERO.match(folded))


TimeReader = Callable[[str], datetime | None]


def time_reader(zone: ZoneInfo, *, in_utc: bool = False, serials: bool = True) -> TimeReader:
    """A function from a text to an instant in UTC, or None where it holds no usable time.

    Times without an offset are in `zone`, or in UTC for `in_utc` (TIMESTAMP columns, read in a UTC session).
    Of hours that daylight saving repeats the first is meant; skipped ones are moved on.
    """

    def instant(local: datetime) -> datetime | None:
        if local.tzinfo is None:
            local = local.replace(tzinfo=UTC if in_utc else zone)
        try:
            moment = local.astimezone(UTC)
            year = moment.astimezone(zone).year
        except (OverflowError, ValueError):
            return None
        return moment if FIRST_YEAR <= year <= LAST_YEAR else None

    def read(text: str) -> datetime | None:
        text = text.strip()
        if len(text) >= 19 and text[4] == "-":
            try:
                return instant(datetime.fromisoformat(text))
            except ValueError:
                pass
        try:
            local = _read(text, serials)
        except (ValueError, OverflowError, OSError):
            return None
        return None if local is None else instant(local)

    return read


def _read(text: str, serials: bool) -> datetime | None:
    """In local time without an offset, or aware. Raises ValueError for what is shaped like a time but is none."""
    text = unicodedata.normalize("NFKC", text).strip()
    if _NUMBER.fullmatch(text):
        return _of_number(text, serials)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, half, hour, minute, second, fraction, half_behind, offset = found.groups()
    hour = _hour(int(hour or 0), half, (half_behind or "").upper())
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    local = datetime(int(year), int(month), int(day), hour, int(minute or 0), int(second or 0), micro)  # noqa: DTZ001
    if offset is None:
        return local
    offset = "+00:00" if offset.upper() in ("Z", "UTC") else offset
    return datetime.fromisoformat(local.isoformat() + offset)


def _hour(hour: int, half: str | None, half_behind: str) -> int:
    if hour < 12 and (half in ("下午", "晚上") or half_behind == "PM"):
        return hour + 12
    if hour == 12 and (half in ("上午", "凌晨") or half_behind == "AM"):
        return 0
    return hour


def _of_number(text: str, serials: bool) -> datetime | None:
    """Digits: a date without separators, seconds or milliseconds since 1970, days of a spreadsheet."""
    if _SERIAL.fullmatch(text):
        days = float(text)
        return SPREADSHEET_EPOCH + timedelta(seconds=round(days * 86400)) if serials else None
    if not _DIGITS.fullmatch(text):
        number = float(text)
        number = number / 1000 if number >= 10**11 else number
        return datetime.fromtimestamp(number, UTC) if number >= 10**8 else None
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S", 17: "%Y%m%d%H%M%S%f"}.get(len(text))
    if form is not None and text.startswith("20"):  # twelve digits may be milliseconds, but none that begin so
        return datetime.strptime(text, form)  # noqa: DTZ007 (local time)
    scale = {9: 1, 10: 1, 12: 1000, 13: 1000, 16: 10**6, 19: 10**9}.get(len(text))
    return None if scale is None else datetime.fromtimestamp(int(text) // scale, UTC) + _below(int(text) % scale, scale)


def _below(rest: int, scale: int) -> timedelta:
    """The part of a second."""
    return timedelta(microseconds=rest * 10**6 // scale)
