"""The page of a resource type as reStructuredText: all that its schema says, and an example."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from typing import Any

from heat_mq.policies.resource_types import ADMIN_TYPES
from heat_mq.resources.kit.describe import attributes_of, summary_of
from heat_mq.resources.kit.resource import Resource
from heat_mq.resources.kit.schema import Any as AnyKind
from heat_mq.resources.kit.schema import Prop, Support

_MARKED = re.compile(r"(``.+?``)")
_SPECIAL = re.compile(r"([*|`\\]|(?<=\w)_(?!\w))")
_STEP = "   "


def page(cls: type[Resource], example: str) -> str:
    """The whole page; ``example`` is a template that uses the type."""
    lines = [*heading(cls.type, "="), prose(summary_of(cls)), "", *_facts(cls)]
    lines += [*heading("Example", "-"), ".. code-block:: yaml", "", *_indented(example.splitlines(), 1), ""]
    lines += [
        *heading("Properties", "-"),
        *_members(cls.Properties.props, "The type has no properties.", attribute=False),
    ]
    lines += [*heading("Attributes", "-"), *_members(attributes_of(cls), "", attribute=True)]
    if cls.UpdatePolicy.props:
        lines += heading("Update policy", "-")
        lines += ["Keys of the resource's ``update_policy``.", ""]
        lines += _members(cls.UpdatePolicy.props, "", attribute=False, changes=False)
    return "\n".join(lines).rstrip("\n") + "\n"


def first_sentence(cls: type[Resource]) -> str:
    """What the type is, for a list of types."""
    return prose(summary_of(cls).partition("\n\n")[0])


def heading(text: str, mark: str) -> list[str]:
    return [text, mark * len(text), ""]


def prose(text: str) -> str:
    """Text that says no more than its letters do; ``literals`` stay."""
    return "".join(
        part if part.startswith("``") else _SPECIAL.sub(r"\\\1", part) for part in _MARKED.split(text.strip())
    )


def _facts(cls: type[Resource]) -> list[str]:
    facts = [support_sentence(cls.support) or "Supported."]
    if any(fnmatch(cls.type, pattern) for pattern in ADMIN_TYPES):
        facts.append("The default policy lets administrators of the project alone use it.")
    if cls.service:
        facts.append(f"Made by the service ``{cls.service}`` of the catalog.")
    if cls.needs_extension:
        facts.append(f"Needs the service's extension ``{cls.needs_extension}``.")
    if cls.snapshots:
        facts.append("``deletion_policy: snapshot`` saves what it holds before it is deleted.")
    if cls.saves():
        facts.append("A snapshot of the stack saves what it holds.")
    if cls.service:
        facts.append(_crash_sentence(cls))
    return [*(f"* {prose(fact)}" for fact in facts), ""]


def _crash_sentence(cls: type[Resource]) -> str:
    """What happens when an engine dies in the middle of a create; a type whose docstring says more is an exception."""
    if cls.find_existing is Resource.find_existing:
        stored = "Nothing is changed before it is stored that it will be"
        return f"{stored}: when an engine dies on the way the next one does the same again, which does no harm."
    return "When an engine dies on the way the next one finds what it has made, and goes on."


def _members(props: dict[str, Prop], none: str, *, attribute: bool, changes: bool = True) -> list[str]:
    shown = {name: prop for name, prop in props.items() if not prop.hidden}
    if not shown:
        return [none, ""]
    lines: list[str] = []
    for name in sorted(shown, key=lambda name: (not shown[name].required, name)):
        lines += _entry(name, shown[name], 0, attribute=attribute, changes=changes)
    return lines


def _entry(name: str, prop: Prop, depth: int, *, attribute: bool, changes: bool) -> Iterator[str]:
    """One property or attribute as an entry of a definition list, with those within it below."""
    kind = "any type" if isinstance(prop, AnyKind) else prop.kind
    terms = [f"*{kind}*", *(["**required**"] if prop.required else [])]
    body = [prose(prop.doc), "", *_remarks(prop, attribute=attribute, changes=changes)]
    yield from _indented([f"``{name}`` ({', '.join(terms)})"], depth)
    yield from _indented(body, depth + 1)
    children = {key: child for key, child in (prop.children or {}).items() if child is not None and not child.hidden}
    for key, child in children.items():
        label = "each item" if key == "*" else key
        # What is within something is changed with it.
        yield from _entry(label, child, depth + 1, attribute=attribute, changes=False)


def _remarks(prop: Prop, *, attribute: bool, changes: bool) -> list[str]:
    remarks = [] if attribute else list(_limits(prop))
    if changes and not attribute:
        remarks.append(_change(prop))
    if prop.extension:
        remarks.append(f"Needs the service's extension ``{prop.extension}``.")
    if prop.secret:
        remarks.append("Never shown.")
    if sentence := support_sentence(prop.support):
        remarks.append(sentence)
    return [*(f"* {prose(remark)}" for remark in remarks), ""] if remarks else []


def _limits(prop: Prop) -> Iterator[str]:
    if prop.default is not None:
        yield f"Default: ``{json.dumps(prop.default)}``."
    for rule in prop.constraints:
        yield constraint_sentence(rule.as_dict())


def _change(prop: Prop) -> str:
    if prop.immutable:
        return "An update that changes it is refused."
    return "Updated in place." if prop.in_place else "An update that changes it makes a new resource."


def constraint_sentence(rule: dict[str, Any]) -> str:
    """One constraint, as the API shows it, in words."""
    match rule:
        case {"range": dict(bounds)}:
            return f"{_bounds(bounds).capitalize()}."
        case {"length": dict(bounds)}:
            return f"Length: {_bounds(bounds)}."
        case {"allowed_values": list(values)}:
            return f"One of {', '.join(f'``{json.dumps(value)}``' for value in values)}."
        case {"allowed_pattern": str(pattern)}:
            return f"Matches ``{pattern}``."
        case {"modulo": {"step": step, "offset": offset}}:
            return f"A multiple of {step}, plus {offset}."
        case {"custom_constraint": str(name)}:
            return f"Checked as ``{name}``."
    raise ValueError(f"a constraint that no page can tell: {rule}")


def _bounds(bounds: dict[str, Any]) -> str:
    match bounds:
        case {"min": low, "max": high}:
            return f"from {low} to {high}"
        case {"min": low}:
            return f"at least {low}"
    return f"at most {bounds['max']}"


def support_sentence(support: Support) -> str:
    """Since when it is there, and whether it still should be used; empty when there is nothing to say."""
    since = f" since version {support.version} of Heat" if support.version else ""
    word = support.status.capitalize()
    if not since and support.status == "SUPPORTED":
        return ""
    parts = [f"{word}{since}.", *([_closed(support.message)] if support.message else [])]
    if support.previous is not None:
        parts.append(support_sentence(support.previous))
    return " ".join(filter(None, parts))


def _closed(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _indented(lines: Iterable[str], depth: int) -> Iterator[str]:
    for line in lines:
        for part in line.split("\n"):
            yield f"{_STEP * depth}{part}" if part else ""
