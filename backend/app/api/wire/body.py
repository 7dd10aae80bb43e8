"""The request's body: read whole before anything is locked for it."""

import sys

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestEntityTooLarge, RequestTimeout


def read_body() -> bytes:
    """All of it, kept for whoever asks again. 408 when it stalls, 413 when it is too large, 400 when it is broken.

    A sender may be slow or gone half way: a transaction that waited for it would hold up everybody else.
    """
    try:
        body = request.get_data()
    except (ClientDisconnected, ParseException) as error:
        if isinstance(error.__context__, TimeoutError):
            raise RequestTimeout("The body did not arrive in time.") from None
        raise BadRequest("The body did not arrive whole.") from None
    # Of a chunked body werkzeug hands out what fits, and drops the rest unsaid.
    if request.content_length is None and len(body) >= (request.max_content_length or sys.maxsize):
        raise RequestEntityTooLarge
    return body
