"""What the two engines need from us: how a transaction begins, and which failures are worth another try."""

from contextvars import ContextVar
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState

LOST_RACE = {1213, 1205, 1020}
"""Deadlock or failed certification, lock wait timeout, snapshot conflict: the transaction is gone."""

LOST_CONNECTION = {1047, 1180, 2003, 2006, 2013, 1927, 1053}
"""Node not ready, quorum lost, connection lost."""

EXHAUSTED = {1040, 1290}
"""Too many connections, read only."""

DUPLICATE_KEY = 1062

COMMITTED, FRESH = "committed", "fresh"
"""What is noted of a connection while the pool has it."""

WANTS_PING: ContextVar[bool] = ContextVar("wants_ping", default=True)


def engine_options(on_sqlite: bool, threads: int) -> dict[str, Any]:
    """Options of `create_engine`: one connection a thread and a few to spare."""
    options: dict[str, Any] = {
        "pool_size": threads,
        "max_overflow": 4,
        "pool_timeout": 10,
        "pool_reset_on_return": None,  # see _reset
        "hide_parameters": True,
    }
    if on_sqlite:
        return options | {"connect_args": {"timeout": 15, "isolation_level": None}}
    session = "SET time_zone = '+00:00', innodb_lock_wait_timeout = 10"
    return options | {
        "paramstyle": "format",  # values in their order, as SQLite takes them
        "pool_recycle": 1800,
        "connect_args": {
            "init_command": session,
            "connect_timeout": 5,
            "read_timeout": 60,
            "write_timeout": 60,
        },
    }


def prepare(engine: Engine) -> None:
    """Hang our listeners on one engine."""
    event.listen(engine, "reset", _reset)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _note_fresh)
        event.listen(engine, "checkout", partial(_ping, engine.dialect))
        event.listen(engine.dialect, "handle_error", _galera_disconnects)


def connect(engine: Engine, *, ping: bool) -> Connection:
    """A connection from the pool. Without a ping it may turn out to be lost: for who then begins again with one."""
    token = WANTS_PING.set(ping)
    try:
        return engine.connect()
    finally:
        WANTS_PING.reset(token)


def _note_fresh(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[FRESH] = True


def _ping(dialect: Any, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """As `pool_pre_ping`, for all but a unit's first attempt: one that is lost is replaced, and all that are as old."""
    if record.info.pop(FRESH, False) or not WANTS_PING.get():
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer half way would be refused as stale."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def note_committed(connection: Connection) -> None:
    """Spare this connection the pool's rollback."""
    connection.info[COMMITTED] = True


def _reset(connection: Any, record: ConnectionPoolEntry | None, state: PoolResetState) -> None:
    """Roll back what comes back to the pool; what is known to be committed is spared the round trip."""
    committed = record is not None and record.info.pop(COMMITTED, False)
    if not (committed or state.transaction_was_reset):
        connection.rollback()


def _galera_disconnects(context: ExceptionContext) -> None:
    if _code(context.original_exception) in LOST_CONNECTION:
        context.is_disconnect = True


def is_lost_race(error: Exception) -> bool:
    """Somebody else was first and this transaction is undone: run the whole unit again."""
    if isinstance(error, StaleDataError):
        return True
    if isinstance(error, IntegrityError):
        return _code(error.orig) == DUPLICATE_KEY or "UNIQUE constraint failed" in str(error.orig)
    if isinstance(error, DBAPIError):
        return _code(error.orig) in LOST_RACE or "database is locked" in str(error.orig)
    return False


def is_lost_connection(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and (error.connection_invalidated or _code(error.orig) in LOST_CONNECTION)


def is_exhausted(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and _code(error.orig) in EXHAUSTED


def _code(error: object) -> int | None:
    """MySQL's error number; SQLite errors have none."""
    arguments = getattr(error, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None
