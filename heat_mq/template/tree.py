"""A tree whose parameters are put in and whose resource values are still to come.

What a template says of a property is bound once into such a tree: plain JSON data wherever
everything is known, and nodes for what only a created resource can tell. ``evaluate`` turns it
into data as often as wanted; parts without a node are answered as they are, so callers must not change
what they get.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Protocol

from heat_mq.errors import InvalidTemplate, Problem
from heat_mq.template.functions.intrinsic import Intrinsic, Refused, Scope
from heat_mq.template.marks import NOTHING, UNKNOWN, Secret, is_known, is_secret, reveal
from heat_mq.template.problems import dotted


class Values(Protocol):
    """What the evaluating side knows of resources. UNKNOWN is a good answer for what is not there yet."""

    def reference(self, name: str) -> Any:
        """The reference id of a resource (``get_resource``)."""

    def attribute(self, name: str, attribute: str | None, path: list[Any]) -> Any:
        """An attribute, already walked along ``path``; with None the map of all attributes.

        :func:`select` walks a path by Heat's rule.
        """


class RuntimeMap(dict[str, Any]):
    """A map with a node somewhere below."""

    __slots__ = ()


class RuntimeList(list[Any]):
    """A list with a node somewhere below."""

    __slots__ = ()


class Node:
    """Something that gives its value only when resources are known."""

    __slots__ = ()

    def evaluate(self, values: Values) -> Any:
        raise NotImplementedError

    def canonical(self) -> list[Any]:
        """JSON (with nodes inside) that is equal for equal nodes."""
        raise NotImplementedError

    def children(self) -> list[Any]:
        """The trees inside."""
        return []


class ResourceReference(Node):
    """``get_resource``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def evaluate(self, values: Values) -> Any:
        return values.reference(self.name)

    def canonical(self) -> list[Any]:
        return ["!resource", self.name]


class AttributeReference(Node):
    """``get_attr``; ``attribute`` None asks for all of them.

    With ``walks_outside`` (the oldest version) the resource is asked for the whole attribute and the
    path is walked here.
    """

    __slots__ = ("attribute", "name", "path", "steps", "walks_outside")

    def __init__(self, name: str, attribute: Any, steps: list[Any], walks_outside: bool, path: tuple[Any, ...]) -> None:
        self.name = name
        self.attribute = attribute
        self.steps = steps
        self.walks_outside = walks_outside
        self.path = path

    def evaluate(self, values: Values) -> Any:
        attribute, steps = evaluate(self.attribute, values), evaluate(self.steps, values)
        if not is_known([attribute, steps]):
            return UNKNOWN
        hidden = is_secret([attribute, steps])
        attribute, steps = reveal(attribute), reveal(steps)
        if attribute is not None and not isinstance(attribute, str):
            message = "get_attr takes the name of an attribute, a string"
            raise InvalidTemplate([Problem(message, path=dotted(self.path))])
        if self.walks_outside:
            value = select(values.attribute(self.name, attribute, []), steps)
        else:
            value = values.attribute(self.name, attribute, steps)
        return Secret(value) if hidden and value is not UNKNOWN else value

    def canonical(self) -> list[Any]:
        return ["!attribute", self.name, self.attribute, self.steps, self.walks_outside]

    def children(self) -> list[Any]:
        return [self.attribute, self.steps]


class Call(Node):
    """A function some of whose arguments are still to come, or one that failed and may only fail when asked."""

    __slots__ = ("args", "form", "path", "scope")

    def __init__(self, form: Intrinsic, args: Any, scope: Scope, path: tuple[Any, ...]) -> None:
        self.form = form
        self.args = args
        self.scope = scope
        self.path = path

    def evaluate(self, values: Values) -> Any:
        try:
            args = evaluate(self.args, values)
            return apply(self.form, self.form.at_runtime(args) if self.form.at_runtime else args, self.scope)
        except FunctionFailed as failed:
            path = dotted(self.path[:-1] if failed.whole else (*self.path, *failed.path))
            problem = Problem(failed.message, path=path, suggestion=failed.suggestion)
            raise failed.error([problem]) from None

    def canonical(self) -> list[Any]:
        return ["!call", self.form.name, self.form.since, self.args]

    def children(self) -> list[Any]:
        return [self.args]


class FunctionFailed(Exception):
    """A function refused its arguments; the text holds no secret."""

    def __init__(self, message: str, refused: Refused) -> None:
        super().__init__(message)
        self.message = message
        self.path = refused.path
        self.error = refused.error
        self.suggestion = refused.suggestion
        self.whole = refused.whole


def apply(form: Intrinsic, args: Any, scope: Scope) -> Any:
    """Call a function with evaluated arguments, carrying marks around it.

    An unknown argument gives UNKNOWN, a secret one makes the result secret. Of a structural function
    only the arguments themselves count, not what lies inside them. Raises FunctionFailed.
    """
    if form.structural:
        looked_at = [args, *(args.values() if isinstance(args, dict) else args if isinstance(args, list) else ())]
        unknown = any(item is UNKNOWN for item in looked_at)
        hidden = any(isinstance(item, Secret) for item in looked_at)
    else:
        unknown, hidden = not is_known(args), is_secret(args)
    if unknown:
        return UNKNOWN
    if hidden:
        args = reveal(args)
    try:
        if form.shape is not None:
            wrong = form.shape(args)
            if wrong:
                raise Refused(wrong)
        value = form.call(args, scope) if form.scoped else form.call(args)
    except Refused as refused:
        if refused.whole and not hidden:
            raise FunctionFailed(refused.message, refused) from None
        text = "was given a hidden value that it cannot use" if hidden else refused.message
        raise FunctionFailed(f"{form.name} {text}", refused) from None
    return Secret(value) if hidden and value is not UNKNOWN else value


def evaluate(tree: Any, values: Values) -> Any:
    """The data that a bound tree stands for; UNKNOWN and Secret marks may be in it.

    Raises InvalidTemplate with the path of a function that cannot use what it got.
    """
    kind = type(tree)
    if kind is RuntimeMap:
        return {key: evaluate(value, values) for key, value in tree.items()}
    if kind is RuntimeList:
        return [evaluate(item, values) for item in tree]
    if isinstance(tree, Node):
        return tree.evaluate(values)
    return tree


def select(value: Any, path: list[Any]) -> Any:
    """Walk a path by get_attr's rule: None as soon as a step does not fit, and text never counts as a list's index.

    >>> select({"a": [1, 2]}, ["a", 1])
    2
    >>> select({"a": [1, 2]}, ["a", "1"]) is None
    True
    """
    for position, step in enumerate(path):
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, Secret):
            return Secret(select(value.value, path[position:]))
        if isinstance(value, dict):
            value = value.get(step) if isinstance(step, str) else None
        elif isinstance(value, list) and isinstance(step, int) and not isinstance(step, bool):
            value = value[step] if -len(value) <= step < len(value) else None
        else:
            return None
    return value


def nodes(tree: Any) -> Iterator[Node]:
    """Every node in a bound tree, outer ones first."""
    kind = type(tree)
    if kind is RuntimeMap:
        for value in tree.values():
            yield from nodes(value)
    elif kind is RuntimeList:
        for item in tree:
            yield from nodes(item)
    elif isinstance(tree, Node):
        yield tree
        for child in tree.children():
            yield from nodes(child)


def canonical_text(tree: Any) -> str:
    """Text that is equal for equal trees and different for different ones; it holds secrets, so digest it."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), default=_canonical)


def _canonical(item: Any) -> Any:
    if isinstance(item, Node):
        return item.canonical()
    if isinstance(item, Secret):
        return ["!secret", item.value]
    if item is UNKNOWN or item is NOTHING:
        return ["!unknown"]
    raise TypeError(f"{type(item).__name__} has no place in a template")
