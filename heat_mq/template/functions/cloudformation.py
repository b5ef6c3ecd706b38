"""Functions of CloudFormation's spelling; the oldest HOT versions know some of them too."""

from __future__ import annotations

import json
from typing import Any

from heat_mq.errors import nearest
from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, Scope, intrinsic, items
from heat_mq.template.functions.text import join, replace_all, replacements, split

_FIRST = "2013-05-23"


@intrinsic("Fn::Base64", since=_FIRST, until=_FIRST, cfn="all")
def base64(args: Any) -> str:
    """The text itself: encoding is left to the resource that needs it.

    ``{"Fn::Base64": abc}`` gives ``abc``.
    """
    if not isinstance(args, str):
        raise Refused(f"takes a string, not {shown(args)}")
    return args


@intrinsic(
    "Fn::FindInMap", cfn="all", condition_cfn=True, shape=items(3, of="a mapping, a key and a name"), scoped=True
)
def find_in_map(args: list[Any], scope: Scope) -> Any:
    """A value from the section Mappings.

    ``{"Fn::FindInMap": [Images, nova, small]}`` looks up ``small`` of the key ``nova``.
    """
    found: Any = scope.mappings
    for place, key in enumerate(args):
        if not isinstance(found, dict) or not isinstance(key, str | int):
            raise Refused(f"cannot look up {shown(key)} in {shown(found)}", place)
        if str(key) not in found:
            raise Refused(f"finds no {key!r} in {_place(args[:place])}", place, suggestion=nearest(key, found))
        found = found[str(key)]
    return found


def _place(keys: list[Any]) -> str:
    return f"the mapping {'.'.join(map(str, keys))}" if keys else "Mappings"


@intrinsic("Fn::GetAZs", since=_FIRST, until=_FIRST, cfn="all", scoped=True)
def get_azs(args: Any, scope: Scope) -> list[str]:
    """The names of the cloud's availability zones; the region given does not matter.

    ``{"Fn::GetAZs": ""}`` gives ``[nova]``.
    """
    return list(scope.availability_zones)


@intrinsic("Fn::Join", since=_FIRST, until=_FIRST, cfn="all", shape=items(2, of="a delimiter and a list"))
def fn_join(args: list[Any]) -> str:
    """Join a list of strings with a delimiter.

    ``{"Fn::Join": [", ", [a, b]]}`` gives ``"a, b"``.
    """
    if args[1] not in (None, "") and not isinstance(args[1], list):
        raise Refused(f"takes a delimiter and a list of strings; {shown(args[1])} is no list", 1)
    return join("the list", args[0], args[1] or [], json_items=False)


@intrinsic("Fn::MemberListToMap", since=_FIRST, until=_FIRST, cfn="all")
def member_list_to_map(args: Any) -> dict[str, str]:
    """A map from a list of ``.member.N.NAME=KEY`` and ``.member.N.VALUE=TEXT``.

    ``{"Fn::MemberListToMap": [Name, Value, [".member.0.Name=k", ".member.0.Value=v=1"]]}`` gives ``{k: v=1}``.
    """
    match args:
        case [str(name), str(value), list(members)]:
            pass
        case _:
            raise Refused("takes a list: the Name of keys, the Name of Values, and a list of members")
    pairs: dict[str, dict[str, str]] = {}
    for place, member in enumerate(members):
        head, equal, text = member.partition("=") if isinstance(member, str) else ("", "", "")
        parts = head.split(".")
        if not equal or len(parts) < 4 or parts[1] != "member":
            raise Refused(f"takes members like .member.0.{name}=text, not {shown(member)}", 2, place)
        pairs.setdefault(parts[2], {})[".".join(parts[3:])] = text
    return {pair[name]: pair.get(value, "") for pair in pairs.values() if name in pair}


@intrinsic("Fn::Replace", since=_FIRST, until=_FIRST, cfn="all", shape=items(2, of="a map of replacements and a text"))
def fn_replace(args: list[Any]) -> str:
    """Put values in the places that their names have in a text.

    ``{"Fn::Replace": [{$a: x}, "v $a"]}`` gives ``"v x"``.
    """
    texts = replacements(args[0], json_values=False, where=(0,))
    if not isinstance(args[1], str):
        raise Refused(f"needs a string as its text, not {shown(args[1])}", 1)
    return replace_all(args[1], texts)[0]


@intrinsic(
    "Fn::Select",
    since=_FIRST,
    until="2015-04-30",
    cfn="all",
    shape=items(2, of="an index or key and a list or map"),
    structural=True,
)
def select_item(args: list[Any]) -> Any:
    """An item of a list or map (also as JSON text); "" when it is not there.

    ``{"Fn::Select": [1, [a, b]]}`` gives ``b``.
    """
    index, source = args
    if source is None or source == "":
        return ""
    if isinstance(source, str):
        try:
            source = json.loads(source)
        except ValueError:
            raise Refused(f"needs a list, a map or JSON, not {shown(args[1])}", 1) from None
    if isinstance(source, dict):
        if not isinstance(index, str):
            raise Refused(f"needs a string as the key of a map, not {shown(index)}", 0)
        return source.get(index, "")
    if not isinstance(source, list):
        raise Refused(f"needs a list or a map, not {shown(source)}", 1)
    try:
        return source[int(index)]
    except (TypeError, ValueError):
        raise Refused(f"needs a whole number as the index of a list, not {shown(index)}", 0) from None
    except IndexError:
        return ""


@intrinsic("Fn::Split", since=_FIRST, until=_FIRST, cfn="all", shape=items(2, of="a delimiter and a text"))
def fn_split(args: list[Any]) -> list[str]:
    """Split a text at a delimiter.

    ``{"Fn::Split": [",", "a,b"]}`` gives ``[a, b]``.
    """
    return split(args[0], args[1])
