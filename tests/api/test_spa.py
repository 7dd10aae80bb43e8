"""The single-page app: one page for all deep links, its files packed and cached, nothing from outside its folder."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backend.app.api import spa
from tests.harness.client import Client
from tests.ledger import refused

PAGE = "<!doctype html><title>闭环</title>"
SCRIPT = "console.log('loop');\n" * 100
SECRET = "not for the world"
NEVER_STALE = "public, max-age=31536000, immutable"

Browse = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built app; around its folder, files that are nobody's business."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "favicon.svg").write_text("<svg/>")
    for name in ("app-1a2b.js", "small-3c4d.js"):
        (folder / "assets" / name).write_text(SCRIPT)
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "dist-of-before").mkdir()
    (tmp_path / "dist-of-before" / "secret.txt").write_text(SECRET)
    monkeypatch.setattr(spa, "DIST", folder)
    return folder


@pytest.fixture
def browse(client: Client) -> Browse:
    """`browse("/incidents", if_none_match="…")` without a token; the file is read to its end and closed."""

    def get(address: str, method: str = "GET", **headers: str) -> TestResponse:
        return client.send(method, address, headers=headers, buffered=True)

    return get


@pytest.mark.parametrize(
    "address", ["/", "/index.html", "/incidents-new", "/incidents/12?tab=timeline", "/postmortems/3/edit", "/告警"]
)
def test_every_address_of_the_app_is_its_one_page_which_is_never_kept_unasked(browse: Browse, address: str):
    answer = browse(address)
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/html", PAGE)
    assert answer.headers["Cache-Control"] == "no-cache, max-age=0"


def test_nobody_has_to_log_in_for_the_app(browse: Browse):
    assert browse("/").status_code == 200
    assert browse("/assets/app-1a2b.js").status_code == 200


def test_an_asset_carries_a_hash_in_its_name_and_is_kept_for_a_year(browse: Browse):
    answer = browse("/assets/app-1a2b.js")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/javascript", SCRIPT)
    assert answer.headers["Cache-Control"] == NEVER_STALE


def test_another_file_keeps_its_name_and_is_asked_for_again(browse: Browse):
    answer = browse("/favicon.svg")
    assert (answer.mimetype, answer.text) == ("image/svg+xml", "<svg/>")
    assert answer.headers["Cache-Control"] == "no-cache, max-age=0"


@pytest.mark.parametrize("address", ["/assets/of-an-older-build.js", "/assets/", "/assets/app-1a2b.js/x"])
def test_an_asset_that_is_gone_is_not_the_page_under_a_scripts_name(browse: Browse, address: str):
    answer = browse(address)
    refused(answer, 404, "not_found")
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8"])
def test_a_browser_that_takes_gzip_gets_the_packed_sibling_under_the_files_own_type(browse: Browse, accepted: str):
    answer = browse("/assets/app-1a2b.js", accept_encoding=accepted)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == SCRIPT
    assert len(answer.data) < len(SCRIPT) / 10
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", NEVER_STALE)


@pytest.mark.parametrize(
    "address, accepted",
    [
        ("/assets/app-1a2b.js", None),
        ("/assets/app-1a2b.js", "identity"),
        ("/assets/app-1a2b.js", "br"),
        ("/assets/small-3c4d.js", "gzip"),
    ],
)
def test_whoever_takes_no_gzip_or_where_nothing_is_packed_the_plain_file_goes_out(browse, address, accepted):
    answer = browse(address, **({"accept_encoding": accepted} if accepted else {}))
    assert "Content-Encoding" not in answer.headers
    assert answer.text == SCRIPT


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("address", ["/", "/assets/app-1a2b.js", "/assets/small-3c4d.js"])
def test_a_cache_between_keeps_the_packed_and_the_plain_apart(browse: Browse, address: str, accepted: str):
    assert browse(address, accept_encoding=accepted).headers["Vary"] == "Accept-Encoding"


def test_what_the_browser_has_already_is_not_sent_again(browse: Browse):
    plain = browse("/assets/app-1a2b.js").headers["ETag"]
    packed = browse("/assets/app-1a2b.js", accept_encoding="gzip").headers["ETag"]
    assert plain != packed
    again = browse("/assets/app-1a2b.js", if_none_match=plain)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == NEVER_STALE


def test_a_new_build_is_seen_at_the_next_load(browse: Browse, dist: Path):
    before = browse("/").headers["ETag"]
    (dist / "index.html").write_text(PAGE + "<p>new</p>", encoding="utf-8")
    answer = browse("/", if_none_match=before)
    assert (answer.status_code, answer.text) == (200, PAGE + "<p>new</p>")


@pytest.mark.parametrize(
    "address",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/..%5csecret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/../dist-of-before/secret.txt",
        "/../dist/../secret.txt",
        "/./../secret.txt",
        "/secret.txt",
        "/secret.txt%00.js",
        "/%ff/secret.txt",
    ],
)
def test_no_path_leads_out_of_the_folder(browse: Browse, address: str):
    answer = browse(address)
    assert SECRET not in answer.text
    if answer.status_code == 200:
        assert answer.text == PAGE
    else:
        refused(answer, 404, "not_found")


def test_nor_does_an_absolute_one(browse: Browse, tmp_path: Path):
    for slashes in ("/", "//", "/%2f", "/%2f%2f", "/file://"):
        answer = browse(f"{slashes}{tmp_path / 'secret.txt'}")
        assert answer.status_code in (200, 404)
        assert SECRET not in answer.text


def test_an_address_that_begins_like_another_host_sends_nobody_there(browse: Browse):
    for address in ("//evil.example/x", "/\\evil.example/x", "/%2f%2fevil.example/x"):
        answer = browse(address)
        assert "Location" not in answer.headers
        assert answer.status_code in (200, 404)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/v9/alerts", "/api/v1", "/api/"])
def test_an_address_of_the_api_that_does_not_exist_is_a_problem_and_not_the_page(browse: Browse, method, address):
    answer = browse(address, method)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"
    if method != "HEAD":
        refused(answer, 404, "not_found")


def test_an_address_of_the_api_is_one_however_many_slashes_it_begins_with(app: Flask):
    answer = app.test_client().get("/", environ_overrides={"PATH_INFO": "//api/v1/alerts"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")


@pytest.mark.parametrize("address", ["/healthz/x", "/readyz/x"])
def test_nor_is_the_page_what_a_monitor_gets_that_asks_for_the_wrong_check(browse: Browse, address: str):
    refused(browse(address), 404, "not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_page_is_only_read(browse: Browse, method: str):
    answer = browse("/incidents-new", method)
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_says_the_same_without_the_page(browse: Browse):
    whole, head = browse("/incidents-new"), browse("/incidents-new", "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]


def test_an_app_that_is_not_built_says_so_and_the_api_works_on(browse: Browse, responder: Client, monkeypatch):
    monkeypatch.setattr(spa, "DIST", Path("/nowhere/dist"))
    problem = refused(browse("/incidents-new"), 404, "not_found")
    assert "make setup" in problem["detail"]
    assert responder.get("alerts").status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/incidents-new", "/assets/app-1a2b.js", "/assets/gone.js", "/api/v1/alerts", "/api/v1/nothing"]
)
def test_every_answer_forbids_frames_guessed_types_and_all_that_comes_from_outside(browse: Browse, address: str):
    headers = browse(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not [name for name, sources in policy.items() if "*" in sources or "http" in sources]
    assert "unsafe" not in policy["script-src"] + policy["default-src"]


def test_a_path_longer_than_a_file_name_can_be_is_the_page(browse: Browse):
    assert browse("/" + "a" * 300).status_code == 200


@pytest.mark.parametrize("accepted", ["gzip;q=0", "x-gzip", "identity, gzip;q=0"])
def test_gzip_that_is_refused_is_not_sent(browse: Browse, accepted: str):
    answer = browse("/assets/app-1a2b.js", accept_encoding=accepted)
    assert "Content-Encoding" not in answer.headers
    assert answer.text == SCRIPT


def test_a_path_with_two_dots_is_not_kept_for_a_year_under_another_name(browse: Browse):
    assert browse("/assets/%2e%2e/index.html").status_code == 404
