"""If-Match: a change by somebody who saw another version is refused, and who says nothing is believed."""

import pytest

from tests.harness.client import Client
from tests.ledger import Ledger, refused

# Each write that honours If-Match: who does it, the row, the rest of the path, the body.
WRITES = {
    "move an alert": ("responder", "alert", "/transitions", {"to": "Acknowledged"}),
    "edit an incident": ("responder", "incident", "", {"title": "new"}),
    "move an incident": ("responder", "incident", "/transitions", {"to": "InProgress"}),
    "edit a postmortem": ("manager", "postmortem", "", {"lessons": "new"}),
    "move a postmortem": ("manager", "postmortem", "/transitions", {"to": "InReview"}),
    "edit an action item": ("responder", "item", "", {"title": "new"}),
    "move an action item": ("responder", "item", "/transitions", {"to": "InProgress"}),
    "edit a person": ("admin", "person", "", {"display_name": "new"}),
    "edit myself": ("admin", "me", "", {"display_name": "new"}),
    "edit an integration": ("admin", "integration", "", {"name": "new"}),
    "rotate a key": ("admin", "integration", "/rotate", None),
    "delete an integration": ("admin", "integration", "DELETE", None),
}


@pytest.fixture(params=WRITES)
def write(request, make):
    """`write(If_Match=…)` does it once."""
    who, row, rest, body = WRITES[request.param]
    client: Client = request.getfixturevalue(who)
    if row == "integration":
        admin = request.getfixturevalue("admin")
        path = f"integrations/{admin.post('integrations', {'name': 'n', 'kind': 'generic'}).json['id']}"
    elif row == "postmortem":
        reviewer = make.user("reviewer")
        path = f"postmortems/{make.complete_postmortem(make.incident('AwaitingPostmortem'), client.user, reviewer).id}"
    else:
        path = {
            "alert": lambda: f"alerts/{make.alert().id}",
            "incident": lambda: f"incidents/{make.incident().id}",
            "item": lambda: f"action-items/{make.action_item(make.incident()).id}",
            "person": lambda: f"users/{make.user('somebody').id}",
            "me": lambda: "auth/me",
        }[row]()
    tag = client.get(path).headers["ETag"]

    def send(**headers: str):
        if rest == "DELETE":
            return client.delete(path, **headers)
        method = "POST" if rest else "PATCH"
        return client.send(method, path + rest, json=body, headers=headers)

    send.tag = tag
    return send


OTHERS = ['"0"', '"2"', '"999999999999999999999"', '"x"', "2", 'W/"2"', '""', "文", '"2", W/"3"', '"1, 2"', '"*"']
MALFORMED = [",", '"', '"1', '"1" "2"', "W/", "*, *"]


@pytest.mark.parametrize("seen", [*OTHERS, *MALFORMED])
def test_another_version_is_refused(write, ledger: Ledger, seen: str):
    with ledger.unchanged():
        problem = refused(write(If_Match=seen.encode().decode("latin-1")), 412, "stale")
    assert problem["params"]["current"] == 1


@pytest.mark.parametrize("form", ["{}", "W/{}", "*", " {} ", "", '{}, "4"', '"3", "4",{}', 'W/"3", W/{}', '"",, {}'])
def test_the_version_served_is_taken_and_so_is_any(write, form: str):
    assert write(If_Match=form.format(write.tag)).status_code in (200, 204)


def test_who_says_nothing_is_believed(write):
    assert write().status_code in (200, 204)


def test_who_changed_an_alert_is_not_the_monitor_that_repeats_it(responder, stranger, client, make, clock):
    key = client.with_key(make.key("generic"))
    alert = {"title": "t", "description": "", "level": "Error", "alert_source": "s", "fired_at": clock.now.isoformat()}
    path = f"alerts/{key.post('alerts', alert).json['id']}"
    tag = stranger.get(path).headers["ETag"]
    responder.post(f"{path}/transitions", {"to": "Acknowledged"})
    key.post("alerts", alert)
    problem = refused(stranger.post(f"{path}/transitions", {"to": "Resolved"}, If_Match=tag), 412, "stale")
    assert problem["params"]["by"] == responder.user.display_name


def test_of_two_who_saw_the_same_the_second_is_told_of_the_first(
    responder: Client, stranger: Client, make, ledger: Ledger
):
    path = f"incidents/{make.incident().id}"
    tag = responder.get(path).headers["ETag"]
    first = responder.patch(path, {"title": "mine"}, If_Match=tag)
    assert first.status_code == 200
    with ledger.unchanged():
        problem = refused(stranger.patch(path, {"title": "yours"}, If_Match=tag), 412, "stale")
    assert problem["params"] == {"current": 2, "by": responder.user.display_name}
    assert stranger.patch(path, {"title": "yours"}, If_Match=first.headers["ETag"]).status_code == 200
