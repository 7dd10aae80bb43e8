"""Loading rows by id, and saying so when there is none."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from ..domain.errors import Invalid, NotFound
from ..domain.roles import Role
from ..extensions import db
from ..models import User

Row = TypeVar("Row")


def find(model: type[Row], ident: int, kind: str, options: Sequence[Any] = (), *, lock: bool = False) -> Row:
    """The row with this id, with `lock` as it is now and held until the end; raises NotFound."""
    row = db.session.get(model, ident, options=options, with_for_update=lock or None)
    if row is None:
        raise NotFound(kind, ident)
    return row


def person(user_id: int | None, field: str) -> User | None:
    """The active responder (or above) to put in charge; raises Invalid naming `field`."""
    if user_id is None:
        return None
    user = db.session.get(User, user_id)
    if user is None or not user.is_active or not user.role.includes(Role.RESPONDER):
        raise Invalid({field: f"There is no active responder with id {user_id}."})
    return user


def contains(text: str, *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Rows in which one of the columns contains `text` as it stands (`%` and `_` mean themselves)."""
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
