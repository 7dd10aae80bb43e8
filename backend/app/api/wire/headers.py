"""Headers that every answer carries: nothing from outside, no framing, no guessing of types."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

SELF_ONLY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


HEADERS = {
    "Content-Security-Policy": SELF_ONLY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
API_HEADERS = HEADERS | {"Cache-Control": "no-store"}

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def register(app: Flask) -> None:
    app.wsgi_app = with_headers(app.wsgi_app)  # type: ignore[assignment]


def with_headers(inner: Wsgi) -> Wsgi:
    """Adds those that the view did not give itself; around Flask, where headers are a plain list."""

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        wanted = API_HEADERS if environ["PATH_INFO"].lstrip("/").startswith("api/") else HEADERS

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            given = {name.title() for name, _ in headers}
            added = [(name, value) for name, value in wanted.items() if name.title() not in given]
            return start_response(status, headers + added, *error)

        return inner(environ, start)

    return run
