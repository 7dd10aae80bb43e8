"""Headers that every answer carries: nothing from outside, no framing, no guessing of types."""

from flask import Flask, Response, request

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


def register(app: Flask) -> None:
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Those that the view did not give itself."""
    wanted = API_HEADERS if request.path.startswith("/api/") else HEADERS
    given = {name.title() for name in response.headers.keys()}  # noqa: SIM118 (iterating gives pairs)
    response.headers.extend({name: value for name, value in wanted.items() if name.title() not in given})
    return response
