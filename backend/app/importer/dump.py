"""A dump of the whole old database, written before anything is changed."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from .engines import OldEngine
from .errors import Refused


def write(engine: OldEngine, path: Path) -> None:
    """By mariadb-dump or mysqldump, or SQLite's backup. Raises Refused; never writes over a file."""
    url = engine.engine.url
    if path.exists():
        raise Refused(f"{path} exists already; name another file with --dump.")
    program = shutil.which("mariadb-dump") or shutil.which("mysqldump")
    if url.get_backend_name() != "sqlite" and program is None:
        raise Refused("Neither mariadb-dump nor mysqldump is installed; make the dump on the database server.")
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from None
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        return
    socket = url.query.get("unix_socket")
    command = [
        str(program),
        *([f"--socket={socket}"] if socket else ["--protocol=TCP", f"--host={url.host or '127.0.0.1'}"]),
        f"--port={url.port or 3306}",
        f"--user={url.username or ''}",
        "--single-transaction",
        "--routines",
        "--triggers",
        "--hex-blob",
        "--no-tablespaces",
        "--default-character-set=utf8mb4",
        "--",
        str(url.database),
    ]
    with path.open("wb") as file:
        done = subprocess.run(  # noqa: S603 (no shell, the operator's own URL)
            command,
            stdout=file,
            stderr=subprocess.PIPE,
            env={**os.environ, "MYSQL_PWD": url.password or ""},
            check=False,
        )
    if done.returncode != 0:
        path.unlink()
        raise Refused(f"The dump failed: {done.stderr.decode(errors='replace').strip()}")
