"""Lists by cursor: the next page starts after the last row seen, however many rows came in between."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlakeyset import BadBookmark, InvalidPage, select_page
from sqlalchemy import Select

from ...domain.errors import Invalid
from ...extensions import db


def page(search: Callable[..., Select[Any]], args: Mapping[str, Any], *given: Any) -> dict[str, Any]:
    """One page of what `search` selects: `{"items", "next_cursor"}`.

    `args` is a parsed query: `limit`, perhaps `cursor`, and the search's own conditions. The
    statement's order must end in a unique column.
    """
    conditions = {name: value for name, value in args.items() if name not in ("limit", "cursor")}
    rows, order = search(*given, **conditions), args.get("sort", "")
    try:
        found = select_page(db.session(), rows, per_page=args["limit"], page=_bookmark(args.get("cursor"), order))
    except (BadBookmark, InvalidPage, ValueError) as error:
        raise Invalid({"cursor": "Not a cursor of this list."}) from error
    paging = found.paging
    return {
        "items": [row[0] for row in found],
        "next_cursor": f"{order}{paging.bookmark_next}" if paging.has_next else None,
    }


def _bookmark(cursor: str | None, order: str) -> str | None:
    """A cursor names its order: in another one its values would be compared with the wrong columns."""
    if cursor is not None and not cursor.startswith(f"{order}>"):
        raise BadBookmark(cursor)
    return cursor and cursor.removeprefix(order)
