"""The cases: what is asked for by a text such as ``flat 1000`` or ``small 100x5x10``."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks import templates
from benchmarks.templates import Template


class BadCase(ValueError):
    """A text that names no case; the message says what was expected."""


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A family of cases. ``sizes`` names the numbers, ``defaults`` are those of the last ones that may be left out."""

    sizes: tuple[str, ...]
    says: str
    template: Callable[..., Template]
    resources: Callable[..., int]
    defaults: tuple[int, ...] = ()
    changed: Callable[..., Template] | None = None

    @property
    def form(self) -> str:
        """``NxMxC``"""
        return "x".join(self.sizes)


def _one_stack_of_many(stacks: int, resources: int, clients: int) -> Template:
    return templates.flat(resources)


KINDS: Final[Mapping[str, Kind]] = {
    "flat": Kind(("N",), "N resources that know nothing of each other", templates.flat, lambda n: n),
    "chain": Kind(("N",), "N resources, each needs the one before", templates.chain, lambda n: n),
    "layers": Kind(
        ("W", "D"), "D layers of W resources, each needs two of the layer before", templates.layers, lambda w, d: w * d
    ),
    "fan-in": Kind(("N",), "N resources, and one that needs them all", templates.fan_in, lambda n: n + 1),
    "group": Kind(
        ("N", "M"),
        "a group of N nested stacks of M resources each",
        templates.group,
        lambda n, m: 1 + n + n * m,
        defaults=(2,),
    ),
    "small": Kind(
        ("N", "M", "C"),
        "N stacks of M resources, asked for by C clients at once",
        _one_stack_of_many,
        lambda n, m, c: n * m,
        defaults=(5, 10),
    ),
    "slow": Kind(("N",), "N resources that take 2 s each, side by side", templates.slow, lambda n: n),
    "servers": Kind(
        ("N",), "N servers of the simulated cloud, which boots each in 2 s", templates.servers, lambda n: n
    ),
    "volumes": Kind(
        ("N",), "N volumes of the simulated cloud, which makes each in 0.4 s", templates.volumes, lambda n: n
    ),
    "update-one": Kind(
        ("N",),
        "N resources, one of which is changed in place",
        templates.values,
        lambda n: n,
        changed=lambda n: templates.values(n, first=1),
    ),
    "idle": Kind(("S",), "S seconds without work; a resource is a second here", templates.flat, lambda s: s),
}

#: Each kind, and two sizes where the cost for a resource should not depend on it.
DEFAULT: Final = (
    "flat 100",
    "flat 1000",
    "flat 10000",
    "chain 100",
    "layers 50x10",
    "fan-in 500",
    "group 200x2",
    "small 100x5x10",
    "slow 500",
    "update-one 1000",
    "idle 10",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One case of a kind in a size."""

    name: str
    sizes: tuple[int, ...]

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    @property
    def resources(self) -> int:
        """How many resources it makes, those of nested stacks and the groups themselves included."""
        return self.kind.resources(*self.sizes)

    def template(self) -> Template:
        """What to create."""
        return self.kind.template(*self.sizes)

    def changed(self) -> Template | None:
        """What to update it to; None where the kind has nothing to change."""
        return self.kind.changed(*self.sizes) if self.kind.changed else None

    def __str__(self) -> str:
        return f"{self.name} {'x'.join(map(str, self.sizes))}"


def parse(text: str) -> Case:
    """The case of ``KIND NUMBERS``; raises BadCase."""
    name, _, size = text.strip().partition(" ")
    if name not in KINDS:
        near = difflib.get_close_matches(name, KINDS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise BadCase(f"no such case: {text!r}; there are {', '.join(KINDS)}{hint}")
    kind = KINDS[name]
    words = size.strip().split("x")
    if not all(word.isascii() and word.isdigit() and int(word) > 0 for word in words):
        raise BadCase(f"{text!r}: expected {name} {kind.form}, with numbers from 1")
    missing = len(kind.sizes) - len(words)
    if not 0 <= missing <= len(kind.defaults):
        raise BadCase(f"{text!r}: expected {name} {kind.form}, {len(kind.sizes)} numbers")
    given = tuple(int(word) for word in words)
    return Case(name, given + kind.defaults[len(kind.defaults) - missing :])


def describe() -> str:
    """A line for each kind, for help."""
    return "\n".join(f"  {f'{name} {kind.form}':<14} {kind.says}" for name, kind in KINDS.items())
