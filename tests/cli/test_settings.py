"""Settings: read from the environment, refused by name."""

import dataclasses
from pathlib import Path

import pytest

from backend.app import config
from backend.app.config import BadSettings, Settings

MYSQL = "mysql+pymysql://closeloop:secret@db.example/closeloop"
SECRET = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment in which nothing is set, and no .env file."""
    for field in dataclasses.fields(Settings):
        monkeypatch.delenv(field.name.upper(), raising=False)
    monkeypatch.setattr(config, "ROOT", tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/instance/closeloop.db")
    return monkeypatch


def test_nothing_needs_to_be_set():
    settings = Settings.load()
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 5001, "http://localhost:5001")
    assert settings.on_sqlite
    assert settings.postmortem_required_for == {"P1", "P2"}
    assert settings.time_zone == "Asia/Shanghai"
    assert settings.admin_password is None


@pytest.mark.parametrize(
    "name, value, says",
    [
        ("DATABASE_URL", "nonsense", "database URL"),
        ("DATABASE_URL", "postgresql://u@h/d", "mysql+pymysql://"),
        ("DATABASE_URL", "mysql://u@h/d", "mysql+pymysql://"),
        ("DATABASE_URL", "mysql+pymysql://u:p@h", "names no database"),
        ("DATABASE_URL", "sqlite://", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///"),
        ("JWT_SECRET_KEY", "too short", "32 bytes"),
        ("HOST", "", ""),
        ("PORT", "0", ""),
        ("PORT", "65536", ""),
        ("PORT", "http", ""),
        ("PUBLIC_URL", "closeloop.example", "http://"),
        ("WEB_WORKERS", "0", ""),
        ("WEB_THREADS", "1", ""),
        ("ADMIN_PASSWORD", "short", "8 characters"),
        ("ACCESS_TOKEN_MINUTES", "0", ""),
        ("ACCESS_TOKEN_MINUTES", "1.5", ""),
        ("REFRESH_TOKEN_DAYS", "366", ""),
        ("LOCKOUT_FAILURES", "0", ""),
        ("LOCKOUT_MINUTES", "-1", ""),
        ("REOPEN_WINDOW_MINUTES", "-1", ""),
        ("POSTMORTEM_REQUIRED_FOR", "P1,P9", "P1, P2, P3, P4"),
        ("TIME_ZONE", "Mars/Olympus", "Asia/Shanghai"),
        ("TIME_ZONE", "../etc/passwd", "Asia/Shanghai"),
        ("MAX_BODY_BYTES", "12", ""),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
    ],
)
def test_a_bad_value_is_refused_by_name(bare, name: str, value: str, says: str):
    bare.setenv(name, value)
    with pytest.raises(BadSettings) as refusal:
        Settings.load()
    lines = str(refusal.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [name]
    assert says in lines[0]


def test_all_bad_ones_are_told_at_once(bare):
    for name, value in (("PORT", "x"), ("TIME_ZONE", "x"), ("LOG_LEVEL", "x")):
        bare.setenv(name, value)
    with pytest.raises(BadSettings) as refusal:
        Settings.load()
    assert {line.split(":")[0] for line in str(refusal.value).splitlines()} == {"PORT", "TIME_ZONE", "LOG_LEVEL"}


@pytest.mark.parametrize(
    "name, value, field, read",
    [
        ("PORT", "8080", "port", 8080),
        ("WEB_THREADS", "4", "web_threads", 4),
        ("POSTMORTEM_REQUIRED_FOR", "", "postmortem_required_for", frozenset()),
        ("POSTMORTEM_REQUIRED_FOR", " P1 , P4 ", "postmortem_required_for", frozenset({"P1", "P4"})),
        ("REOPEN_WINDOW_MINUTES", "0", "reopen_window_minutes", 0),
        ("PUBLIC_URL", "https://ops.example", "public_url", "https://ops.example"),
    ],
)
def test_a_good_value_is_read(bare, name, value, field, read):
    bare.setenv(name, value)
    assert getattr(Settings.load(), field) == read


def test_the_public_address_follows_the_port(bare):
    bare.setenv("PORT", "8080")
    assert Settings.load().public_url == "http://localhost:8080"


def test_with_mysql_the_secret_is_required(bare):
    bare.setenv("DATABASE_URL", MYSQL)
    with pytest.raises(BadSettings, match=r"\AJWT_SECRET_KEY: required"):
        Settings.load()
    bare.setenv("JWT_SECRET_KEY", SECRET)
    assert Settings.load().database_url == f"{MYSQL}?charset=utf8mb4"
    assert not Settings.load().on_sqlite


def test_on_sqlite_a_secret_is_made_and_kept_beside_the_file(tmp_path: Path):
    made = Settings.load().jwt_secret_key
    kept = tmp_path / "instance" / "jwt-secret-key"
    assert len(made) >= 64
    assert kept.read_text() == made
    assert kept.stat().st_mode & 0o077 == 0
    assert Settings.load().jwt_secret_key == made


def test_a_file_beside_run_py_is_read_and_the_environment_wins(bare, tmp_path: Path):
    (tmp_path / ".env").write_text("PORT=7000\nHOST=0.0.0.0\n")
    bare.setenv("PORT", "8000")
    settings = Settings.load()
    bare.delenv("HOST", raising=False)
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)


def test_a_database_named_from_here_and_its_secret_are_in_one_place(bare: pytest.MonkeyPatch, tmp_path: Path):
    bare.chdir(tmp_path)
    bare.setenv("DATABASE_URL", "sqlite:///some/where.db")
    assert Settings.load().database_url == f"sqlite:///{tmp_path}/some/where.db"
    assert (tmp_path / "some" / "jwt-secret-key").is_file()
