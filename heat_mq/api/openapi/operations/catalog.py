"""What the engines know: types, template versions, builds, and the engines themselves."""

from __future__ import annotations

from heat_mq.api.handlers import build_info, resource_types, services, template_versions
from heat_mq.api.openapi.schema import MAP, TEXT, Operation, choice, closed, flag, list_of, of_keys, text
from heat_mq.rpc import answers

_TYPES = {"anyOf": [list_of(TEXT), list_of(of_keys(answers.ResourceTypeSummary))]}
_BUILD = closed({"revision": TEXT})

OPERATIONS = {
    build_info.show: Operation(closed({"api": _BUILD, "engine": _BUILD})),
    services.index: Operation(closed({"services": list_of(of_keys(answers.Service))})),
    resource_types.index: Operation(
        closed({"resource_types": _TYPES}),
        query=text("support_status", "name", "version") + flag("with_description"),
    ),
    resource_types.show: Operation(of_keys(answers.ResourceSchema), query=flag("with_description")),
    resource_types.template: Operation(MAP, query=choice("template_type", *resource_types.TEMPLATE_TYPES)),
    template_versions.index: Operation(closed({"template_versions": list_of(of_keys(answers.TemplateVersion))})),
    template_versions.functions: Operation(
        closed({"template_functions": list_of(of_keys(answers.TemplateFunction))}), query=flag("with_condition_func")
    ),
}
