"""What came from the old system: shown as it was kept, and found by its old number."""

import pytest

from tests.factories import Factory
from tests.harness.client import Client

NUMBER = "GZ20210307-001"
KEPT = {
    "table": "incidents",
    "status": " 已关闭",
    "level": "三级",
    "test": True,
    "fields": {"备注": "详见邮件", "score": 3},
}


@pytest.mark.parametrize("kind", ["alert", "incident"])
def test_it_shows_what_it_keeps_of_the_old_system(viewer: Client, make: Factory, kind: str):
    row = getattr(make, kind)(legacy_id=NUMBER, legacy=KEPT)
    shown = viewer.get(f"{kind}s/{row.id}").json
    assert (shown["legacy_id"], shown["legacy"]) == (NUMBER, KEPT)


@pytest.mark.parametrize("kind", ["alert", "incident"])
def test_what_was_made_here_keeps_nothing(viewer: Client, make: Factory, kind: str):
    shown = viewer.get(f"{kind}s/{getattr(make, kind)().id}").json
    assert (shown["legacy_id"], shown["legacy"]) == (None, None)


@pytest.mark.parametrize("kind", ["alert", "incident"])
def test_its_old_number_finds_it_and_nothing_else(viewer: Client, make: Factory, kind: str):
    wanted = getattr(make, kind)(legacy_id=NUMBER, legacy=KEPT)
    getattr(make, kind)(legacy_id="GZ20210307-002", legacy=KEPT)
    getattr(make, kind)()
    assert [row["id"] for row in viewer.get(f"{kind}s", q=NUMBER).json["items"]] == [wanted.id]
    assert viewer.get(f"{kind}s", q="GZ20210307").json["items"] == []
