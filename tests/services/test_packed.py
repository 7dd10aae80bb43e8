"""What goes past the ORM, in and out, is what the ORM reads, whatever people and monitors write."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, LargeBinary, select

from backend.app.domain.alert import AlertStatus
from backend.app.domain.levels import Level
from backend.app.extensions import db
from backend.app.models import Alert, User, packed
from backend.app.statement import Statement, insert_into
from tests.factories import Factory

ALERTS: Any = Alert.__table__
USERS: Any = User.__table__
ADD_ALERT = insert_into(ALERTS)
ALL_PACKED = Statement(select(packed(*ALERTS.c)))

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(1, 500))
documents = st.dictionaries(texts, texts, max_size=4)
instants = st.timedeltas(timedelta(0), timedelta(days=365_000)).map(
    lambda since: datetime(1970, 1, 1, tzinfo=UTC) + since
)


@settings(deadline=None)
@given(
    title=texts,
    description=long_texts,
    level=st.sampled_from(Level),
    status=st.sampled_from(AlertStatus),
    labels=documents,
    annotations=documents,
    source_url=st.none() | texts,
    count=st.integers(0, 2**31 - 1),
    fired_at=instants,
    resolved_at=st.none() | instants,
)
def test_a_packed_alert_is_the_alert(migrated_app: Flask, **written: Any):
    with migrated_app.app_context():
        row = written | {
            "alert_source": "test",
            "fingerprint": "f" * 40,
            "dedup_key": None,
            "flap_count": 0,
            "handled_at": None,
            "incident_id": None,
            "legacy_id": None,
            "legacy": None,
            "version": 1,
        }
        times = ("firing_since", "last_fired_at", "created_at", "updated_at")
        ADD_ALERT.run(**row, **dict.fromkeys(times, written["fired_at"]))
        [read] = ALL_PACKED.read()
        by_orm = db.session.execute(select(*ALERTS.c)).mappings().one()
        db.session.rollback()
    assert vars(read) == dict(by_orm)
    assert {name: getattr(read, name) for name in written} == written
    assert type(read.level) is Level


def test_a_packed_truth_is_a_truth(app: Flask, make: Factory):
    make.user("somebody")
    with app.app_context():
        read = db.session.scalars(select(packed(USERS.c.is_active))).one()
    assert read.is_active is True


def test_what_json_cannot_hold_cannot_be_packed():
    with pytest.raises(TypeError, match="picture"):
        packed(Column("picture", LargeBinary))
