"""Read what a migration made with plain SQL, in the shape of the `*.expected.json` files.

assert normalise(read_new(connection)) == normalise(expected["rows"])
assert read_rejects(connection) == rejects(expected["rows"])
"""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

COMPARED = [
    "legacy_id",
    "level",
    "fired_at",
    "resolved_at",
    "test",
    "alert",
    "incident",
    "linked_to",
    "severity",
    "resolution",
    "started_at",
    "detected_at",
    "acknowledged_at",
    "postmortem",
    "actions",
    "timeline_notes",
]
ALERTS = "SELECT legacy_id, legacy, status, level, fired_at, resolved_at, incident_id FROM alerts ORDER BY id"
INCIDENTS = """
SELECT id, legacy_id, status, severity, resolution, started_at, detected_at, acknowledged_at, recovered_at
FROM incidents
"""
POSTMORTEMS = "SELECT incident_id, status FROM post_mortems"
ACTIONS = "SELECT incident_id, status FROM action_items ORDER BY id"
NOTES = "SELECT incident_id, COUNT(*) FROM incident_timeline WHERE kind = 'note' GROUP BY incident_id"
REJECTS = "SELECT legacy_id, reason FROM migration_rejects ORDER BY id"


def read_new(connection: Any) -> list[dict[str, Any]]:
    """The converted rows of a migrated database, in the order of `alerts.id`; alerts made since are left out.

    `connection` is a DB-API connection or an SQLAlchemy `Connection`. An alert that is linked to another
    row's incident (a duplicate) has no incident of its own, but `linked_to`: the key of that other row.
    """
    incidents = _incidents(connection)
    return [
        _converted(alert, incidents.get(alert[-1])) for alert in _select(connection, ALERTS) if alert[1] is not None
    ]


def read_rejects(connection: Any) -> list[tuple[str | None, str]]:
    """Old key and reason of every rejected row, sorted."""
    return _sorted(_select(connection, REJECTS))


def rejects(rows: list[dict[str, Any]]) -> list[tuple[str | None, str]]:
    """Old key and reason of every row that is expected to be rejected, sorted."""
    return _sorted((_key(row["legacy_id"]), row["reason"]) for row in rows if row["result"] == "rejected")


def normalise(rows: list[dict[str, Any]], *, extra: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The converted rows with what both sides know, sorted by content; keys are text.

    Warnings are left out: a migrated database counts them but does not keep them row by row. `extra` names
    further fields to compare, such as `recovered_at`, which the JSON files do not have.
    """
    absent = {"actions": [], "timeline_notes": 0}
    compared = [
        {name: row.get(name, absent.get(name)) for name in [*COMPARED, *extra]} | {"legacy_id": _key(row["legacy_id"])}
        for row in rows
        if row.get("result", "converted") == "converted"
    ]
    return sorted(compared, key=lambda row: json.dumps(row, ensure_ascii=False))


def _converted(alert: tuple[Any, ...], incident: dict[str, Any] | None) -> dict[str, Any]:
    legacy_id, legacy, status, level, fired_at, resolved_at, _ = alert
    kept = legacy if isinstance(legacy, dict) else json.loads(legacy)
    row = {
        "legacy_id": legacy_id,
        "result": "converted",
        "level": level,
        "fired_at": _written(fired_at),
        "resolved_at": _written(resolved_at),
        "test": bool(kept.get("test")),
        "alert": status,
        "incident": None,
    }
    if incident is None:
        return row
    if incident["legacy_id"] != legacy_id:
        return {**row, "linked_to": incident["legacy_id"]}
    return {**row, **incident}


def _incidents(connection: Any) -> dict[int, dict[str, Any]]:
    """Every incident by its id, with what belongs to it."""
    drafts = dict(_select(connection, POSTMORTEMS))
    notes = dict(_select(connection, NOTES))
    actions = defaultdict(list)
    for incident_id, status in _select(connection, ACTIONS):
        actions[incident_id].append(status)
    return {
        ident: {
            "legacy_id": legacy_id,
            "incident": status,
            "severity": severity,
            "resolution": resolution,
            "started_at": _written(started_at),
            "detected_at": _written(detected_at),
            "acknowledged_at": _written(acknowledged_at),
            "recovered_at": _written(recovered_at),
            "postmortem": drafts.get(ident),
            "actions": actions[ident],
            "timeline_notes": notes.get(ident, 0),
        }
        for ident, legacy_id, status, severity, resolution, started_at, detected_at, acknowledged_at, recovered_at in (
            _select(connection, INCIDENTS)
        )
    }


def _select(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    if hasattr(connection, "exec_driver_sql"):
        return [tuple(row) for row in connection.exec_driver_sql(sql)]
    cursor = connection.cursor()
    cursor.execute(sql)
    found = [tuple(row) for row in cursor.fetchall()]
    cursor.close()
    return found


def _written(moment: datetime | str | None) -> str | None:
    """A UTC time of either database, to the millisecond."""
    if moment is None:
        return None
    utc = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return utc.isoformat(timespec="milliseconds") + "Z"


def _key(legacy_id: Any) -> str | None:
    return None if legacy_id is None else str(legacy_id)


def _sorted(pairs: Any) -> list[tuple[str | None, str]]:
    return sorted(pairs, key=lambda pair: (pair[0] or "", pair[1]))
