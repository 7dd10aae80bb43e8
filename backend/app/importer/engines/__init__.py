"""What MariaDB (or MySQL) and SQLite do differently for a migration; `open_engine` chooses by the URL."""

from sqlalchemy.engine import make_url

from .base import OldEngine
from .mariadb import MariaDBEngine
from .sqlite import SQLiteEngine


def open_engine(url: str) -> OldEngine:
    """An engine on the database, not connected yet."""
    return SQLiteEngine(url) if make_url(url).get_backend_name() == "sqlite" else MariaDBEngine(url)


__all__ = ["OldEngine", "open_engine"]
