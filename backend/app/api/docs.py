"""The API's own page at /api/docs, served without any outside host."""

from typing import Any

from flask import Blueprint, Response

DESCRIPTION = """Everything wants `Authorization: Bearer <access token>` (people) or an integration key (monitors).
Errors are `application/problem+json` with a stable `code`. Lists answer `items` and `next_cursor`.
Single objects carry an `ETag`; writes honour `If-Match`; creating POSTs (but of integrations, whose key is shown
once) and transitions honour `Idempotency-Key`."""

SPEC: dict[str, Any] = {
    "info": {"description": DESCRIPTION},
    "components": {
        "securitySchemes": {
            "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "integrationKey": {"type": "http", "scheme": "bearer"},
        }
    },
    "security": [{"accessToken": []}],
}

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Closeloop API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</html>
"""

START = """SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });
"""

blp = Blueprint("api-page", __name__, url_prefix="/api/docs")


@blp.get("")
def page() -> Response:
    return Response(PAGE, mimetype="text/html")


@blp.get("/start.js")
def start() -> Response:
    """Apart from the page, because its policy allows no inline script."""
    return Response(START, mimetype="text/javascript")


def ident_parameter(converter: Any) -> dict[str, Any]:
    """How an id in a path is described."""
    return {"type": "integer", "format": "int64", "minimum": 1}
