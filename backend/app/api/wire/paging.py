"""Lists by cursor: the next page starts after the last row seen, however many rows came in between."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlakeyset import select_page
from sqlalchemy import Select

from ...domain.errors import Invalid
from ...extensions import db

Search = Callable[..., Select[Any]]


def page(search: Search, args: Mapping[str, Any], *given: Any) -> dict[str, Any]:
    """One page of what `search` selects: `{"items", "next_cursor"}`.

    `args` is a parsed query: `limit`, perhaps `cursor`, and the search's own conditions. The
    statement's order must end in a unique column.
    """
    conditions = {name: value for name, value in args.items() if name not in ("limit", "cursor")}
    rows, order, cursor = search(*given, **conditions), args.get("sort", ""), args.get("cursor")
    bookmark = None if cursor is None else _bookmark_in(cursor, search, order)
    found = select_page(db.session(), rows, per_page=args["limit"], page=bookmark)
    return {
        "items": [row[0] for row in found],
        "next_cursor": cursor_of(search, order, found.paging.bookmark_next) if found.paging.has_next else None,
    }


def cursor_of(search: Search, order: str, bookmark: str) -> str:
    """A bookmark signed for one list in one order: in another its values would meet the wrong columns."""
    return str(_signer(search, order).dumps(bookmark))


def _bookmark_in(cursor: str, search: Search, order: str) -> str:
    try:
        return str(_signer(search, order).loads(cursor))
    except BadSignature:
        raise Invalid({"cursor": "Not a cursor of this list in this order."}) from None


def _signer(search: Search, order: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["JWT_SECRET_KEY"], salt=f"cursor {search.__module__}.{search.__name__} {order}"
    )
