"""flask-smorest as this API uses it: strict bodies, strict queries, one form of error."""

import json
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Request
from flask_smorest.utils import prepare_response
from marshmallow import ValidationError
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.routing import IntegerConverter

from ...schemas.base import ProblemOut
from .body import read_body
from .problems import MEDIA_TYPE


class Parser(FlaskParser):
    """Schemas decide about unknown names, in the query too; bodies are JSON or refused."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}

    def load_querystring(self, req: Request, schema: Any) -> Any:
        refuse_repeated(req.args)
        return super().load_querystring(req, schema)

    def load_json(self, req: Request, schema: Any) -> Any:
        body = read_body()
        if not body.strip():
            if getattr(schema, "body_required", False):
                raise BadRequest("A JSON body is needed.")
            return missing
        if not req.is_json:
            raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
        return parse_json(body)


def refuse_repeated(args: MultiDict[str, str]) -> None:
    """One value a name: of two, one would be dropped unsaid. Several words go with commas."""
    twice = [name for name, values in args.lists() if len(values) > 1]
    if twice:
        raise ValidationError({name: ["Given more than once."] for name in twice})


def parse_json(body: bytes) -> Any:
    """Strict JSON; 400 for anything else."""
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class Blueprint(flask_smorest.Blueprint):
    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """As flask-smorest's, with the schema made once instead of for every request."""
        instance = schema() if isinstance(schema, type) else schema
        instance.body_required = options.get("required", True)
        return super().arguments(instance, **options)


class Api(flask_smorest.Api):
    """Errors are answered by `problems`; the document describes them all as one default response."""

    def _register_error_handlers(self) -> None:
        """Ours are registered already."""

    def _register_responses(self) -> None:
        refused = {"description": "Refused: a problem with a stable `code`", "schema": ProblemOut}
        prepare_response(refused, self.spec, MEDIA_TYPE)
        self.spec.components.response("DEFAULT_ERROR", refused, lazy=True)
        for status in HTTPStatus:
            self.spec.components.response(status.name, refused | {"description": status.phrase}, lazy=True)


class IdentConverter(IntegerConverter):
    """An id in a path; what cannot be one names nothing (404) instead of overflowing the database.

    By its pattern, not by a range: werkzeug answers 405 for a number outside the range of one.
    """

    regex = r"[1-9][0-9]{0,17}"
