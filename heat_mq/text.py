"""Which text stands for a boolean, and which can be stored, the same on every database."""

from __future__ import annotations

from typing import Any, Final

#: The words that stand for a boolean, in small letters, as OpenStack's services read them.
TRUTHS: Final = dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True) | dict.fromkeys(
    ("false", "f", "no", "n", "off", "0"), False
)


def unstorable(tree: Any) -> str:
    """What stands in a text or key of JSON data that no database takes, in words; "" when all can be stored."""
    pending = [tree]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if "\0" in value:
                return "a NUL character"
            if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
                return "half of a surrogate pair"
        elif isinstance(value, dict):
            pending += value.keys()
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return ""
