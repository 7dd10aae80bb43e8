"""What can go wrong, in domain words. The HTTP status of each stands in `api/wire/problems.py`."""

from collections.abc import Iterable, Mapping
from typing import Any


class DomainError(Exception):
    """A refusal with a stable `code` that clients translate and a sentence for people who read English.

    `keeps_changes` says that what was written before the refusal is kept (a counted
    failed login, an ended session): the unit of work then commits before it answers.
    """

    code = "error"
    keeps_changes = False

    def __init__(self, detail: str, *, code: str | None = None, **params: Any) -> None:
        super().__init__(detail)
        self.code = code or type(self).code
        self.detail = detail
        self.params: Mapping[str, Any] = params


class NotFound(DomainError):
    code = "not_found"

    def __init__(self, kind: str, ident: object) -> None:
        super().__init__(f"There is no {kind} {ident}.", kind=kind, id=ident)


class Conflict(DomainError):
    """The request is well formed, but the present state does not allow it."""

    code = "conflict"


class MoveRefused(Conflict):
    """The flow has no such move, or a guard blocks it; `allowed` lists the legal targets."""

    code = "move_refused"

    def __init__(self, detail: str, *, code: str | None = None, allowed: Iterable[str] = (), **params: Any) -> None:
        super().__init__(detail, code=code, **params)
        self.allowed = list(allowed)


class Forbidden(DomainError):
    code = "forbidden"


class Stale(DomainError):
    code = "stale"

    def __init__(self, current: int, by: str | None = None) -> None:
        super().__init__(
            f"{by or 'Somebody'} changed this meanwhile: it is now version {current}. Load it again.",
            current=current,
            **({"by": by} if by else {}),
        )


class Invalid(DomainError):
    """Input that is wrong whatever the state; `errors` maps a field's path to a sentence."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, str], *, code: str | None = None, **params: Any) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in errors.items()), code=code, **params)
        self.errors = dict(errors)


class WrongPassword(Invalid):
    """The current password, asked for once more, is wrong; the failure has been counted."""

    code = "wrong_password"
    keeps_changes = True

    def __init__(self) -> None:
        super().__init__({"current_password": "Is not your password."})


class Unauthenticated(DomainError):
    code = "unauthenticated"


class LoginRefused(Unauthenticated):
    """Wrong name or password; the failure has been counted."""

    code = "bad_credentials"
    keeps_changes = True


class SessionEnded(Unauthenticated):
    """A refresh token came back after it had been used: the whole session is over."""

    code = "token_revoked"
    keeps_changes = True


class LockedOut(DomainError):
    """Too many wrong passwords under one name; `retry_after` seconds remain."""

    code = "locked_out"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many failed logins. Try again in {retry_after} seconds.", retry_after=retry_after)
        self.retry_after = retry_after


class Busy(DomainError):
    """The database could not finish in time; nothing was changed."""

    code = "busy"
    retry_after = 2


class OutcomeUnknown(Busy):
    """The connection broke while committing: it may or may not have been written."""

    code = "outcome_unknown"
