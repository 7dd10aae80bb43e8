"""Versions on the wire: `ETag: "3"` out, `If-Match: "3"` in."""

from typing import Any

from flask import request
from werkzeug.http import parse_etags

from ...services.moves import Seen


def tagged(row: Any, status: int | None = None) -> tuple[Any, ...]:
    """What a view returns for a single object: the row with its version as ETag."""
    headers = {"ETag": f'"{row.version}"'}
    return (row, headers) if status is None else (row, status, headers)


def seen_version() -> Seen:
    """The versions that `If-Match` lists; None when any will do. None of ours is in what cannot be read.

    Weak tags count too: proxies that compress answers weaken ours.
    """
    sent = request.headers.get("If-Match", "").strip()
    tags = parse_etags(sent)
    return None if not sent or tags.star_tag else frozenset(tags.as_set(include_weak=True))
