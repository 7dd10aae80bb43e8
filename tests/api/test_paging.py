"""Lists by cursor: every row once, whatever comes in between; a cursor of something else is refused."""

from datetime import timedelta
from itertools import product

import pytest

from tests.harness.client import Client
from tests.ledger import refused

SORTED = {
    "alerts": ["-last_fired_at", "last_fired_at", "-fired_at", "fired_at", "-count", "-id", "id"],
    "incidents": ["severity", "-detected_at", "detected_at", "-updated_at", "-id", "id"],
    "action-items": ["due_on", "-created_at", "-updated_at", "-id", "id"],
    "postmortems": ["-id", "id", "-updated_at"],
    "users": ["display_name", "username", "-id", "id"],
    "integrations": ["id", "-id", "name"],
}


def endless(sort: str) -> bool:
    """Oldest first, a walk would chase the new rows."""
    return sort in (
        "id",
        "name",
        "username",
        "display_name",
        "last_fired_at",
        "fired_at",
        "detected_at",
        "due_on",
        "severity",
        "-count",
    )


SORTS = [(path, sort) for path, sorts in SORTED.items() for sort in sorts]


@pytest.fixture
def house(admin: Client, make, clock):
    """Seven rows in every list, many of them alike in what they are sorted by."""
    for n in range(7):
        clock.advance(seconds=n % 2)
        make.alert(count=n % 3)
        incident = make.incident("AwaitingPostmortem", severity=f"P{n % 2 + 1}")
        make.postmortem(incident, admin.user)
        make.action_item(incident, due_on=clock.now.date() + timedelta(days=n) if n % 3 else None)
        make.user(f"user{n}", display_name=f"Same {n % 2}")
        make.key("generic")
    return admin


def walk(client: Client, path: str, between=lambda: None, **query) -> list[int]:
    """The ids of a whole list, two rows at a time."""
    ids, cursor = [], {}
    for _ in range(50):
        page = client.get(path, limit=2, **query, **cursor)
        assert page.status_code == 200, page.text
        ids += [row["id"] for row in page.json["items"]]
        if page.json["next_cursor"] is None:
            return ids
        assert len(page.json["items"]) == 2
        cursor = {"cursor": page.json["next_cursor"]}
        between()
    pytest.fail("this list does not end")


@pytest.mark.parametrize("path", SORTED)
def test_a_walk_meets_every_row_once(house: Client, path: str):
    whole = [row["id"] for row in house.get(path, limit=200).json["items"]]
    assert len(set(whole)) >= 7
    assert walk(house, path) == whole


@pytest.mark.parametrize("path", SORTED)
def test_in_every_order(house: Client, path: str):
    for sort in SORTED[path]:
        whole = house.get(path, limit=200, sort=sort).json["items"]
        assert walk(house, path, sort=sort) == [row["id"] for row in whole]
        field = sort.removeprefix("-")
        values = [row[field] for row in whole if row[field] is not None]
        assert values == sorted(values, reverse=sort.startswith("-")), sort
        assert all(row[field] is None for row in whole[len(values) :]), "rows without a value stand last"


@pytest.mark.parametrize("path, sort", [pair for pair in SORTS if not endless(pair[1])])
def test_rows_that_come_in_between_neither_repeat_nor_hide_the_others(house: Client, make, clock, path, sort):
    there = {row["id"] for row in house.get(path, limit=200).json["items"]}

    def more() -> None:
        clock.advance(seconds=1)
        incident = make.incident()
        make.alert()
        make.action_item(incident)

    walked = walk(house, path, more, sort=sort)
    assert len(walked) == len(set(walked))
    assert there <= set(walked)


def test_a_board_column_goes_on_in_the_list_of_its_status(viewer: Client, make, clock):
    ids = []
    for severity in ("P3", "P1", "P2", "P1"):
        clock.advance(minutes=1)
        ids.append(make.incident("Recovering", severity=severity).id)
    [column] = [c for c in viewer.get("incidents/board", limit=2).json["columns"] if c["status"] == "Recovering"]
    assert (column["count"], [card["id"] for card in column["items"]]) == (4, [ids[3], ids[1]])
    rest = viewer.get("incidents", status="Recovering", sort="severity", cursor=column["next_cursor"])
    assert [row["id"] for row in rest.json["items"]] == [ids[2], ids[0]]


@pytest.mark.parametrize("path", SORTED)
def test_what_is_no_cursor_is_refused(house: Client, path: str):
    for order in SORTED.get(path, [""]):
        sort = {"sort": order} if order else {}
        for shape in ("x", "~", "<", "i:1", "<i:1", ">zzz", ">i:x", ">s:a~s:b~s:c~s:d", "%", "文", "x" * 450):
            refused(house.get(path, cursor=f"{order}{shape}", **sort), 422, "invalid", "cursor")


def test_a_cursor_that_was_changed_is_refused(house: Client):
    cursor = house.get("alerts", limit=2, sort="-id").json["next_cursor"]
    for forged in (cursor[:-1], cursor + "x", "x" + cursor, cursor.swapcase(), cursor.split(".")[0]):
        refused(house.get("alerts", limit=2, sort="-id", cursor=forged), 422, "invalid", "cursor")


def test_a_cursor_of_another_list_is_refused(house: Client):
    alerts = house.get("alerts", limit=2, sort="-id").json["next_cursor"]
    refused(house.get("incidents", limit=2, sort="-id", cursor=alerts), 422, "invalid", "cursor")


def test_a_cursor_that_is_too_long(viewer: Client):
    refused(viewer.get("alerts", cursor="x" * 501), 422, "invalid", "cursor")


@pytest.mark.parametrize("path", SORTED)
def test_a_cursor_of_another_order_is_refused(house: Client, path: str):
    cursors = {order: house.get(path, limit=2, sort=order).json["next_cursor"] for order in SORTED[path]}
    for sort, (order, cursor) in product(SORTED[path], cursors.items()):
        answer = house.get(path, sort=sort, cursor=cursor)
        if order == sort:
            assert answer.status_code == 200
        else:
            refused(answer, 422, "invalid", "cursor")


@pytest.mark.parametrize("path", SORTED)
def test_an_empty_list_is_one_page(admin: Client, path: str):
    page = admin.get(path, **({"q": "nobody is called that"} if path == "users" else {}))
    assert page.json == {"items": [], "next_cursor": None}


def test_pages_are_fifty_rows_unless_one_asks(viewer: Client, make, app):
    for _ in range(51):
        make.alert()
    assert len(viewer.get("alerts").json["items"]) == 50
    assert len(viewer.get("alerts", limit=51).json["items"]) == 51
