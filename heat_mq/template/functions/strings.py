"""Functions that make and take apart text."""

from __future__ import annotations

import hashlib
from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, intrinsic, items, keys
from heat_mq.template.functions.text import join, replace_all, replacements, split
from heat_mq.template.marks import Secret

_TEMPLATE_AND_PARAMS = keys("template", "params")


def _replace_shape(args: Any) -> str | None:
    wrong = _TEMPLATE_AND_PARAMS(args)
    if wrong is None and isinstance(args["params"], list):
        return "needs a map of replacements as its params, not a list"
    return wrong


def _replaced(args: dict[str, Any], *, json_values: bool) -> tuple[str, list[str]]:
    template = args["template"]
    texts = replacements(args["params"], json_values=json_values, where=("params",))
    if not isinstance(template, str):
        raise Refused(f"needs a string as its template, not {shown(template)}", "template")
    return replace_all(template, texts)


@intrinsic("str_replace", since="2013-05-23", until="2015-04-30", shape=_replace_shape)
def str_replace_plain(args: dict[str, Any]) -> str:
    """Put values in the places that their names have in a text; values are text or numbers.

    ``{str_replace: {template: "hello $x", params: {$x: 1}}}`` gives ``"hello 1"``.
    """
    return _replaced(args, json_values=False)[0]


@intrinsic("str_replace", since="2015-10-15", shape=_replace_shape)
def str_replace(args: dict[str, Any]) -> str:
    """Put values in the places that their names have in a text.

    All are replaced in one pass, the longest names first; maps and lists become JSON, null becomes empty.

    ``{str_replace: {template: "$x and $y", params: {$x: $y, $y: [1]}}}`` gives ``"$y and [1]"``.
    """
    return _replaced(args, json_values=True)[0]


@intrinsic("str_replace_strict", since="2017-02-24", shape=_replace_shape)
def str_replace_strict(args: dict[str, Any]) -> str:
    """As str_replace, but every name must occur in the text.

    ``{str_replace_strict: {template: "hello $x", params: {$x: you}}}`` gives ``"hello you"``.
    """
    text, unused = _replaced(args, json_values=True)
    if unused:
        raise Refused(f"does not find these params in its template: {', '.join(unused)}", "params")
    return text


@intrinsic("str_replace_vstrict", since="2017-09-01", shape=_replace_shape)
def str_replace_vstrict(args: dict[str, Any]) -> str:
    """As str_replace_strict, and no value may be null or empty (0 and false may be given).

    ``{str_replace_vstrict: {template: "$n left", params: {$n: 0}}}`` gives ``"0 left"``.
    """
    if isinstance(args["params"], dict):
        empty = [name for name, value in args["params"].items() if value is None or value in ("", [], {})]
        if empty:
            raise Refused(f"needs a value for each of its params; empty: {', '.join(empty)}", "params", empty[0])
    return str_replace_strict(args)


def _joined_lists(args: list[Any]) -> list[Any]:
    joined: list[Any] = []
    for place, part in enumerate(args[1:], start=1):
        if part is None or part == "":
            continue
        if not isinstance(part, list):
            raise Refused(f"takes a delimiter and lists of strings; {shown(part)} is no list", place)
        joined += part
    return joined


def _numbers_as_text(args: Any) -> Any:
    """A number that a resource gives is joined as text; Heat refuses numbers wherever they come from."""
    if not isinstance(args, list):
        return args
    return [[_number_as_text(item) for item in part] if isinstance(part, list) else part for part in args]


def _number_as_text(item: Any) -> Any:
    if isinstance(item, Secret):
        return Secret(_number_as_text(item.value))
    return str(item) if isinstance(item, int | float) and not isinstance(item, bool) else item


@intrinsic(
    "list_join",
    since="2013-05-23",
    until="2015-04-30",
    shape=items(2, of="a delimiter and a list"),
    at_runtime=_numbers_as_text,
)
def list_join_plain(args: list[Any]) -> str:
    """Join a list of strings with a delimiter.

    ``{list_join: [", ", [a, b]]}`` gives ``"a, b"``.
    """
    return join("the list", args[0], _joined_lists(args), json_items=False)


@intrinsic(
    "list_join", since="2015-10-15", shape=items(2, None, of="a delimiter and lists"), at_runtime=_numbers_as_text
)
def list_join(args: list[Any]) -> str:
    """Join one or more lists of strings with a delimiter; maps and lists in them become JSON.

    ``{list_join: [", ", [a, b], [c]]}`` gives ``"a, b, c"``.
    """
    return join("the lists", args[0], _joined_lists(args), json_items=True)


def _split_shape(args: Any) -> str | None:
    return None if isinstance(args, list) else "takes a list: a delimiter, a text and, if wanted, an index"


@intrinsic("str_split", since="2015-10-15", shape=_split_shape)
def str_split(args: list[Any]) -> Any:
    """Split a text at a delimiter; with an index, only that part.

    ``{str_split: [",", "a,b,c"]}`` gives ``[a, b, c]``.

    ``{str_split: [",", "a,b,c", 1]}`` gives ``b``.
    """
    if len(args) < 2:
        raise Refused("takes a list: a delimiter, a text and, if wanted, an index")
    if args[1] is None:
        return None
    parts = split(args[0], args[1])
    if len(args) == 2:
        return parts
    try:
        return parts[int(args[2])]
    except (TypeError, ValueError):
        raise Refused(f"needs a whole number as its index, not {shown(args[2])}", 2) from None
    except IndexError:
        raise Refused(f"has {len(parts)} parts; there is no part {args[2]}", 2) from None


@intrinsic("digest", since="2015-04-30")
def digest(args: Any) -> str:
    """The hexadecimal digest of a text (encoded as latin-1) by a named algorithm.

    ``{digest: [md5, abc]}`` gives ``"900150983cd24fb0d6963f7d28e17f72"``.
    """
    match args:
        case [str(algorithm), str(text)]:
            pass
        case _:
            raise Refused("takes a list of two strings: an algorithm and a text")
    # The two with a length of their own choosing have no digest of one size.
    if algorithm.lower() not in hashlib.algorithms_available or algorithm.lower().startswith("shake"):
        raise Refused(f"knows no algorithm {algorithm!r}", 0)
    try:
        encoded = text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise Refused(f"reads text as latin-1, which has no {text[error.start]!r}", 1) from None
    return hashlib.new(algorithm.lower(), encoded, usedforsecurity=False).hexdigest()
