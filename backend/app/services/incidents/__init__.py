"""Incidents: what people do (`handle`), the moves and their effects (`flow`), lists and the board (`find`)."""

from .find import board, search
from .flow import transition
from .handle import create, edit, get

__all__ = ["board", "create", "edit", "get", "search", "transition"]
