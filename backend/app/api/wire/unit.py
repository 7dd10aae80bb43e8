"""A writing request is one unit of work."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, g, make_response

from ... import unit
from .body import read_body

Result = TypeVar("Result")


class _Left(Exception):
    """A unit of work is left, for slow work whose result it needs. Says nothing of it: passwords are given to it."""

    def __init__(self, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        super().__init__()
        self.wanted = (work, given)


def unit_of_work(view: Callable[..., Any]) -> Callable[..., Response]:
    """Run the view, with everything it is wrapped in, as one transaction.

    Stands outermost, so that reading who is calling, the work and the answer's
    serialisation see one state, and a retry repeats all of it.
    """

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Response:
        read_body()
        g.done_outside = {}
        while True:
            try:
                return unit.run(lambda: make_response(view(*args, **kwargs)), repeatable=lambda: "idempotency_key" in g)
            except _Left as left:
                wanted = left.wanted
            work, given = wanted
            g.done_outside[wanted] = work(*given)

    run.is_unit_of_work = True  # type: ignore[attr-defined]
    return run


def outside(work: Callable[..., Result], *given: Any) -> Result:
    """What slow `work` returns; for the time that hashing a password takes, nobody else could write.

    The unit is left for it, with everything rolled back, and run again from its start; so only those who are let
    in are worked for, and another run finds the result here.
    """
    if (work, given) not in g.done_outside:
        raise _Left(work, given)
    result: Result = g.done_outside[work, given]
    return result
