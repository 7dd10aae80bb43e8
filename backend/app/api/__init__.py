"""HTTP: one file per resource; `wire/` is what they share. Registers every blueprint."""

from flask import Flask

from . import (
    action_items,
    alerts,
    auth,
    docs,
    health,
    hooks,
    incidents,
    integrations,
    postmortems,
    spa,
    users,
)
from .wire import headers, problems, watch
from .wire.blueprint import Api, IdentConverter

RESOURCES = (auth, users, alerts, incidents, postmortems, action_items, integrations, hooks)


def register(app: Flask) -> None:
    app.url_map.merge_slashes = False
    app.url_map.converters |= {"ident": IdentConverter, "page_path": spa.PagePath}
    problems.register(app)
    headers.register(app)
    watch.register(app)
    api = Api(app, spec_kwargs=docs.SPEC)
    api.register_converter(IdentConverter, docs.ident_parameter)
    for resource in RESOURCES:
        api.register_blueprint(resource.blp)
    for pages in (health, docs, spa):
        app.register_blueprint(pages.blp)
