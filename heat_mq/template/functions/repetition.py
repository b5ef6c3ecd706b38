"""repeat: one piece of template for each item of some lists."""

from __future__ import annotations

import itertools
import math
from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, intrinsic, keys
from heat_mq.template.limits import DEFAULT_LIMITS

_PARTS = keys("template", "for_each")


def _shape(args: Any) -> str | None:
    wrong = _PARTS(args)
    if wrong is None and isinstance(args["for_each"], list | str):
        return "needs a map of lists as its for_each"
    return wrong


def _shape_with_permutations(args: Any) -> str | None:
    wrong = _shape(args)
    if wrong is None and isinstance(args.get("permutations"), str | int) and not isinstance(args["permutations"], bool):
        return "needs true or false as its permutations"
    return wrong


def _lists(args: dict[str, Any], *, maps: bool) -> dict[str, list[str]]:
    for_each = args["for_each"]
    if not isinstance(for_each, dict) or not for_each:
        raise Refused("needs a map with a list for each variable as its for_each", "for_each")
    lists: dict[str, list[str]] = {}
    for name, given in for_each.items():
        where = ("for_each", name)
        if given is None:
            given = []
        elif isinstance(given, dict) and maps:
            given = list(given)
        elif not isinstance(given, list):
            also = " or a map" if maps else ""
            raise Refused(f"needs a list{also} for {name!r} in its for_each, not {shown(given)}", *where)
        wrong = [item for item in given if not isinstance(item, str)]
        if wrong:
            raise Refused(f"puts strings into its template; {shown(wrong[0])} of {name!r} is none", *where)
        lists[name] = given
    return lists


def _repeated(template: Any, names: list[str], rows: Any) -> list[Any]:
    return [_substituted(template, list(zip(names, row, strict=True))) for row in rows]


def _substituted(template: Any, words: list[tuple[str, str]]) -> Any:
    if isinstance(template, str):
        for name, word in words:
            template = template.replace(name, word) if name else template
        return template
    if isinstance(template, dict):
        return {_substituted(key, words): _substituted(value, words) for key, value in template.items()}
    if isinstance(template, list):
        return [_substituted(item, words) for item in template]
    return template


def _product(args: dict[str, Any], lists: dict[str, list[str]]) -> list[Any]:
    count = math.prod(map(len, lists.values()))
    if count * _leaves(args["template"]) > DEFAULT_LIMITS.items:
        raise Refused(f"would give {count} copies of its template; that is more than is allowed", "for_each")
    return _repeated(args["template"], list(lists), itertools.product(*lists.values()))


def _leaves(template: Any) -> int:
    if isinstance(template, dict):
        return 1 + sum(map(_leaves, template.values()))
    if isinstance(template, list):
        return 1 + sum(map(_leaves, template))
    return 1


@intrinsic("repeat", since="2015-04-30", until="2016-04-08", shape=_shape)
def repeat_lists(args: dict[str, Any]) -> list[Any]:
    """The template once for each item of a list (each combination of items of several).

    ``{repeat: {template: port-%i%, for_each: {"%i%": [a, b]}}}`` gives ``[port-a, port-b]``.
    """
    return _product(args, _lists(args, maps=False))


@intrinsic("repeat", since="2016-10-14", until="2017-02-24", shape=_shape)
def repeat_maps(args: dict[str, Any]) -> list[Any]:
    """The template once for each item of a list or key of a map (each combination of several).

    ``{repeat: {template: "%k%", for_each: {"%k%": {a: 1, b: 2}}}}`` gives ``[a, b]``.
    """
    return _product(args, _lists(args, maps=True))


@intrinsic("repeat", since="2017-09-01", shape=_shape_with_permutations)
def repeat(args: dict[str, Any]) -> list[Any]:
    """The template once for each item of a list or key of a map.

    Several lists give every combination, the first varying slowest; with ``permutations: false`` they are
    walked side by side and must be equally long.

    ``{repeat: {template: "%i%-%j%", for_each: {"%i%": [a, b], "%j%": [x, y]}}}`` gives ``[a-x, a-y, b-x, b-y]``.

    ``{repeat: {template: "%i%-%j%", for_each: {"%i%": [a, b], "%j%": [x, y]}, permutations: false}}`` gives
    ``[a-x, b-y]``.
    """
    together = args.get("permutations", True)
    if not isinstance(together, bool):
        raise Refused(f"needs true or false as its permutations, not {shown(together)}", "permutations")
    lists = _lists(args, maps=together)
    if together:
        return _product(args, lists)
    if len({len(given) for given in lists.values()}) > 1:
        raise Refused("needs equally long lists in its for_each when permutations is false", "for_each")
    return _repeated(args["template"], list(lists), zip(*lists.values(), strict=True))
