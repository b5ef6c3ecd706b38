"""Stacks: create, show, update, delete, and what they are made of."""

from __future__ import annotations

from heat_mq.api import faults
from heat_mq.api.call import Answer, Call
from heat_mq.api.schemas import stacks as schema
from heat_mq.api.views import stacks as view


def create(call: Call) -> Answer:
    body = call.json_map()
    name = schema.read_name(body)
    args = schema.read_create_args(body)
    sources = schema.read_sources(body, call.service.conf)
    identity = call.engine.create_stack(
        call.context, name, sources.required_template(), args=args, **sources.as_arguments()
    )
    return Answer({"stack": view.created(call.links, identity)}, status=201, location=call.links.url(identity, ""))


def show(call: Call) -> Answer:
    resolve = call.query.flag("resolve_outputs", default=True)
    stack = call.engine.show_stack(call.context, call.identity, resolve_outputs=resolve)
    return Answer({"stack": view.detail(call.links, stack)})


def update(call: Call) -> Answer:
    """PUT: everything anew, so there must be a template."""
    return _update(call, existing=False)


def patch(call: Call) -> Answer:
    """PATCH: merged into what is stored."""
    return _update(call, existing=True)


def _update(call: Call, *, existing: bool) -> Answer:
    body = call.json_map()
    args = schema.read_update_args(body, existing=existing)
    sources = schema.read_sources(body, call.service.conf)
    template = sources.template if existing else sources.required_template()
    call.engine.update_stack(call.context, call.identity, template, args=args, **sources.as_arguments())
    return Answer(faults.plain(202, "The update is stored and goes on."), status=202)


def delete(call: Call) -> Answer:
    call.engine.delete_stack(call.context, call.identity)
    return Answer(status=204)


def abandon(call: Call) -> Answer:
    return Answer(call.engine.abandon_stack(call.context, call.identity))


def export(call: Call) -> Answer:
    return Answer(call.engine.export_stack(call.context, call.identity))


def template(call: Call) -> Answer:
    return Answer(call.engine.get_template(call.context, call.identity))


def environment(call: Call) -> Answer:
    return Answer(call.engine.get_environment(call.context, call.identity))


def files(call: Call) -> Answer:
    return Answer(call.engine.get_files(call.context, call.identity))
