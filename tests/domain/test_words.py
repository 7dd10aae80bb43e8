"""The small rules: fingerprints, levels, the clock, sentences."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.domain import clock
from backend.app.domain.fingerprint import fingerprint, fingerprint_given, fingerprint_of_labels
from backend.app.domain.levels import Level, Severity, severity_of
from backend.app.domain.roles import Role
from backend.app.domain.wording import timeline_sentence

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
labels = st.dictionaries(texts, texts, max_size=5)


@given(texts, texts, labels)
def test_a_fingerprint_does_not_depend_on_the_order_of_labels(source, title, given):
    backwards = dict(reversed(given.items()))
    assert fingerprint(source, title, given) == fingerprint(source, title, backwards)
    assert fingerprint_of_labels(source, given) == fingerprint_of_labels(source, backwards)


@given(st.tuples(texts, texts, labels), st.tuples(texts, texts, labels))
def test_what_differs_has_different_fingerprints(one, other):
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


@given(texts, texts, labels)
def test_a_fingerprint_is_forty_hex_digits(source, title, given):
    for made in (fingerprint(source, title, given), fingerprint_of_labels(source, given)):
        assert len(made) == 40
        assert set(made) <= set("0123456789abcdef")


def test_parts_cannot_be_shifted_into_one_another():
    assert fingerprint("ab", "c", {}) != fingerprint("a", "bc", {})
    assert fingerprint_of_labels("s", {"a": "b,c"}) != fingerprint_of_labels("s", {"a,b": "c"})
    assert fingerprint_given("ab", "c") != fingerprint_given("a", "bc")


def test_two_sources_may_use_the_same_key():
    assert fingerprint_given("zabbix", "17") != fingerprint_given("cron", "17")
    assert fingerprint_given("zabbix", "17") == fingerprint_given("zabbix", "17")


@pytest.mark.parametrize("level, severity", [("Critical", "P1"), ("Error", "P2"), ("Warning", "P3"), ("Info", "P4")])
def test_each_level_has_its_severity(level, severity):
    assert severity_of([Level(level)]) == severity


def test_the_worst_level_decides():
    assert severity_of([Level.INFO, Level.CRITICAL, Level.WARNING]) is Severity.P1
    assert severity_of([Level.INFO, Level.WARNING]) is Severity.P3


def test_each_role_includes_the_ones_before_it():
    order = ["viewer", "responder", "manager", "admin"]
    included = {role: [other for other in order if Role(role).includes(Role(other))] for role in order}
    assert included == {
        "viewer": ["viewer"],
        "responder": ["viewer", "responder"],
        "manager": ["viewer", "responder", "manager"],
        "admin": ["viewer", "responder", "manager", "admin"],
    }


def test_the_clock_can_be_held_and_goes_on_afterwards():
    then = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    with clock.held_at(then):
        assert clock.now() == then
        with clock.held_at(then + timedelta(hours=1)):
            assert clock.now() == then + timedelta(hours=1)
        assert clock.now() == then
    assert clock.now() != then
    assert clock.now().tzinfo is UTC


def test_a_held_clock_answers_in_utc():
    with clock.held_at(datetime(2026, 1, 2, 8, 0, tzinfo=timezone(timedelta(hours=8)))):
        assert clock.now() == datetime(2026, 1, 2, 0, 0, tzinfo=UTC)
        assert clock.now().utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.held_at(datetime(2026, 1, 2)):  # noqa: DTZ001
        pytest.fail("the clock took a naive time")


@pytest.mark.parametrize(
    "language, kind, data, text, sentence",
    [
        ("zh-CN", "created", {}, "", "王芳 上报故障"),
        ("en", "created", {}, "", "王芳 opened the incident"),
        ("zh-CN", "moved", {"from": "Pending", "to": "InProgress"}, "", "王芳 将状态从“待确认”变更为“处理中”"),
        ("en", "moved", {"from": "Pending", "to": "Closed"}, "typo", "王芳 moved it from Pending to Closed: typo"),
        ("zh-CN", "moved", {"from": "Pending", "to": "Closed"}, "误报", "王芳 将状态从“待确认”变更为“已关闭”：误报"),
        ("en", "assigned", {"from": None, "to": "Li Lei"}, "", "王芳 assigned it to Li Lei"),
        ("en", "assigned", {"from": "Li Lei", "to": None}, "", "王芳 unassigned it"),
        ("zh-CN", "alert_linked", {"title": "磁盘满"}, "", "关联告警：磁盘满"),
        ("en", "alert_refired", {"title": "{disk}"}, "", "Alert fired again: {disk}"),
        ("fr", "created", {}, "", "王芳 opened the incident"),
        ("en", "note", {}, "restarted {it}", "restarted {it}"),
    ],
)
def test_timeline_sentences(language, kind, data, text, sentence):
    assert timeline_sentence(language, kind, "王芳", data, text) == sentence
