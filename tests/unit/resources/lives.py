"""What a type is made with, changed to in place and replaced with, in a test of its whole life."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from heat_mq.resources.kit.testing import Driver
from heat_mq.simcloud import Cloud
from heat_mq.simcloud.store import public

Make = Callable[..., str]
"""``make(type, **properties)`` makes something that the type needs; the answer is what ``get_resource`` gives."""
Raw = dict[str, Any]

#: Fields of a life that speak of the cloud's objects.
SPOKEN = ("change", "replace", "shown", "changed", "refused")
#: Documents that come and go with any request, or are the simulation's own.
PASSING = frozenset(
    {"identity/tokens", "cloud/faults", "cloud/secrets", "cloud/seeded", "guest/boots", "object-store/accounts"}
)


@dataclasses.dataclass(frozen=True)
class Life:
    """One type's; ``variant`` tells several of a type apart.

    ``begin`` has every property that may be given together, ``change`` what is updated in place, and ``replace`` what
    makes a new object. None of a change takes a property away.

    ``shown`` are the keys by which the object, as it is read, must show what it was made with, and ``changed`` those
    after the update. ``user`` is who does it, ``services`` are those whose requests a worker may die after.
    """

    type: str
    begin: Callable[[Make], Raw]
    change: Mapping[str, Any] | None = None
    replace: Mapping[str, Any] | None = None
    shown: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    changed: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    #: Properties that count as updated in place though the service changes them never, or not yet: a value, and words
    #: of its refusal.
    refused: Mapping[str, tuple[Any, str]] = dataclasses.field(default_factory=dict)
    services: tuple[str, ...] = ("identity",)
    user: str = "admin"
    can_be_gone: bool = True
    #: What it shows when it is suspended; nothing for what cannot be.
    asleep: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    #: Whether what gave way to a successor and came back looks as it did before.
    comes_back_alike: bool = True
    #: Whether what was changed in place can be changed back.
    changes_back: bool = True
    #: Whether others that depend on it go on seeing the same after it was changed in place.
    keeps_reference: bool = True
    #: Whether what a dying worker has made can be told from what somebody else makes.
    found_again: bool = True
    #: Whether there can be another one of the same properties when the first is gone.
    made_again: bool = True
    #: Why no service of today takes it, which the simulated ones still do.
    dropped: str = ""
    variant: str = ""
    #: Makes what no type makes, gives its ids by the words that the life has for it, and takes it away afterwards.
    ground: Callable[[Driver], AbstractContextManager[Mapping[str, str]]] = lambda driver: contextlib.nullcontext({})

    @property
    def title(self) -> str:
        return f"{self.type} {self.variant}".strip()

    def spoken(self, words: Mapping[str, str]) -> Life:
        """The same in other words."""

        def begin(make: Make) -> Raw:
            raw: Raw = said(self.begin(lambda type_name, **raw: make(type_name, **said(raw, words))), words)
            return raw

        same = {field.name: getattr(self, field.name) for field in dataclasses.fields(Life)}
        spoken = {name: said(same[name], words) for name in SPOKEN}
        return Life(**{**same, **spoken, "begin": begin})  # of none of the short forms

    def updated(self, raw: Raw) -> Raw:
        return {key: value for key, value in {**raw, **(self.change or {})}.items() if value is not None}


class Networks(tuple[str, ...]):
    """Equal to the addresses of a server that is on the networks of these names and on no other."""

    def __eq__(self, addresses: object) -> bool:
        return isinstance(addresses, Mapping) and addresses.keys() == set(self)

    __hash__ = tuple.__hash__


def id_of(name: str) -> str:
    """What a life says for the id of what it needs and has made with that name."""
    return f"the id of {name}"


def said(value: Any, words: Mapping[str, str]) -> Any:
    """The same with other words."""
    match value:
        case str():
            return words.get(value, value)
        case Mapping():
            return {key: said(each, words) for key, each in value.items()}
        case list() | tuple():
            return type(value)(said(each, words) for each in value)
    return value


def inventory(cloud: Cloud) -> dict[tuple[str, str, str], Raw]:
    """All that the simulated cloud holds."""
    with cloud.lock:
        return {
            (each.service, each.kind, document["id"]): _lasting(document)
            for each in cloud.store.collections()
            if f"{each.service}/{each.kind}" not in PASSING
            for document in each.all()
        }


def _lasting(document: Raw) -> Raw:
    marks = ("updated_at", "updated", "revision_number")
    return {key: value for key, value in public(document).items() if key not in marks}
