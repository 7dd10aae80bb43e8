"""People, their sessions, and how often a login failed."""

from sqlalchemy import Boolean, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.roles import Role
from .base import BIG_ID, Count, Instant, Model, MovedRow, Row, word


class User(MovedRow, Model):
    __tablename__ = "users"

    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(word(Role))
    language: Mapped[str] = mapped_column(String(8), server_default=text("'zh-CN'"), default="zh-CN")
    time_zone: Mapped[str] = mapped_column(String(64), server_default=text("'Asia/Shanghai'"), default="Asia/Shanghai")
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("1"), default=True)


class LoginSession(Row, Model):
    """One login and the refresh tokens that descend from it.

    Only the newest refresh token is good; an older one that comes back ends the session.
    Access tokens name their session, so ending it stops them at once.
    """

    __tablename__ = "login_sessions"

    user_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    refresh_id: Mapped[str] = mapped_column(String(36))
    expires_at: Mapped[Instant] = mapped_column(index=True)
    revoked_at: Mapped[Instant | None]

    user: Mapped[User] = relationship(lazy="joined")


class LoginFailures(Row, Model):
    """Failed logins in a row under one name, whether or not such a user exists."""

    __tablename__ = "login_failures"

    username_hash: Mapped[str] = mapped_column(String(64), unique=True)
    failures: Mapped[Count]
    locked_until: Mapped[Instant | None]
