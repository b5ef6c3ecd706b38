"""Values that are more than data: not known yet, secret, or not there.

A tree that ``evaluate`` answers is JSON data in which two kinds of mark may stand:
``UNKNOWN`` (known after apply) and ``Secret`` (the value came from a hidden parameter or a sensitive
property). Marks travel through every function. ``reveal`` takes the secret marks off for the one
who sends the value to a cloud; ``mask`` makes the tree fit to be shown.
"""

from __future__ import annotations

from typing import Any, Final

MASK: Final = "******"


class _Sentinel:
    """A named constant that is equal only to itself, also after copying and pickling."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    def __copy__(self) -> _Sentinel:
        return self

    def __deepcopy__(self, memo: object) -> _Sentinel:
        return self

    def __reduce__(self) -> str:
        return self._name

    def __bool__(self) -> bool:
        raise TypeError(f"{self._name} is neither true nor false: compare it with 'is'")


UNKNOWN: Final = _Sentinel("UNKNOWN")
"""A value that only the cloud can tell, later."""

NOTHING: Final = _Sentinel("NOTHING")
"""What a two-argument ``if`` gives when it is false: the list item or map key that holds it goes away."""


class Secret:
    """A JSON value that must not be shown. Equal to another secret of the same value, never to plain data."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: Any = value.value if isinstance(value, Secret) else value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.value == self.value

    def __hash__(self) -> int:
        return hash((Secret, repr(self.value)))


def reveal(tree: Any) -> Any:
    """The tree with every secret mark taken off; UNKNOWN stays. The tree given is not changed."""
    if isinstance(tree, Secret):
        return reveal(tree.value)
    if isinstance(tree, dict):
        return {key: reveal(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [reveal(item) for item in tree]
    return tree


def mask(tree: Any, *, unknown: Any = None) -> Any:
    """The tree as it may be shown: JSON with ``******`` for secrets and ``unknown`` where nothing is known yet."""
    if isinstance(tree, Secret):
        return MASK
    if tree is UNKNOWN:
        return unknown
    if isinstance(tree, dict):
        return {key: mask(value, unknown=unknown) for key, value in tree.items()}
    if isinstance(tree, list):
        return [mask(item, unknown=unknown) for item in tree]
    return tree


def is_known(tree: Any) -> bool:
    """True when UNKNOWN stands nowhere in the tree."""
    if isinstance(tree, Secret):
        return is_known(tree.value)
    if isinstance(tree, dict):
        return all(is_known(value) for value in tree.values())
    if isinstance(tree, list):
        return all(is_known(item) for item in tree)
    return tree is not UNKNOWN


def is_secret(tree: Any) -> bool:
    """True when a secret stands anywhere in the tree."""
    if isinstance(tree, dict):
        return any(is_secret(value) for value in tree.values())
    if isinstance(tree, list):
        return any(is_secret(item) for item in tree)
    return isinstance(tree, Secret)
