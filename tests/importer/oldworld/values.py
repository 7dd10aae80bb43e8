"""Read single values of an old database: text in unknown encodings, words, flags, times."""

import codecs
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

CUT = "text_cut_in_a_character"
GBK = "text_was_gbk"
BROKEN = "text_not_decodable"

PLACEHOLDERS = {"", "-", "--", "无", "暂无", "n/a", "na", "none", "todo", "tbd", "待补充", "待定"}
NO = {"", "0", "否", "no", "false", "n"}
INVISIBLE = re.compile("[\x00\u200b\u200c\u200d\u2060\ufeff]")

DATE_AND_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d*)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
SERIAL_NUMBER = re.compile(r"\d{5}(\.\d+)?")
SERIAL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (local time)
MILLISECONDS_FROM = 10**11  # as seconds this is the year 5138


def decode(value: str | bytes) -> tuple[str, str | None]:
    """The text of a value and the warning it causes, if any."""
    if isinstance(value, str):
        return value, None
    try:
        return value.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    try:
        # Not final: an incomplete last character is held back, anything else that is wrong raises.
        return codecs.getincrementaldecoder("utf-8")().decode(value, final=False), CUT
    except UnicodeDecodeError:
        pass
    try:
        return value.decode("gbk"), GBK
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace"), BROKEN


def text(value: Any) -> str:
    """Any value as text; `None` is the empty text."""
    if value is None:
        return ""
    return decode(value)[0] if isinstance(value, str | bytes) else str(value)


def word(value: Any) -> str:
    """A word as words are compared: without case, outer blanks and full-width forms."""
    return unicodedata.normalize("NFKC", text(value)).strip().casefold()


def is_blank(value: Any) -> bool:
    return word(value) == ""


def is_placeholder(value: Any) -> bool:
    """Nothing, or something that only stands where a text should."""
    return word(value) in PLACEHOLDERS


def is_true(value: Any) -> bool:
    """Whether a flag, a yes/no word or a time (of deletion) says yes."""
    return word(value) not in NO and not word(value).startswith("0000-00-00")


def time(value: Any, kind: str, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC that a value names, or `None` when it names no usable one."""
    if is_blank(value):
        return None
    try:
        moment = _moment(value, kind, zone)
        usable = moment is not None and 2000 <= moment.astimezone(zone).year <= 2089
    except (ValueError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment and usable else None


def _moment(value: Any, kind: str, zone: ZoneInfo) -> datetime | None:
    if kind in {"int", "bigint"}:
        return _unix(int(value))
    given = word(value).upper()
    if kind == "timestamp":  # rows hold these in UTC
        return _written(given, ZoneInfo("UTC"))
    if given.isdigit():
        return _digits(given, zone)
    if SERIAL_NUMBER.fullmatch(given):
        return _serial(given, zone)
    return _written(given, zone)


def _digits(given: str, zone: ZoneInfo) -> datetime | None:
    """14 digits are date and time, 13 unix milliseconds, 10 unix seconds, 8 a date, 5 a serial number."""
    match len(given):
        case 14:
            return datetime.strptime(given, "%Y%m%d%H%M%S").replace(tzinfo=zone)
        case 13 | 10:
            return _unix(int(given))
        case 8:
            return datetime.strptime(given, "%Y%m%d").replace(tzinfo=zone)
        case 5:
            return _serial(given, zone)
    return None


def _unix(number: int) -> datetime:
    """Seconds, or milliseconds when the number is too large for seconds."""
    seconds, milliseconds = divmod(number, 1000) if abs(number) >= MILLISECONDS_FROM else (number, 0)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=milliseconds)


def _serial(given: str, zone: ZoneInfo) -> datetime:
    """Days since 1899-12-30, local, rounded to the second."""
    seconds = (Decimal(given) * 86400).quantize(Decimal(1), ROUND_HALF_UP)
    return (SERIAL_DAY_ZERO + timedelta(seconds=int(seconds))).replace(tzinfo=zone)


def _written(given: str, zone: ZoneInfo) -> datetime | None:
    """A date written out, with or without a time of day and an offset."""
    if not (found := DATE_AND_TIME.fullmatch(given)):
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    microsecond = int((found[7] or "").ljust(6, "0"))
    local = datetime(year, month, day, hour, minute, second, microsecond)  # noqa: DTZ001 (the zone follows)
    if offset := found[8]:
        return datetime.fromisoformat(f"{local.isoformat()}{offset}")
    return local.replace(tzinfo=zone)
