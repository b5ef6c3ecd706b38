"""What a resource type's name stands for: itself, another type, or a template."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any, Final

from heat_mq.errors import InvalidHook, InvalidTemplate, nearest
from heat_mq.template.constraints import shown

HOOKS: Final = ("pre-create", "pre-update", "pre-delete", "post-create", "post-update", "post-delete")
ACTIONS: Final = ("update", "replace")
_RESOURCES: Final = "resources"
_SETTINGS: Final = ("hooks", "restricted_actions")


@dataclasses.dataclass(frozen=True, slots=True)
class Resolution:
    """Where a type name leads.

    ``template`` is the file name or URL of a template, or "" when ``type`` is a type of the engine's own.
    ``mapping`` is the registry key that led to the template ("" when the type named it itself); give it to
    ``Environment.child``. ``removed``: the operator has taken the type away.
    """

    type: str
    template: str = ""
    mapping: str = ""
    removed: bool = False


def is_template_name(name: str) -> bool:
    """True for what names a template and not a type."""
    return name.endswith((".yaml", ".template"))


class Registry:
    """The mappings of a user's environment over those of the operator; an immutable value.

    ``entries`` has the shape of an environment's section ``resource_registry``. ``operator`` stands below it.
    ``templates`` are texts of templates that entries name: an operator's come with the registry, a user's with the
    request's files.
    """

    __slots__ = ("_exact", "_known", "_wildcards", "_written", "entries", "operator", "templates")

    def __init__(
        self,
        entries: Mapping[str, Any] | None = None,
        operator: Registry | None = None,
        templates: Mapping[str, str] | None = None,
    ) -> None:
        self._written: Mapping[str, Any] = dict(entries or {})
        self.entries: Mapping[str, Any] = _without_removed(self._written)
        self.operator = operator
        self.templates: Mapping[str, str] = templates or {}
        mapped = {key: value for key, value in self.entries.items() if key != _RESOURCES}
        self._exact = {key: value for key, value in mapped.items() if not key.endswith("*")}
        self._wildcards = sorted(key for key in mapped if key.endswith("*"))
        self._known: dict[str, Resolution] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Registry) and (self.entries, self.operator) == (other.entries, other.operator)

    __hash__ = None  # type: ignore[assignment]

    def over(self, operator: Registry | None) -> Registry:
        """These entries over the operator's."""
        return Registry(self._written, operator, self.templates)

    def under(self, types: Mapping[str, str]) -> Registry:
        """These entries and those of ``types`` for which there is neither an own one nor one of the operator's."""
        missing = {key: value for key, value in types.items() if next(self._matches(key, ""), None) is None}
        return Registry({**missing, **self._written}, self.operator, self.templates) if missing else self

    def resolve(self, type_name: str, resource_name: str = "") -> Resolution:
        """Follow mappings until a type of the engine's own or a template is reached.

        The user's entries come before the operator's, those for the resource before general ones, then the alphabet
        decides. Raises InvalidTemplate for mappings that lead in a circle.
        """
        scoped = resource_name in self._scoped_names()
        if not scoped and type_name in self._known:
            return self._known[type_name]
        resolution = self._follow(type_name, resource_name)
        if not scoped:
            self._known[type_name] = resolution
        return resolution

    def names(self) -> Iterator[str]:
        """Every name that is mapped, wildcards as they are."""
        yield from self._exact
        yield from self._wildcards
        if self.operator is not None:
            yield from self.operator.names()

    def text_of(self, template: str) -> str | None:
        """The text of a template that came with the registry."""
        text = self.templates.get(template)
        return self.operator.text_of(template) if text is None and self.operator is not None else text

    def hooks(self, resource_name: str) -> frozenset[str]:
        """The hooks set for a resource, by its name or a glob that fits it."""
        return self._settings("hooks", resource_name)

    def restricted_actions(self, resource_name: str) -> frozenset[str]:
        """What must not be done to a resource: "update", "replace"."""
        return self._settings("restricted_actions", resource_name)

    def user_entries(self) -> dict[str, Any]:
        """The section ``resource_registry`` as a user would write it; always with ``resources``."""
        return {**self.entries, _RESOURCES: dict(self.entries.get(_RESOURCES) or {})}

    def merge(self, other: Registry) -> Registry:
        """These entries with the other's put over them; null removes, with a trailing * all of that prefix."""
        templates = {**self.templates, **other.templates}
        return Registry(_merged(self._written, other._written), other.operator or self.operator, templates)

    def child(self, resource_name: str, without: str = "") -> Registry:
        """The registry of the nested stack that a resource makes.

        General mappings stay, what is written below the resource's name moves up, and the mapping ``without``, by
        which the nested template was found, is gone so that it does not lead to itself.
        """
        entries = {key: value for key, value in self.entries.items() if key not in (_RESOURCES, without)}
        if without and self.operator is not None and without in self.operator.entries:
            entries[without] = without
        below: dict[str, Any] = {}
        for pattern, content in (self.entries.get(_RESOURCES) or {}).items():
            if isinstance(content, Mapping) and fnmatch.fnmatchcase(resource_name, pattern):
                inner = {key: value for key, value in content.items() if isinstance(value, Mapping)}
                below = _merged(below, inner)
        return Registry({**entries, _RESOURCES: below} if below else entries, self.operator, self.templates)

    def _scoped_names(self) -> Mapping[str, Any]:
        return self.entries.get(_RESOURCES) or {}

    def _follow(self, type_name: str, resource_name: str) -> Resolution:
        seen = [type_name]
        while True:
            current = seen[-1]
            if is_template_name(current):
                return Resolution(type_name, current)
            found = next(self._matches(current, resource_name), None)
            if found is None or found[1] == current:
                return Resolution(current)
            key, value = found
            if value is None:
                return Resolution(current, removed=True)
            if is_template_name(value):
                return Resolution(current, value, mapping=key)
            following = value[:-1] + current[len(key) - 1 :] if key.endswith("*") and value.endswith("*") else value
            if following in seen:
                around = " -> ".join([*seen, following])
                raise InvalidTemplate(f"resource_registry: the mappings lead in a circle: {around}")
            seen.append(following)

    def _matches(self, name: str, resource_name: str) -> Iterator[tuple[str, str | None]]:
        scoped = self._scoped_names().get(resource_name)
        if isinstance(scoped, Mapping):
            targets = {key: value for key, value in scoped.items() if isinstance(value, str) and key not in _SETTINGS}
            for key in sorted(targets):
                if _fits(key, targets[key], name):
                    yield key, targets[key]
        for key in self._wildcards:
            value = self.entries[key]
            if value is not None and _fits(key, value, name):
                yield key, value
        if self._exact.get(name) is not None:
            yield name, self._exact[name]
        if self.operator is not None:
            for key, value in self.operator._matches(name, resource_name):
                yield key, value
            if self.operator._removes(name):
                yield name, None

    def _removes(self, name: str) -> bool:
        if name in self._exact:
            return self._exact[name] is None
        return any(self.entries[key] is None and name.startswith(key[:-1]) for key in self._wildcards)

    def _settings(self, word: str, resource_name: str) -> frozenset[str]:
        found: set[str] = set()
        for pattern, content in self._scoped_names().items():
            if isinstance(content, Mapping) and word in content and fnmatch.fnmatchcase(resource_name, pattern):
                found.update(_listed(content[word]))
        if self.operator is not None:
            found |= self.operator._settings(word, resource_name)
        return frozenset(found)


def _fits(key: str, value: str, name: str) -> bool:
    if key == name:
        return True
    if not key.endswith("*") or not name.startswith(key[:-1]):
        return False
    # Many to one: the one does not stand for itself.
    return value.endswith("*") or value != name


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Nested maps put over each other in the order in which they were written; ``above`` wins."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.pop(key, None)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _without_removed(written: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that are left when each null with a trailing * has removed what was written before it.

    That is not done when environments are merged: a later one may put something else in the place of the null.
    """
    left: dict[str, Any] = {}
    for key, value in written.items():
        if value is None and key.endswith("*"):
            prefix = key[:-1]
            left = {name: old for name, old in left.items() if isinstance(old, Mapping) or not name.startswith(prefix)}
        left[key] = _without_removed(value) if isinstance(value, Mapping) else value
    return left


def check_entries(entries: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], InvalidTemplate | InvalidHook, str]]:
    """What is wrong with a ``resource_registry`` section: path, error without position, nearest valid name."""
    for key, value in entries.items():
        if key == _RESOURCES:
            if value is not None and not isinstance(value, Mapping):
                yield (key,), InvalidTemplate(f"resources must be a map of resource names, not {shown(value)}"), ""
                continue
            for name, content in (value or {}).items():
                yield from _check_scope((key, name), content)
        elif value is not None and not isinstance(value, str):
            yield (key,), InvalidTemplate(f"{key!r} must be mapped to a type or a template, not {shown(value)}"), ""
        else:
            yield from _check_mapping((key,), key, value)


def _check_scope(path: tuple[str, ...], content: Any) -> Iterator[Any]:
    if not isinstance(content, Mapping):
        yield (
            path,
            InvalidTemplate(f"what is set for the resource {path[-1]!r} must be a map, not {shown(content)}"),
            "",
        )
        return
    for key, value in content.items():
        here = (*path, key)
        if key in _SETTINGS:
            valid = HOOKS if key == "hooks" else ACTIONS
            listed = [value] if isinstance(value, str) else value
            if not isinstance(listed, list):
                yield here, InvalidTemplate(f"{key} must be a string or a list of strings, not {shown(value)}"), ""
                continue
            for item in listed:
                if item not in valid:
                    what = "hook" if key == "hooks" else "action that can be restricted"
                    text = f"there is no {what} {item!r}; there are {', '.join(valid)}"
                    error = InvalidHook(text) if key == "hooks" else InvalidTemplate(text)
                    yield here, error, nearest(item, valid)
        elif isinstance(value, Mapping):
            yield from _check_scope(here, value)
        elif value is not None and not isinstance(value, str):
            yield here, InvalidTemplate(f"{key!r} must be mapped to a type or a template, not {shown(value)}"), ""
        else:
            yield from _check_mapping(here, key, value)


def _check_mapping(path: tuple[str, ...], key: str, value: str | None) -> Iterator[Any]:
    if "*" in key[:-1]:
        yield path, InvalidTemplate(f"a * may stand only at the end of {key!r}"), ""
    if value is not None and value.endswith("*") and not key.endswith("*"):
        yield path, InvalidTemplate(f"{key!r} without a * cannot be mapped to {value!r} with one"), ""
