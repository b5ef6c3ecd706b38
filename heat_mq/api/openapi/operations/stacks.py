"""Stacks: what they are made of, how they are listed and shown, and what a change would do."""

from __future__ import annotations

from heat_mq.api.handlers import outputs, preview, stack_list, stacks
from heat_mq.api.openapi.parts import LINKS, ref
from heat_mq.api.openapi.schema import (
    ANY,
    MAP,
    NULL,
    TEXT,
    Operation,
    Schema,
    choice,
    closed,
    flag,
    list_of,
    nullable,
    number,
    of_keys,
    plus,
    text,
    texts,
)
from heat_mq.api.schemas import stacks as schema
from heat_mq.api.schemas.environment import SECTIONS
from heat_mq.api.schemas.fields import LARGEST
from heat_mq.api.views import stacks as view
from heat_mq.rpc import answers
from heat_mq.text import TRUTHS

# --- bodies -----------------------------------------------------------------------------------

_FLAG = {"anyOf": [{"type": ["boolean", "null"]}, {"enum": sorted(TRUTHS)}]}
_COUNT = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": LARGEST},
        {"type": "string", "pattern": "^[0-9]{1,9}$"},
        NULL,
    ]
}
_TEXTS = nullable(list_of(TEXT))
_ENVIRONMENT = {
    "type": "object",
    "properties": {name: {"type": "object" if kind is dict else "array"} for name, kind in SECTIONS.items()},
    "additionalProperties": False,
}
_SOURCES = {
    "template": {"type": ["object", "string", "null"], "description": "A map, or text of one in YAML or JSON."},
    "template_url": nullable({**TEXT, "description": "Where the template is, when 'template' is not given."}),
    "parameters": nullable(MAP),
    "environment": {"anyOf": [_ENVIRONMENT, TEXT, NULL]},
    "environment_files": _TEXTS,
    "files": nullable({"type": "object", "additionalProperties": TEXT}),
    "files_container": nullable(TEXT),
    "adopt_stack_data": nullable({**TEXT, "description": "JSON text of what abandon answered; it has a template."}),
}
_ARGS = {"timeout_mins": _COUNT, "disable_rollback": _FLAG, "tags": nullable({**TEXT, "description": "With commas."})}


def _body(*parts: Schema, required: tuple[str, ...] = ()) -> Schema:
    """Keys beyond these are ignored, as Heat does."""
    properties = {name: value for part in parts for name, value in part.items()}
    return {"type": "object", "properties": properties, "required": list(required)}


_NAME = {"stack_name": {"type": "string", "pattern": f"^{schema.NAME.pattern}$"}}
_CREATE = _body(_NAME, _SOURCES, _ARGS, {"converge": NULL}, required=("stack_name",))
_UPDATE = _body(_SOURCES, _ARGS, {"converge": _FLAG})
_PATCH = _body(_SOURCES, _ARGS, {"converge": _FLAG, "clear_parameters": _TEXTS})

# --- answers ----------------------------------------------------------------------------------

_CREATED = {"id": TEXT, "links": LINKS}
_COMMON = {
    "description": TEXT,
    "template_description": TEXT,
    "parameters": {"type": "object", "additionalProperties": TEXT},
    "tags": list_of(TEXT),
    "capabilities": list_of(TEXT),
    "notification_topics": list_of(TEXT),
}


def _nulls(names: tuple[str, ...]) -> Schema:
    """Keys that are always shown, with null where the engine gives none."""
    found = of_keys(answers.Stack, names)
    optional = {name: nullable(part) for name, part in found["properties"].items() if name not in found["required"]}
    return plus(found, optional)


_STATUS = {"stack_status": TEXT}
_LISTED = plus(
    _nulls(view.LISTED),
    {**_CREATED, **_STATUS, "description": TEXT, "tags": nullable(list_of(TEXT))},
    optional={"project": TEXT},
)
_OUTPUT = of_keys(answers.StackOutput)
_DETAIL = plus(_nulls(view.SHOWN), {**_CREATED, **_COMMON, **_STATUS}, optional={"outputs": list_of(_OUTPUT)})
_PREVIEW = plus(of_keys(answers.StackPreview, view.PREVIEWED), {**_CREATED, **_COMMON, "resources": list_of(ANY)})
_CHANGES = of_keys(answers.ResourceChanges)

_LIST = Operation(
    closed({"stacks": list_of(_LISTED)}, optional={"links": LINKS, "count": {"type": "integer", "minimum": 0}}),
    query=texts(*stack_list.FILTERS, "sort_keys")
    + number("limit")
    + text("marker", *stack_list.TAG_FILTERS)
    + choice("sort_dir", "asc", "desc")
    + flag("show_deleted", "show_nested", "show_hidden", "with_count", "global_tenant"),
)
_ACCEPTED = ref("Plain")

OPERATIONS = {
    stack_list.index: _LIST,
    stacks.create: Operation(
        closed({"stack": closed(_CREATED)}), status=201, body=_CREATE, refusals=(409,), location=True
    ),
    stacks.show: Operation(closed({"stack": _DETAIL}), query=flag("resolve_outputs")),
    stacks.update: Operation(_ACCEPTED, status=202, body=_UPDATE, refusals=(409,)),
    stacks.patch: Operation(_ACCEPTED, status=202, body=_PATCH, refusals=(409,)),
    stacks.delete: Operation(None, status=204, refusals=(409,)),
    stacks.abandon: Operation(MAP, refusals=(409,)),
    stacks.export: Operation(MAP, refusals=(409,)),
    stacks.template: Operation(MAP),
    stacks.environment: Operation(MAP),
    stacks.files: Operation({"type": "object", "additionalProperties": TEXT}),
    outputs.index: Operation(closed({"outputs": list_of(of_keys(answers.OutputSummary))})),
    outputs.show: Operation(closed({"output": _OUTPUT})),
    preview.create: Operation(closed({"stack": _PREVIEW}), body=_CREATE, refusals=(409,)),
    preview.update: Operation(
        closed({"resource_changes": _CHANGES}), body=_UPDATE, query=flag("show_nested"), refusals=(409,)
    ),
    preview.patch: Operation(
        closed({"resource_changes": _CHANGES}), body=_PATCH, query=flag("show_nested"), refusals=(409,)
    ),
    preview.validate: Operation(
        of_keys(answers.Validation),
        body=_body(_SOURCES),
        query=flag("show_nested") + choice("ignore_errors", *preview.IGNORABLE),
    ),
}
