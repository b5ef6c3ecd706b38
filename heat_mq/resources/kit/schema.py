"""Properties and attributes, written once: documentation, validation and API answer.

::

    class Properties(Schema):
        name = Str("Name of the network.", update=IN_PLACE)
        mtu = Int("Largest packet, in bytes.", within=(68, None))
        pools = List("Ranges of addresses.", of=Map("A range.", schema={
            "start": Str("First address.", required=True, constraint="ip_addr"),
            "end": Str("Last address.", required=True, constraint="ip_addr")}))

The Python name is the property's name, unless ``name=`` gives another
(``vnic_type = Str("…", name="binding:vnic_type")``).
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping, Sequence
from typing import ClassVar

from heat_mq.template import constraints as rules

IN_PLACE = "in_place"
REPLACE = "replace"
UNSET: typing.Any = object()


@dataclasses.dataclass(frozen=True, slots=True)
class Support:
    """Since when a property, attribute or type is supported, and what came before.

    ``status`` is one of SUPPORTED, DEPRECATED, HIDDEN, UNSUPPORTED; ``version`` is Heat's.
    """

    status: str = "SUPPORTED"
    version: str | None = None
    message: str | None = None
    previous: Support | None = None

    def as_dict(self) -> dict[str, typing.Any]:
        out: dict[str, typing.Any] = {"status": self.status}
        if self.version is not None:
            out["version"] = self.version
        if self.message is not None:
            out["message"] = self.message
        if self.previous is not None:
            out["previous_status"] = self.previous.as_dict()
        return out


@dataclasses.dataclass(frozen=True, slots=True)
class Lookup:
    """A value that may be a name: it is turned into the id before a step sees it.

    ``service`` and ``kind`` name what is looked up (``Lookup("network", "subnet")``).
    """

    service: str
    kind: str


class Prop:
    """One property or attribute. Use the subclasses :class:`Str`, :class:`Int`, …"""

    kind: ClassVar[str] = "any"

    def __init__(
        self,
        doc: str,
        *,
        name: str = "",
        required: bool = False,
        default: typing.Any = None,
        update: str = REPLACE,
        immutable: bool = False,
        length: tuple[int | None, int | None] | None = None,
        within: tuple[float | None, float | None] | None = None,
        modulo: tuple[int, int] | None = None,
        allowed: Sequence[typing.Any] | None = None,
        pattern: str | None = None,
        constraint: str | None = None,
        rules_extra: Sequence[rules.Constraint] = (),
        lookup: Lookup | None = None,
        schema: Mapping[str, Prop] | None = None,
        of: Prop | None = None,
        support: Support | None = None,
        hidden: bool = False,
        moved_to: str = "",
        secret: bool = False,
        cached: bool = True,
        extension: str = "",
        nullable: bool = False,
        implemented: bool = True,
    ) -> None:
        """Describe a property.

        ``hidden`` leaves it out of the public schema; ``moved_to`` is the dotted path of the property that
        took over from this one (its value is used there); ``secret`` values are never printed;
        ``cached=False`` marks an attribute that is read live each time it is asked for; ``extension`` is the
        alias of the service's extension without which the property cannot be given (:mod:`.extensions`);
        ``nullable``: null means not given, and not the default or the empty value. A property that is not
        ``implemented`` is one that templates for other engines have; giving it is an error.
        """
        self.doc = doc
        self.name = name
        self.required = required
        self.default = default
        self.update = update
        self.immutable = immutable
        self.lookup = lookup
        self.schema: dict[str, Prop] | None = dict(schema) if schema is not None else None
        self.of = of
        self.support = support or Support()
        self.hidden = hidden or not implemented
        self.implemented = implemented
        self.moved_to = moved_to
        self.secret = secret
        self.cached = cached
        self.extension = extension
        self.nullable = nullable
        found: list[rules.Constraint] = list(rules_extra)
        if length is not None:
            found.append(rules.Length(min=length[0], max=length[1]))
        if within is not None:
            found.append(rules.Range(min=within[0], max=within[1]))
        if modulo is not None:
            found.append(rules.Modulo(step=modulo[0], offset=modulo[1]))
        if allowed is not None:
            found.append(rules.AllowedValues(values=tuple(allowed)))
        if pattern is not None:
            found.append(rules.AllowedPattern(pattern=pattern))
        if constraint is not None:
            found.append(rules.CustomConstraint(name=constraint))
        self.constraints: tuple[rules.Constraint, ...] = tuple(found)
        if self.schema:
            for key, child in self.schema.items():
                child.name = child.name or key

    @property
    def in_place(self) -> bool:
        return self.update == IN_PLACE

    @property
    def children(self) -> dict[str, Prop] | None:
        """The nested schema as the API shows it: ``{"*": item}`` for a list."""
        return {"*": self.of} if self.of is not None else self.schema

    def __set_name__(self, owner: type, attr: str) -> None:
        self.name = self.name or attr

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Str(Prop):
    """Text; booleans and whole numbers are accepted and turned into text."""

    kind = "string"


class Int(Prop):
    """A whole number; a fraction is cut off."""

    kind = "integer"


class Num(Prop):
    """A number, whole or not."""

    kind = "number"


class Bool(Prop):
    """true or false."""

    kind = "boolean"


class List(Prop):
    """A list; ``of`` describes its items."""

    kind = "list"


class Map(Prop):
    """A map; ``schema`` describes its keys (any key is allowed without)."""

    kind = "map"


class Any(Prop):
    """A value of any type."""

    kind = "any"


class Schema:
    """A set of named :class:`Prop`; subclasses list them as class attributes and may inherit."""

    props: ClassVar[dict[str, Prop]] = {}
    open: ClassVar[bool] = False  # accept names that are not listed

    def __init_subclass__(cls, **kwargs: typing.Any) -> None:
        super().__init_subclass__(**kwargs)
        found: dict[str, Prop] = {}
        for base in reversed(cls.__mro__):
            for value in vars(base).values():
                if isinstance(value, Prop):
                    found[value.name] = value
        cls.props = found


def make_schema(name: str, props: Mapping[str, Prop], *, open: bool = False) -> type[Schema]:
    """A schema from data (provider templates, types with many similar properties)."""
    return typing.cast(type[Schema], type(name, (Schema,), {**props, "open": open}))
