"""The background worker: for now it only prunes what has expired, once an hour."""

import random
import signal
import threading

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from .. import unit
from ..domain.errors import Busy
from .prune import prune

EVERY = 3600.0
"""Seconds between two prunings; each worker waits a little longer or shorter, so that several do not meet."""

log = structlog.get_logger()


class Worker:
    """A thread beside the server, or a process of its own. Any number may run at once."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stopping = threading.Event()

    def start(self) -> threading.Thread:
        """Run beside the server; the thread ends with its process."""
        thread = threading.Thread(target=self._loop, name="worker", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Run in the foreground until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        self._loop()

    def _loop(self) -> None:
        while not self.stopping.wait(random.uniform(0.5, 1.5) * EVERY):  # noqa: S311 (spread, not a secret)
            self.once()

    def once(self) -> None:
        """One round. What the database refuses now is tried again in the next one."""
        with self.app.app_context():
            try:
                log.info("pruned", **unit.run(prune))
            except (SQLAlchemyError, Busy) as error:
                log.warning("pruning failed", error=str(error)[:300])
