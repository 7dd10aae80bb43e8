"""Versions on the wire: `ETag: "3"` out, `If-Match: "3"` in."""

from typing import Any

from flask import request


def tagged(row: Any, status: int | None = None) -> tuple[Any, ...]:
    """What a view returns for a single object: the row with its version as ETag."""
    headers = {"ETag": f'"{row.version}"'}
    return (row, headers) if status is None else (row, status, headers)


def seen_version() -> str | None:
    """The version that the caller saw, as sent; None when it does not matter to them."""
    sent = request.headers.get("If-Match", "").strip()
    if sent in ("", "*"):
        return None
    return sent.removeprefix("W/").strip('"')
