"""Reading a migrated database back gives rows in the shape of the expectations."""

import sqlite3

import pytest

from tests.importer.oldworld.compare import normalise, read_new, read_rejects, rejects

SCHEMA = """
CREATE TABLE alerts (id, legacy_id, legacy, status, level, fired_at, resolved_at, incident_id);
CREATE TABLE incidents (id, legacy_id, status, severity, resolution, started_at, detected_at, acknowledged_at,
    recovered_at);
CREATE TABLE post_mortems (incident_id, status);
CREATE TABLE action_items (id, incident_id, status);
CREATE TABLE incident_timeline (incident_id, kind);
CREATE TABLE migration_rejects (id, legacy_id, reason);
INSERT INTO incidents VALUES (5, '7', 'Closed', 'P1', NULL, '2024-01-01 00:00:00', '2024-01-01 00:01:00.500000', NULL,
    '2024-01-01 02:00:00.000000');
INSERT INTO alerts VALUES
    (1, '7', '{"test": true}', 'Linked', 'Critical', '2024-01-01 00:01:00.500000', '2024-01-01 02:00:00', 5),
    (2, '8', '{}', 'Linked', 'Info', '2024-01-01 00:02:00', NULL, 5),
    (3, '9', '{}', 'Pending', 'Info', '2024-01-01 00:03:00', NULL, NULL),
    (4, NULL, NULL, 'Pending', 'Info', '2025-01-01 00:00:00', NULL, NULL);
INSERT INTO post_mortems VALUES (5, 'Draft');
INSERT INTO action_items VALUES (2, 5, 'Done'), (1, 5, 'Open');
INSERT INTO incident_timeline VALUES (5, 'note'), (5, 'transition'), (5, 'note');
INSERT INTO migration_rejects VALUES (1, '10', 'no_time'), (2, NULL, 'duplicate_row');
"""
EXPECTED = [
    {"legacy_id": 10, "result": "rejected", "reason": "no_time"},
    {"legacy_id": None, "result": "rejected", "reason": "duplicate_row"},
    {
        "legacy_id": 7,
        "result": "converted",
        "level": "Critical",
        "fired_at": "2024-01-01T00:01:00.500Z",
        "resolved_at": "2024-01-01T02:00:00.000Z",
        "test": True,
        "alert": "Linked",
        "incident": "Closed",
        "severity": "P1",
        "resolution": None,
        "started_at": "2024-01-01T00:00:00.000Z",
        "detected_at": "2024-01-01T00:01:00.500Z",
        "acknowledged_at": None,
        "recovered_at": "2024-01-01T02:00:00.000Z",
        "postmortem": "Draft",
        "actions": ["Open", "Done"],
        "timeline_notes": 2,
    },
    {
        "legacy_id": 8,
        "result": "converted",
        "level": "Info",
        "fired_at": "2024-01-01T00:02:00.000Z",
        "resolved_at": None,
        "test": False,
        "alert": "Linked",
        "incident": None,
        "linked_to": "7",
    },
    {
        "legacy_id": 9,
        "result": "converted",
        "level": "Info",
        "fired_at": "2024-01-01T00:03:00.000Z",
        "resolved_at": None,
        "test": False,
        "alert": "Pending",
        "incident": None,
    },
]


@pytest.fixture
def connection():
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    yield connection
    connection.close()


def test_it_reads_imported_rows_with_all_that_belongs_to_them(connection):
    extra = ("recovered_at",)

    assert normalise(read_new(connection), extra=extra) == normalise(EXPECTED, extra=extra)


def test_it_reads_rejected_rows(connection):
    assert read_rejects(connection) == rejects(EXPECTED)
