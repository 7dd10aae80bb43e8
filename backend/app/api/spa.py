"""The single-page app: built files, and its one page for every address that is not the API's."""

from pathlib import Path

from flask import Blueprint, Response, abort, request, send_from_directory
from werkzeug.routing import PathConverter
from werkzeug.security import safe_join

from ..config import ROOT

DIST = ROOT / "frontend" / "dist"
YEAR = 365 * 24 * 3600

blp = Blueprint("spa", __name__)


class PagePath(PathConverter):
    """Any address but the API's: there, a path that does not exist is 404 and a wrong method 405."""

    regex = r"(?!api$|api/|healthz|readyz|metrics)[^/].*?"


@blp.get("/")
@blp.get("/<page_path:path>")
def page(path: str = "") -> Response:
    """A built file if there is one; else the app, whose router knows the address (deep links)."""
    if ".." in path.split("/"):
        abort(404)
    if path and _is_file(path):
        return _send(path, max_age=YEAR if path.startswith("assets/") else 0)
    if path.startswith("assets/"):
        abort(404)
    if not _is_file("index.html"):
        abort(404, "The web app is not built: run `make setup`.")
    return _send("index.html", max_age=0)


def _send(path: str, max_age: int) -> Response:
    """The file, or its compressed sibling; names under assets/ carry a hash and never change."""
    packed = _is_file(f"{path}.gz") and request.accept_encodings["gzip"] > 0
    if not packed:
        response = send_from_directory(DIST, path, max_age=max_age)
    else:
        plain = send_from_directory(DIST, path, max_age=max_age)
        response = send_from_directory(DIST, f"{path}.gz", mimetype=plain.mimetype, max_age=max_age)
        plain.close()
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    if max_age == YEAR:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _is_file(path: str) -> bool:
    joined = safe_join(str(DIST), path)
    try:
        return joined is not None and Path(joined).is_file()
    except OSError:  # a name longer than names can be
        return False
