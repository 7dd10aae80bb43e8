"""A MariaDB server of the tests' own, in a temporary directory, up in about a second."""

import ctypes
import getpass
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pymysql

# Durability is not what these tests are about.
FAST = [
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=256M",
    "--innodb-log-file-size=64M",
    "--sync-binlog=0",
]


class PrivateMariaDB:
    """Starts when made; `stop` ends it and removes its files."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="closeloop-mariadb-"))
        self.socket = self.folder / "s.sock"
        self.log = self.folder / "server.log"
        self.port = free_port()
        data = self.folder / "data"
        user = getpass.getuser()
        own = ["--no-defaults", f"--user={user}", f"--datadir={data}"]
        with self.log.open("wb") as log:
            subprocess.run(
                [
                    _program("mariadb-install-db"),
                    *own,
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--skip-name-resolve",
                ],
                stdout=log,
                stderr=log,
                check=True,
            )
            self.process = subprocess.Popen(
                [
                    _program("mariadbd"),
                    *own,
                    f"--port={self.port}",
                    f"--socket={self.socket}",
                    "--bind-address=127.0.0.1",
                    "--skip-name-resolve",
                    *FAST,
                ],
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 (no other thread has started yet)
            )
        self._wait_until_up()

    def stop(self) -> None:
        self.process.kill()  # nothing in it is worth a clean shutdown
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_up(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    probe.connect(str(self.socket))
                except OSError:
                    time.sleep(0.05)
                else:
                    return
        report = self.log.read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"the private MariaDB did not come up:\n{report}")


def create_database(port: int, name: str) -> str:
    """A new empty database on a private server; returns its SQLAlchemy URL."""
    with (
        pymysql.connect(host="127.0.0.1", port=port, user="root") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    return f"mysql+pymysql://root@127.0.0.1:{port}/{name}"


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if found is None:
        raise RuntimeError(f"{name} is missing; on Debian or Ubuntu: apt-get install mariadb-server")
    return found


def _die_with_parent() -> None:
    """A test run that is killed leaves no server behind (Linux: PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
