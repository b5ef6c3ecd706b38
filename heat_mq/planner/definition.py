"""A stack as its template, environment and parameters define it, ready to be planned, checked and run."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.graph import find_cycle
from heat_mq.planner.stored import Wanted
from heat_mq.resources.implementation import SHARED, Implementation, find_implementation
from heat_mq.resources.kit import Sibling, Siblings
from heat_mq.template import Bound, Definition, Environment, bind, evaluate
from heat_mq.template.cache import TemplateCache
from heat_mq.template.marks import UNKNOWN, is_known, mask, reveal
from heat_mq.template.model import Template
from heat_mq.template.placed_files import files_beside
from heat_mq.template.values import PseudoParameters

#: Stands for UNKNOWN in the text of a template that was a map, until the text is parsed.
_GAP: Final = "<unknown 0d1f6d0a-6c3f-4f0e-9a59-5a3a0e0c7f6e>"


class StackDefinition:
    """What is wanted of a stack. Bound lazily: a worker that runs few of many resources pays for those.

    ``files`` are the texts that templates and ``get_file`` name, ``templates`` where parsed ones are kept. With
    ``tolerant`` a definition that is wrong is answered all the same, its wrong parts UNKNOWN: for those who look for
    everything that is wrong. ``restored`` is the overlay that the template has been put under, for nested stacks
    (:mod:`.restored`). Safe to share between threads.
    """

    def __init__(
        self,
        template: Template,
        environment: Environment,
        files: Mapping[str, str],
        pseudo: PseudoParameters,
        *,
        parameters: Mapping[str, Any] | None = None,
        check: bool = True,
        strict: bool = True,
        previous: Mapping[str, Any] | None = None,
        drop_unknown: bool = False,
        facade: Mapping[str, Any] | None = None,
        templates: TemplateCache = SHARED,
        tolerant: bool = False,
        restored: Mapping[str, Any] | None = None,
    ) -> None:
        """Bind the template; with ``check`` every problem of the language is raised (the InvalidTemplate family)."""
        self.template = template.with_files(files)
        self.environment = environment
        self.files = files
        self.tolerant = tolerant
        self.restored = restored or {}
        self._templates = templates
        self.bound: Bound = bind(
            self.template,
            environment=environment,
            parameters=parameters,
            pseudo=pseudo,
            strict=strict,
            previous=previous,
            drop_unknown=drop_unknown,
            facade=facade,
            check=check,
        )
        self._implementations: dict[str, Implementation] = {}

    # --- one resource -------------------------------------------------------------------------

    def definition(self, name: str) -> Definition:
        return self.bound.definition(name) if self.tolerant else self.bound.resources[name]

    def implementation(self, name: str) -> Implementation:
        """What serves a resource; raises NotFound for an unknown type, and the InvalidTemplate family."""
        found = self._implementations.get(name)
        if found is None:
            type_name = self.definition(name).type
            found = find_implementation(self.environment, self.files, type_name, name, self._templates)
            self._implementations[name] = found
        return found

    def nested(
        self, name: str, child: Mapping[str, Any], *, pseudo: PseudoParameters | None = None, **options: Any
    ) -> StackDefinition:
        """The stack that a resource makes, as its type describes it (:meth:`Resource.preview_child`).

        Its values are those known before anything exists, which may be UNKNOWN in a template that is a map too;
        ``pseudo`` are those of the stack when it does. ``options`` are those of this class.
        """
        template, file = child["template"], child.get("file", "")
        if isinstance(template, str):
            parsed = self._templates.parse(template, file=file)
        else:
            parsed = self._templates.parse(json.dumps(mask(template, unknown=_GAP)), file=file)
            parsed = parsed if is_known(template) else dataclasses.replace(parsed, resources=_opened(parsed.resources))
        values = {**self.inherited(child), **child.get("parameters", {})}
        given = {key: value for key, value in values.items() if reveal(value) is not None}
        policy = self.definition(name).deletion_policy
        return StackDefinition(
            parsed,
            self.environment.child(name, without=self.implementation(name).mapping, types=child.get("types")),
            files_beside(self.files, file),
            pseudo or PseudoParameters(stack_name=f"nested-{name}"),
            parameters=given,
            facade={"metadata": {}, "deletion_policy": policy, "update_policy": {}},
            templates=self._templates,
            tolerant=self.tolerant,
            **options,
        )

    def inherited(self, child: Mapping[str, Any]) -> dict[str, Any]:
        """Values of parameters that a nested stack, as its type describes it, has from this one; hidden ones marked."""
        mine = self.bound.parameters.marked
        return {name: mine[name] for name in child.get("inherits", ()) if name in mine}

    def fingerprint(self, name: str) -> str:
        """Equal while neither the definition nor what serves it changes."""
        both = f"{self.definition(name).fingerprint} {self.implementation(name).key}"
        return hashlib.sha256(both.encode()).hexdigest()

    # --- all of them --------------------------------------------------------------------------

    @functools.cached_property
    def dependencies(self) -> Mapping[str, frozenset[str]]:
        """Resource -> what must exist before it: by the template, and by what the types know of each other."""
        shown = self.bound.dependencies()
        hidden = self._hidden_dependencies(shown)
        if not hidden:
            return shown
        both = {name: needs | hidden.get(name, frozenset()) for name, needs in shown.items()}
        cycle = find_cycle(both)
        if cycle is not None:
            raise self.bound.circular(cycle)
        return both

    @functools.cached_property
    def attributes_used(self) -> Mapping[str, frozenset[tuple[Any, ...] | None]]:
        """Resource -> attributes (with constant paths) that resources and outputs ask for; None: all of them."""
        return {name: frozenset(used) for name, used in self.bound.attributes_used().items()}

    def wanted(self, *, observe: bool = False) -> list[Wanted]:
        """Every resource as the planner takes it; with ``observe`` all that lives in a cloud must be looked at."""
        return [
            Wanted(
                name=name,
                fingerprint=self.fingerprint(name),
                requires=self.dependencies[name],
                always=self._always(name, observe),
            )
            for name in self.bound.resources
        ]

    def _always(self, name: str, observe: bool) -> bool:
        """A resource with a hook before updates stops at each update of the stack, changed or not."""
        cls = self.implementation(name).cls
        hooked = "pre-update" in self.environment.resource_registry.hooks(name)
        return cls.always_looks or hooked or (observe and bool(cls.service))

    def _hidden_dependencies(self, shown: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """Dependencies that types add; one that would close a cycle is left out, as the template's own order wins."""
        asks = {
            name: self.implementation(name).cls
            for name in self.bound.resources
            if self.implementation(name).cls.redefines("hidden_dependencies")
        }
        if not asks:
            return {}
        siblings = {
            name: self._sibling(name) for name in self.bound.resources if name in asks or _may_matter(self, name)
        }
        others = Siblings(siblings.values())
        needs: dict[str, frozenset[str]] = dict(shown)
        added: dict[str, frozenset[str]] = {}
        for name, cls in asks.items():
            for other in cls.hidden_dependencies(siblings[name], others):
                free = other in shown and other != name and other not in needs[name]
                if free and not _reaches(needs, other, name):
                    added[name] = added.get(name, frozenset()) | {other}
                    needs[name] = needs[name] | {other}
        return added

    def _sibling(self, name: str) -> Sibling:
        definition = self.definition(name)
        properties = definition.properties if isinstance(definition.properties, dict) else {}
        return Sibling(name, self.implementation(name).name or definition.type, properties)

    def known_policy(self, name: str) -> Any:
        """A resource's update_policy as far as it is known before anything exists; None without one."""
        policy = self.definition(name).update_policy
        return evaluate(policy, Nothing()) if policy is not None else None

    def known_properties(self, name: str) -> Any:
        """A resource's properties as far as they are known before anything exists."""
        return evaluate(self.definition(name).properties, Nothing())


class Nothing:
    """No resource exists yet."""

    def reference(self, name: str) -> Any:
        return UNKNOWN

    def attribute(self, name: str, attribute: str | None, path: list[Any]) -> Any:
        return UNKNOWN


def _opened(tree: Any) -> Any:
    """The tree of a parsed template with its gaps as UNKNOWN again."""
    if isinstance(tree, Mapping):
        return {key: _opened(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_opened(item) for item in tree]
    return UNKNOWN if tree == _GAP else tree


def _may_matter(stack: StackDefinition, name: str) -> bool:
    return bool(stack.implementation(name).cls.service)


def _reaches(needs: Mapping[str, Iterable[str]], start: str, goal: str) -> bool:
    seen, queue = {start}, [start]
    while queue:
        here = queue.pop()
        if here == goal:
            return True
        for need in needs.get(here, ()):
            if need not in seen:
                seen.add(need)
                queue.append(need)
    return False
