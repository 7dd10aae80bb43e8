"""What the log says of requests: the refused and the slow ones. What was done stands in the event table."""

import time

import structlog
from flask import Flask, Response, g, request

SLOW = 1.0
"""Seconds."""

log = structlog.get_logger()


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_look)


def _begin() -> None:
    g.began = time.perf_counter()


def _look(response: Response) -> Response:
    """The query is left out: a key may stand in it."""
    seconds = time.perf_counter() - g.began if "began" in g else 0.0
    if response.status_code >= 400 or seconds >= SLOW:
        write = log.warning if seconds >= SLOW else log.info
        actor = g.actor.name if "actor" in g else None
        told = {"method": request.method, "path": request.path, "status": response.status_code, "actor": actor}
        write("slow request" if seconds >= SLOW else "refused", **told, seconds=round(seconds, 3))
    return response
