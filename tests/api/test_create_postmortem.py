"""POST /postmortems: begun after the recovery, with the incident's timeline."""

import pytest

from backend.app.extensions import db
from backend.app.models import Incident, Postmortem, TimelineEntry
from tests.harness.client import Client
from tests.ledger import Ledger, refused

FIELDS = {
    "id", "incident", "status", "revision", "author", "reviewers", "summary", "impact", "detection", "root_cause",
    "resolution", "lessons", "timeline", "missing", "published_at", "editable", "created_at", "updated_at", "version",
    "allowed_moves", "returned",
}  # fmt: skip


def begin(client: Client, incident: Incident):
    return client.post("postmortems", {"incident_id": incident.id})


def test_who_begins_it_is_its_author(responder: Client, make, ledger: Ledger):
    incident = make.incident("AwaitingPostmortem")
    answer = begin(responder, incident)
    assert answer.status_code == 201
    assert set(answer.json) >= FIELDS
    assert (answer.json["status"], answer.json["revision"], answer.json["version"]) == ("Draft", 1, 1)
    assert answer.json["author"]["id"] == responder.user.id
    assert answer.json["incident"]["id"] == incident.id
    assert answer.json["editable"] is True
    assert answer.headers["ETag"] == '"1"'
    assert [entry.kind for entry in ledger.timeline(incident.id)] == ["postmortem_created"]
    assert [event.action for event in ledger.events("postmortem", answer.json["id"])] == ["created"]
    assert responder.get(f"postmortems/{answer.json['id']}").json == answer.json
    told = responder.get(f"incidents/{incident.id}").json
    assert told["postmortem"] == {"id": answer.json["id"], "status": "Draft"}
    assert (told["status"], told["version"]) == ("AwaitingPostmortem", incident.version)


def test_it_moves_a_recovered_incident_on(responder: Client, make, ledger: Ledger):
    incident = make.incident("Recovered")
    assert begin(responder, incident).json["incident"]["status"] == "AwaitingPostmortem"
    row = ledger.row(Incident, incident.id)
    assert (row.status, row.version) == ("AwaitingPostmortem", incident.version + 1)
    kinds = [(entry.kind, entry.data.get("to")) for entry in ledger.timeline(incident.id)]
    assert kinds == [("postmortem_created", None), ("moved", "AwaitingPostmortem")]
    assert [event.action for event in ledger.events("incident", incident.id)] == ["await_postmortem"]


def test_a_closed_incident_stays_closed(responder: Client, make, ledger: Ledger):
    incident = make.incident("Closed", resolution="PostmortemWaived")
    assert begin(responder, incident).status_code == 201
    row = ledger.row(Incident, incident.id)
    assert (row.status, row.resolution, row.version) == ("Closed", "PostmortemWaived", incident.version)


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Recovering"])
def test_not_before_the_recovery(manager: Client, make, ledger: Ledger, status: str):
    incident = make.incident(status)
    with ledger.unchanged():
        refused(begin(manager, incident), 409, "incident_not_recovered")


def test_one_per_incident(responder: Client, manager: Client, make, ledger: Ledger):
    incident = make.incident("AwaitingPostmortem")
    first = begin(responder, incident).json
    with ledger.unchanged():
        problem = refused(begin(manager, incident), 409, "postmortem_exists")
    assert problem["params"] == {"id": first["id"]}
    assert ledger.count(Postmortem) == 1


def test_of_an_incident_that_is_not_there(responder: Client, ledger: Ledger):
    with ledger.unchanged():
        answer = responder.post("postmortems", {"incident_id": 999_999})
    assert answer.status_code in (404, 422)
    assert answer.mimetype == "application/problem+json"


def test_viewers_begin_none(viewer: Client, make, ledger: Ledger):
    incident = make.incident("AwaitingPostmortem")
    with ledger.unchanged():
        refused(begin(viewer, incident), 403, "role_required")


@pytest.mark.parametrize(
    "language, sentences",
    [
        (
            "zh-CN",
            ["Wang 上报故障", "Wang 将状态从“待确认”变更为“处理中”", "重启", "Wang 将状态从“处理中”变更为“恢复中”"],
        ),
        (
            "en",
            [
                "Wang opened the incident",
                "Wang moved it from Pending to In progress",
                "重启",
                "Wang moved it from In progress to Recovering",
            ],
        ),
    ],
)
def test_the_timeline_is_imported_in_the_authors_language(client, make, clock, language, sentences):
    wang = client.as_(make.user("wang", language=language))
    incident = wang.post("incidents", {"title": "t"}).json
    path = f"incidents/{incident['id']}"
    clock.advance(minutes=1)
    wang.move(path, "InProgress")
    clock.advance(minutes=2)
    wang.move(path, "Recovering")
    wang.post(f"{path}/timeline", {"text": "重启", "occurred_at": "2026-11-23T09:02:00Z"})
    clock.advance(minutes=1)
    wang.move(path, "Recovered")
    lines = wang.post("postmortems", {"incident_id": incident["id"]}).json["timeline"]
    assert [line["text"] for line in lines[:4]] == sentences
    assert [line["occurred_at"] for line in lines] == sorted(line["occurred_at"] for line in lines)
    assert lines[0]["occurred_at"] == "2026-11-23T09:00:00Z"
    assert len(lines) == 5


def test_a_recovery_stands_where_it_was_not_where_it_was_told(responder: Client, make, clock):
    incident = make.incident("Recovering")
    clock.advance(minutes=10)
    responder.post(
        f"incidents/{incident.id}/timeline", {"text": "users can pay again", "occurred_at": "2026-11-23T09:05:00Z"}
    )
    responder.move(f"incidents/{incident.id}", "Recovered", recovered_at="2026-11-23T09:02:00Z")
    assert [(line["occurred_at"], line["text"]) for line in begin(responder, incident).json["timeline"]] == [
        ("2026-11-23T09:02:00Z", "Responder 将状态从“恢复中”变更为“已恢复”"),
        ("2026-11-23T09:05:00Z", "users can pay again"),
    ]


class TestMuch:
    """What was imported must be taken again as it is: an editor sends all lines back when one of them changes."""

    def taken_again(self, client: Client, incident) -> list[str]:
        paper = client.post("postmortems", {"incident_id": incident.id}).json
        answer = client.patch(f"postmortems/{paper['id']}", {"timeline": paper["timeline"], "summary": "s"})
        assert answer.status_code == 200, answer.text[:500]
        assert answer.json["timeline"] == paper["timeline"]
        return [line["text"] for line in paper["timeline"]]

    def test_the_longest_note_there_may_be(self, responder: Client, manager: Client, make):
        incident = make.incident("InProgress")
        responder.post(f"incidents/{incident.id}/timeline", {"text": "长" * 20_000})
        for to, note in (("Recovering", ""), ("InProgress", "n" * 2000), ("Recovering", ""), ("Recovered", "")):
            answer = responder.move(f"incidents/{incident.id}", to, **({"note": note} if note else {}))
            assert answer.status_code == 200
        assert "长" * 20_000 in self.taken_again(responder, incident)

    def test_an_alert_that_flapped_all_night(self, app, responder: Client, make, clock):
        incident = make.incident("Recovered")
        row = {"incident_id": incident.id, "actor_name": "", "data": {"alert_id": 1, "title": "t", "level": "Info"}}
        kinds = [("note", "first"), *[("alert_refired", ""), ("alert_resolved", "")] * 600, ("note", "last")]
        with app.app_context():
            entries = [row | {"kind": kind, "text": text, "occurred_at": clock.now} for kind, text in kinds]
            db.session.add_all(TimelineEntry(**entry) for entry in entries)
            db.session.commit()
        assert self.taken_again(responder, incident) == ["first", "last"]
