"""A resource's property values as a step sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any


class Props(Mapping[str, Any]):
    """Property values by name: typed, defaults filled in, names turned into ids.

    ``props.cidr`` and ``props["binding:vnic_type"]`` both work; a property that was not given and has no
    default is ``None``.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"no property {name!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def given(self, *without: str) -> dict[str, Any]:
        """The properties that have a value, but for those named."""
        return {name: value for name, value in self._values.items() if value is not None and name not in without}

    def only(self, names: Collection[str]) -> dict[str, Any]:
        """The named properties, those without a value included."""
        return {name: value for name, value in self._values.items() if name in names}
