"""The other resources of a template, found by what they share: a template of many thousands stays quick."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from heat_mq.resources.kit.call import Sibling
from heat_mq.resources.kit.references import object_key

Shared = Callable[[Sibling], Any]


class Siblings(Sequence[Sibling]):
    """Resources in the template's order. Indexes are made when they are first asked for."""

    def __init__(self, items: Iterable[Sibling]) -> None:
        self._items = tuple(items)
        self._types: dict[str, list[Sibling]] | None = None
        self._groups: dict[tuple[str, Shared], dict[Hashable, list[Sibling]]] = {}

    @classmethod
    def of(cls, items: Iterable[Sibling]) -> Siblings:
        """The same, or any resources as such."""
        return items if isinstance(items, Siblings) else cls(items)

    def of_type(self, type_name: str) -> Sequence[Sibling]:
        if self._types is None:
            self._types = {}
            for item in self._items:
                self._types.setdefault(item.type, []).append(item)
        return self._types.get(type_name, ())

    def grouped(self, type_name: str, shared: Shared) -> Mapping[Hashable, Sequence[Sibling]]:
        """Resources of a type by the object that ``shared`` (a function of a module) tells of each.

        The keys are those of :func:`heat_mq.resources.kit.references.object_key`.
        """
        groups = self._groups.get((type_name, shared))
        if groups is None:
            groups = self._groups[type_name, shared] = {}
            for item in self.of_type(type_name):
                groups.setdefault(object_key(shared(item)), []).append(item)
        return groups

    def sharing(self, type_name: str, shared: Shared, value: Any) -> Sequence[Sibling]:
        """Resources of a type for which ``shared`` tells the same object as ``value``."""
        key = object_key(value)
        return () if key is None else self.grouped(type_name, shared).get(key, ())

    @overload
    def __getitem__(self, index: int) -> Sibling: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sibling]: ...
    def __getitem__(self, index: int | slice) -> Sibling | Sequence[Sibling]:
        return self._items[index]

    def __iter__(self) -> Iterator[Sibling]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
