"""Every setting: typed, read from the environment once, refused by name when it is wrong.

docs/configuration.md says what each one does; a test holds the two together.
"""

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from environs import Env, EnvError, validate
from marshmallow import ValidationError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from .domain.levels import Severity

ROOT = Path(__file__).resolve().parents[2]
INSTANCE = ROOT / "backend" / "instance"
SHORTEST_SECRET = 32
"""Bytes."""
DEFAULT_DATABASE = f"sqlite:///{INSTANCE / 'closeloop.db'}"


class BadSettings(Exception):
    """One or more settings are wrong; the message names each and says what it should be."""


@dataclass(frozen=True)
class Settings:
    """What an operator can decide. Field names are the environment variables in lower case."""

    database_url: str
    jwt_secret_key: str
    host: str = "127.0.0.1"
    port: int = 5001
    public_url: str = "http://localhost:5001"
    web_workers: int = 1
    web_threads: int = 16
    admin_password: str | None = None
    access_token_minutes: int = 15
    refresh_token_days: int = 14
    lockout_failures: int = 5
    lockout_minutes: int = 15
    reopen_window_minutes: int = 30
    postmortem_required_for: frozenset[Severity] = frozenset({Severity.P1, Severity.P2})
    time_zone: str = "Asia/Shanghai"
    max_body_bytes: int = 10 * 1024 * 1024
    log_level: str = "INFO"
    log_file: str = str(ROOT / "backend" / "logs" / "app.log")

    @property
    def on_sqlite(self) -> bool:
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def reopen_window(self) -> timedelta:
        """How long after it resolved an alert that fires again is still the same alert."""
        return timedelta(minutes=self.reopen_window_minutes)

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment and `.env` beside run.py. Raises BadSettings with every wrong one at once."""
        env = Env(eager=False)
        if (ROOT / ".env").is_file():
            env.read_env(str(ROOT / ".env"), recurse=False)
        env.add_parser("database", _database)
        env.add_parser("severities", _severities)
        port = env.int("PORT", cls.port, validate=validate.Range(1, 65535))
        values: dict[str, Any] = {
            "database_url": env.database("DATABASE_URL", DEFAULT_DATABASE),
            "host": env.str("HOST", cls.host, validate=validate.Length(min=1)),
            "port": port,
            "public_url": env.str("PUBLIC_URL", f"http://localhost:{port}", validate=_web_address),
            "web_workers": env.int("WEB_WORKERS", cls.web_workers, validate=validate.Range(1, 64)),
            "web_threads": env.int("WEB_THREADS", cls.web_threads, validate=validate.Range(2, 512)),
            "admin_password": env.str("ADMIN_PASSWORD", cls.admin_password, validate=_password),
            "access_token_minutes": env.int(
                "ACCESS_TOKEN_MINUTES", cls.access_token_minutes, validate=validate.Range(1, 1440)
            ),
            "refresh_token_days": env.int(
                "REFRESH_TOKEN_DAYS", cls.refresh_token_days, validate=validate.Range(1, 365)
            ),
            "lockout_failures": env.int("LOCKOUT_FAILURES", cls.lockout_failures, validate=validate.Range(1, 100)),
            "lockout_minutes": env.int("LOCKOUT_MINUTES", cls.lockout_minutes, validate=validate.Range(1, 1440)),
            "reopen_window_minutes": env.int(
                "REOPEN_WINDOW_MINUTES", cls.reopen_window_minutes, validate=validate.Range(0, 10080)
            ),
            "postmortem_required_for": env.severities("POSTMORTEM_REQUIRED_FOR", ",".join(cls.postmortem_required_for)),
            "time_zone": env.str("TIME_ZONE", cls.time_zone, validate=_time_zone),
            "max_body_bytes": env.int("MAX_BODY_BYTES", cls.max_body_bytes, validate=validate.Range(1024, 2**30)),
            "log_level": env.str(
                "LOG_LEVEL", cls.log_level, validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
            ),
            "log_file": env.str("LOG_FILE", cls.log_file),
        }
        secret = env.str("JWT_SECRET_KEY", None, validate=_long_enough)
        try:
            env.seal()
        except EnvError as error:
            raise BadSettings(_sentences(error)) from None
        return cls(jwt_secret_key=secret or _own_secret(values["database_url"]), **values)


def _sentences(error: EnvError) -> str:
    messages = getattr(error, "error_messages", {}) or {"": [str(error)]}
    return "\n".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in messages.items())


def _database(value: str, **_: object) -> str:
    try:
        url: URL = make_url(value)
    except ArgumentError:
        raise EnvError("must be a database URL such as mysql+pymysql://user:password@host/closeloop") from None
    if url.drivername == "mysql+pymysql":
        if not url.database:
            raise EnvError("names no database: add /closeloop at the end")
        return url.update_query_dict({"charset": "utf8mb4"}).render_as_string(hide_password=False)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        # Flask would look for it in a folder of its own, away from the secret that is kept beside it.
        return url.set(database=str(Path(url.database).resolve())).render_as_string(hide_password=False)
    raise EnvError("must start with mysql+pymysql:// or name a file with sqlite:///")


def _severities(value: str, **_: object) -> frozenset[Severity]:
    try:
        return frozenset(Severity(word.strip()) for word in value.split(",") if word.strip())
    except ValueError:
        raise EnvError(f"must be some of {', '.join(Severity)}, separated by commas, or nothing") from None


def _refuse_unless(holds: Callable[[str], bool], sentence: str) -> Callable[[str | None], None]:
    def check(value: str | None) -> None:
        if value is not None and not holds(value):
            raise ValidationError(sentence)

    return check


_web_address = _refuse_unless(
    lambda value: value.startswith(("http://", "https://")), "must start with http:// or https://"
)
_password = _refuse_unless(lambda value: len(value) >= 8, "must have at least 8 characters")
_long_enough = _refuse_unless(
    lambda value: len(value.encode()) >= SHORTEST_SECRET,
    "must have at least 32 bytes; `openssl rand -hex 32` makes one",
)


def _time_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValidationError("must be a time zone such as Asia/Shanghai") from None


def _own_secret(database_url: str) -> str:
    """The secret kept beside the SQLite file; made on the first start."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BadSettings("JWT_SECRET_KEY: required with a MySQL database; `openssl rand -hex 32` makes one")
    path = Path(url.database).resolve().parent / "jwt-secret-key"
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_text().strip()
    except OSError as error:
        raise BadSettings(f"DATABASE_URL: no secret can be kept beside the file: {error}") from None
    if len(secret) < SHORTEST_SECRET:
        raise BadSettings(f"JWT_SECRET_KEY: {path} holds none; delete it for a new one (everybody logs in again)")
    return secret


def _make_secret(path: Path) -> None:
    """Whole or not at all, and one for all: whoever starts at the same moment finds it finished."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as file:
        file.write(secrets.token_hex(32))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)
