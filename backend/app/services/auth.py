"""Logging in, staying logged in, and being thrown out."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token
from sqlalchemy import bindparam, select, update

from ..config import Settings
from ..domain import clock
from ..domain.errors import LockedOut, LoginRefused, SessionEnded, Unauthenticated, WrongPassword
from ..domain.roles import Actor, ActorKind
from ..extensions import db
from ..models import LoginFailures, LoginSession, User, packed
from ..statement import Statement
from .record import record

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
NOBODY = HASHER.hash("nobody has this password")
"""Checked when there is no such user, so that both answers take the same time."""


USERS: Any = User.__table__
SESSIONS: Any = LoginSession.__table__
WHO = Statement(
    select(packed(USERS.c.display_name, USERS.c.role, USERS.c.is_active, SESSIONS.c.revoked_at))
    .select_from(USERS)
    .join(SESSIONS, SESSIONS.c.user_id == USERS.c.id)
    .where(SESSIONS.c.id == bindparam("session_id"), USERS.c.id == bindparam("user_id"))
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a login or a refresh hands out; `expires_in` is the access token's life in seconds."""

    user: User
    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says who they are; `proven_by` is the password hash that their password matched."""

    username: str
    proven_by: str | None


def check_password(username: str, password: str) -> Claim:
    """Only reads. Raises LockedOut. Takes the same time whether or not the user exists."""
    _refuse_while_locked(_failures_of(username))
    found = db.session.scalar(select(User.password_hash).where(User.username == username))
    return Claim(username, found if _matches(found or NOBODY, password) else None)


def login(claim: Claim) -> Tokens:
    """Raises LoginRefused (counted) or LockedOut, the same way whether or not the user exists."""
    failures = _failures_of(claim.username, lock=True)
    _refuse_while_locked(failures)
    user = db.session.scalar(select(User).where(User.username == claim.username))
    # MariaDB folds accents: `wáng` would find `wang`, and have failures of its own to spend.
    if user is None or user.username != claim.username or user.password_hash != claim.proven_by or not user.is_active:
        _count(failures)
        raise LoginRefused("Wrong user name or password.")
    _forget(failures)
    session = LoginSession(user=user, refresh_id=str(uuid.uuid4()), expires_at=clock.now() + _refresh_life())
    db.session.add(session)
    record(actor_of(user), "logged_in", user)
    return _tokens(session)


def refresh(session_id: int, refresh_id: str) -> Tokens:
    """New tokens for the newest refresh token; an older one ends the session (SessionEnded)."""
    session = _live_session(session_id)
    if session.refresh_id != refresh_id:
        session.revoked_at = clock.now()
        record(actor_of(session.user), "refresh_reused", session.user)
        raise SessionEnded("This refresh token was used before; the session has been ended. Log in again.")
    session.refresh_id = str(uuid.uuid4())
    session.expires_at = clock.now() + _refresh_life()
    db.session.flush()
    return _tokens(session)


def logout(session_id: int) -> None:
    """End the session; its access token stops working at once. Ending it twice is no fault."""
    session = db.session.get(LoginSession, session_id)
    if session is not None and session.revoked_at is None:
        session.revoked_at = clock.now()
        record(actor_of(session.user), "logged_out", session.user)


def change_password(actor: Actor, session_id: int, claim: Claim, password_hash: str) -> None:
    """Raises WrongPassword (counted like a failed login) or LockedOut. The user's other sessions end."""
    failures = _failures_of(claim.username, lock=True)
    _refuse_while_locked(failures)
    user = db.session.get_one(User, actor.id)
    if user.password_hash != claim.proven_by:
        _count(failures)
        raise WrongPassword
    _forget(failures)
    user.password_hash = password_hash
    end_sessions(user, except_id=session_id)
    record(actor, "password_changed", user)


def end_sessions(user: User, except_id: int | None = None) -> None:
    """Stop all of a user's tokens, but perhaps those of one session."""
    db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.user_id == user.id,
            LoginSession.revoked_at.is_(None),
            LoginSession.id != (except_id or 0),
        )
        .values(revoked_at=clock.now())
    )


def unlock(username: str) -> None:
    """Forget failed logins."""
    _forget(_failures_of(username))


def actor_of_session(user_id: int, session_id: int) -> Actor:
    """Who an access token stands for. Raises Unauthenticated when the session or the user is gone."""
    row = WHO.first(session_id=session_id, user_id=user_id)
    if row is None or not row.is_active or row.revoked_at is not None:
        raise Unauthenticated("This session has ended. Log in again.", code="token_revoked")
    return Actor(ActorKind.USER, user_id, row.display_name, row.role)


def actor_of(user: User) -> Actor:
    return Actor(ActorKind.USER, user.id, user.display_name, user.role)


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _failures_of(username: str, *, lock: bool = False) -> LoginFailures:
    """The count under a name. Kept by digest: people type passwords into the wrong field."""
    username_hash = hashlib.sha256(username.encode()).hexdigest()
    row = select(LoginFailures).where(LoginFailures.username_hash == username_hash)
    found = db.session.scalar(row.with_for_update() if lock else row)
    return found or LoginFailures(username_hash=username_hash, failures=0)


def _refuse_while_locked(failures: LoginFailures) -> None:
    now = clock.now()
    if failures.locked_until and failures.locked_until > now:
        raise LockedOut(max(1, round((failures.locked_until - now).total_seconds())))


def _forget(failures: LoginFailures) -> None:
    failures.failures, failures.locked_until = 0, None


def _count(failures: LoginFailures) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    failures.failures += 1
    if failures.failures >= settings.lockout_failures:
        failures.failures = 0
        failures.locked_until = clock.now() + timedelta(minutes=settings.lockout_minutes)
    db.session.add(failures)
    db.session.flush()


def _live_session(session_id: int) -> LoginSession:
    session = db.session.get(LoginSession, session_id, with_for_update={"of": LoginSession})
    ended = session is None or session.revoked_at is not None or session.expires_at <= clock.now()
    if session is None or ended or not session.user.is_active:
        raise Unauthenticated("This session has ended. Log in again.", code="token_revoked")
    return session


def _refresh_life() -> timedelta:
    settings: Settings = current_app.config["SETTINGS"]
    return timedelta(days=settings.refresh_token_days)


def _tokens(session: LoginSession) -> Tokens:
    settings: Settings = current_app.config["SETTINGS"]
    life = timedelta(minutes=settings.access_token_minutes)
    identity, claims = str(session.user.id), {"sid": str(session.id)}
    return Tokens(
        user=session.user,
        access_token=create_access_token(identity, expires_delta=life, additional_claims=claims),
        refresh_token=create_refresh_token(
            identity, expires_delta=_refresh_life(), additional_claims=claims | {"rid": session.refresh_id}
        ),
        expires_in=int(life.total_seconds()),
    )
