"""Between HTTP and the services: one transaction a request, who is calling, errors, pages, versions."""

from .auth import needs, needs_key
from .blueprint import Blueprint
from .etag import seen_version, tagged
from .idempotency import idempotent
from .paging import cursor_of, page
from .unit import outside, unit_of_work

__all__ = [
    "Blueprint",
    "cursor_of",
    "idempotent",
    "needs",
    "needs_key",
    "outside",
    "page",
    "seen_version",
    "tagged",
    "unit_of_work",
]
