"""A writing request is one unit of work."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, make_response

from ... import unit
from .body import read_body


def unit_of_work(view: Callable[..., Any]) -> Callable[..., Response]:
    """Run the view, with everything it is wrapped in, as one transaction.

    Stands outermost, so that reading who is calling, the work and the answer's
    serialisation see one state, and a retry repeats all of it.
    """

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Response:
        read_body()
        return unit.run(lambda: make_response(view(*args, **kwargs)), repeatable=lambda: "idempotency_key" in g)

    run.is_unit_of_work = True  # type: ignore[attr-defined]
    return run
