"""Functions that point at parameters, resources and the resource that a nested template stands for."""

from __future__ import annotations

from typing import Any, NamedTuple

from heat_mq.errors import MissingParameter, nearest
from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, Scope, intrinsic, items
from heat_mq.template.marks import UNKNOWN, Secret


class Target(NamedTuple):
    """What a reference names: a resource, and an attribute of it (None: all of them) with a path."""

    resource: Any
    attribute: Any = None
    steps: tuple[Any, ...] = ()


def parameter(name: str, scope: Scope, *place: str | int) -> Any:
    """The value of a parameter, marked; refuses a name without one, and tells the nearest."""
    try:
        return scope.parameters[name]
    except KeyError:
        raise Refused(
            f"The Parameter ({name}) was not provided.",
            *place,
            error=MissingParameter,
            suggestion=nearest(name, scope.parameters),
            whole=True,
        ) from None


@intrinsic("get_param", since="2013-05-23", condition_since="2016-10-14", scoped=True)
def get_param(args: Any, scope: Scope) -> Any:
    """The value of a parameter, or what stands at a path inside it; a step that does not fit gives "".

    ``{get_param: size}`` gives the parameter ``size``, ``{get_param: [map, key, 0]}`` a part of ``map``.
    """
    match args:
        case str(name):
            return parameter(name, scope)
        case [str(name), *steps]:
            return _inside(parameter(name, scope, 0), steps)
    raise Refused(f"takes the name of a parameter, or a list of a name and a path, not {shown(args)}")


def _inside(value: Any, steps: list[Any]) -> Any:
    if value is UNKNOWN:
        return UNKNOWN if steps else value
    if isinstance(value, Secret):
        return Secret(_inside(value.value, steps))
    for step in steps:
        try:
            if isinstance(value, dict):
                value = value[step]
            elif isinstance(value, list | str):
                value = value[int(step) if isinstance(step, str) else step]
            else:
                return ""
        except (KeyError, IndexError, TypeError, ValueError):
            return ""
    return value


@intrinsic("get_resource", since="2013-05-23", kind="resource")
def get_resource(args: Any) -> Target:
    """The id of a resource of this template, once it exists; before that its name.

    Each type says what its id is: most give the physical id, a key pair its name, a random string its value.
    """
    if not isinstance(args, str):
        raise Refused(f"takes the name of a resource, not {shown(args)}")
    return Target(args)


def _target(args: list[Any]) -> Target:
    name, *rest = args
    if not isinstance(name, str):
        raise Refused(f"takes the name of a resource first, not {shown(name)}", 0)
    return Target(name, rest[0], tuple(rest[1:])) if rest else Target(name)


@intrinsic("get_attr", since="2013-05-23", until="2015-04-30", kind="attribute", shape=items(2, None))
def get_attr_of(args: list[Any]) -> Target:
    """An attribute of a resource, or what stands at a path inside it; a step that does not fit gives null.

    ``{get_attr: [server, addresses, net, 0]}`` walks the attribute ``addresses``.
    """
    return _target(args)


def _attr_shape(args: Any) -> str | None:
    # Heat takes a text of one character for a list of one item.
    fits = bool(args) if isinstance(args, list) else isinstance(args, str) and len(args) == 1
    return None if fits else "takes a list: a resource and, if wanted, an attribute and a path in it"


@intrinsic("get_attr", since="2015-10-15", kind="attribute", shape=_attr_shape)
def get_attr(args: Any) -> Target:
    """An attribute of a resource, or what stands at a path inside it; without a name, a map of all attributes.

    ``{get_attr: [server, addresses, net, 0]}`` walks the attribute ``addresses``.
    """
    return _target(list(args))


@intrinsic("Fn::GetAtt", cfn="all", kind="attribute", shape=items(2, of="a resource and an attribute"))
def fn_get_att(args: list[Any]) -> Target:
    """An attribute of a resource.

    ``{"Fn::GetAtt": [server, PublicIp]}`` asks for the attribute ``PublicIp``.
    """
    return _target(args)


@intrinsic("Ref", since="2013-05-23", until="2013-05-23", cfn="all", condition_cfn=True, kind="reference", scoped=True)
def ref(args: Any, scope: Scope) -> Any:
    """The id of a resource, or the value of a parameter.

    ``{Ref: server}`` gives the id of the resource ``server``.
    """
    if not isinstance(args, str):
        raise Refused(f"takes the name of a resource or parameter, not {shown(args)}")
    return parameter(args, scope)


_FACADE = ("metadata", "deletion_policy", "update_policy")
_FN_FACADE = {"Metadata": "metadata", "DeletionPolicy": "deletion_policy", "UpdatePolicy": "update_policy"}


def _facade(part: str, scope: Scope) -> Any:
    if scope.facade is None:
        raise Refused(f"has no {part} to give: this template does not stand for a resource of another one")
    return scope.facade.get(part)


def _facade_shape(args: Any) -> str | None:
    return None if args in _FACADE else f"takes one of {', '.join(_FACADE)}, not {shown(args)}"


def _fn_facade_shape(args: Any) -> str | None:
    known = isinstance(args, str) and args in _FN_FACADE
    return None if known else f"takes one of {', '.join(_FN_FACADE)}, not {shown(args)}"


@intrinsic("resource_facade", since="2013-05-23", shape=_facade_shape, scoped=True)
def resource_facade(args: str, scope: Scope) -> Any:
    """In a template that stands for a resource type: metadata or a policy of the resource that uses it.

    ``{resource_facade: metadata}`` gives the metadata that the parent template wrote.
    """
    return _facade(args, scope)


@intrinsic("Fn::ResourceFacade", since="2013-05-23", until="2013-05-23", cfn="all", shape=_fn_facade_shape, scoped=True)
def fn_resource_facade(args: str, scope: Scope) -> Any:
    """In a template that stands for a resource type: Metadata or a policy of the resource that uses it.

    ``{"Fn::ResourceFacade": Metadata}`` gives the metadata that the parent template wrote.
    """
    return _facade(_FN_FACADE[args], scope)
