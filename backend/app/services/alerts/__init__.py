"""Alerts: taking signals in (`ingest`), what people do (`handle`), finding them (`find`)."""

from .find import counts_by_status, history, matching, of_incident, search
from .handle import bulk, get, link, load, transition
from .ingest import Received, ingest

__all__ = [
    "Received",
    "bulk",
    "counts_by_status",
    "get",
    "history",
    "ingest",
    "link",
    "load",
    "matching",
    "of_incident",
    "search",
    "transition",
]
