"""Resource types, template versions and functions: what the engine knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from heat_mq.clients.credentials import TokenCredential
from heat_mq.context import RequestContext
from heat_mq.errors import Forbidden, NotFound, NotSupported, ServiceMissing, UserError, nearest
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit.describe import attributes_of, describe_type, summary_of
from heat_mq.resources.kit.registry import get, load
from heat_mq.template import template_functions, template_versions

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

STATUSES = ("SUPPORTED", "DEPRECATED", "UNSUPPORTED", "HIDDEN")
PARAMETER_TYPES = {
    "string": "String",
    "integer": "Number",
    "number": "Number",
    "boolean": "Boolean",
    "list": "CommaDelimitedList",
    "map": "Json",
    "any": "Json",
}


def list_resource_types(
    service: Service,
    context: RequestContext,
    support_status: str | None = None,
    type_name: str | None = None,
    heat_version: str | None = None,
    with_description: bool = False,
) -> list[Any]:
    if support_status is not None and support_status not in STATUSES:
        raise UserError(f"The support status is one of {', '.join(STATUSES)}, not {support_status!r:.60}.")
    offered = _offered(service, context)
    found = [
        cls
        for name, cls in load().items()
        if cls.support.status != "HIDDEN"
        and (support_status is None or cls.support.status == support_status)
        and (heat_version is None or cls.support.version == heat_version)
        and (type_name is None or _matches(type_name, name))
        and offered(cls)
    ]
    if with_description:
        return [{"resource_type": cls.type, "description": summary_of(cls)} for cls in found]
    return [cls.type for cls in found]


def resource_schema(
    service: Service, context: RequestContext, type_name: str, with_description: bool = False
) -> dict[str, Any]:
    cls = _visible(service, context, type_name)
    shown = describe_type(cls)
    if with_description:
        shown["description"] = summary_of(cls)
    return shown


def generate_template(
    service: Service, context: RequestContext, type_name: str, template_type: str = "cfn"
) -> dict[str, Any]:
    """A template with one resource of the type, a parameter for each property and an output for each attribute."""
    cls = _visible(service, context, type_name)
    return _hot(cls) if template_type == "hot" else _cfn(cls)


def list_template_versions() -> list[dict[str, Any]]:
    return template_versions()


def list_template_functions(template_version: str, with_condition: bool = False) -> list[dict[str, Any]]:
    found = template_functions(template_version, with_conditions=with_condition)
    if found is None:
        known = [version["version"] for version in template_versions()]
        near = nearest(template_version, known)
        raise NotFound(f"The Template version ({template_version}) could not be found.", suggestion=near)
    return found


def _visible(service: Service, context: RequestContext, type_name: str) -> type[Resource]:
    cls = get(type_name)
    if cls.support.status == "HIDDEN":
        raise NotSupported(f"{type_name} is not supported any more.")
    if not service.enforcer.may_use_type(context, type_name):
        raise Forbidden(f"You may not use the resource type {type_name}.")
    if not _offered(service, context)(cls):
        raise ServiceMissing(f"HEAT-E99001 Service {cls.service} is not available for resource type {type_name}.")
    return cls


def _offered(service: Service, context: RequestContext) -> Any:
    """Whether the caller may use a type and the cloud has what it needs; each service is asked for once."""
    cloud = service.clouds.cloud(TokenCredential.of(context), context.region_name)
    known: dict[str, bool] = {"": True}

    def offered(cls: type[Resource]) -> bool:
        if cls.service not in known:
            known[cls.service] = cloud.has(cls.service)
        return known[cls.service] and service.enforcer.may_use_type(context, cls.type)

    return offered


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.match(pattern, name) is not None
    except re.error:
        return False


def _hot(cls: type[Resource]) -> dict[str, Any]:
    parameters, properties = {}, {}
    for name, prop in cls.Properties.props.items():
        if prop.hidden:
            continue
        kind = PARAMETER_TYPES[prop.kind]
        entry: dict[str, Any] = {
            "type": {
                "String": "string",
                "Number": "number",
                "Boolean": "boolean",
                "CommaDelimitedList": "comma_delimited_list",
                "Json": "json",
            }[kind],
            "description": prop.doc,
        }
        if prop.default is not None:
            entry["default"] = prop.default
        if prop.constraints:
            entry["constraints"] = [rule.as_dict() for rule in prop.constraints]
        parameters[name] = entry
        properties[name] = {"get_param": name}
    outputs = {
        name: {"description": prop.doc, "value": {"get_attr": [cls.__name__, name]}}
        for name, prop in attributes_of(cls).items()
    }
    outputs["OS::stack_id"] = {"value": {"get_resource": cls.__name__}}
    return {
        "heat_template_version": "2016-10-14",
        "description": f"Initial template of {cls.__name__}",
        "parameters": parameters,
        "resources": {cls.__name__: {"type": cls.type, "properties": properties}},
        "outputs": outputs,
    }


def _cfn(cls: type[Resource]) -> dict[str, Any]:
    parameters, properties = {}, {}
    for name, prop in cls.Properties.props.items():
        if prop.hidden:
            continue
        entry: dict[str, Any] = {"Type": PARAMETER_TYPES[prop.kind], "Description": prop.doc}
        if prop.default is not None:
            entry["Default"] = prop.default
        for rule in prop.constraints:
            for key, argument in rule.as_dict().items():
                if key == "allowed_values":
                    entry["AllowedValues"] = argument
                elif key == "allowed_pattern":
                    entry["AllowedPattern"] = argument
        parameters[name] = entry
        properties[name] = {"Ref": name} if prop.kind != "list" else {"Fn::Split": [",", {"Ref": name}]}
    outputs = {
        name: {"Description": prop.doc, "Value": {"Fn::GetAtt": [cls.__name__, name]}}
        for name, prop in attributes_of(cls).items()
    }
    outputs["OS::stack_id"] = {"Value": {"Ref": cls.__name__}}
    return {
        "HeatTemplateFormatVersion": "2012-12-12",
        "Description": f"Initial template of {cls.__name__}",
        "Parameters": parameters,
        "Resources": {cls.__name__: {"Type": cls.type, "Properties": properties}},
        "Outputs": outputs,
    }
