"""What values look like inside text, and replacing many words at once; shared by HOT's and CFN's functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused
from heat_mq.template.limits import DEFAULT_LIMITS


def as_json(value: Any) -> str:
    """JSON with sorted keys, as Heat puts maps and lists into text."""
    return json.dumps(value, sort_keys=True)


def join(name_of_items: str, delimiter: Any, items: list[Any], *, json_items: bool) -> str:
    """Join strings; null counts as "", and with ``json_items`` maps and lists become JSON. Refuses numbers."""
    if not isinstance(delimiter, str):
        raise Refused(f"needs a string as its delimiter, not {shown(delimiter)}", 0)
    words = []
    for item in items:
        if item is None:
            words.append("")
        elif isinstance(item, str):
            words.append(item)
        elif json_items and isinstance(item, dict | list):
            words.append(as_json(item))
        else:
            raise Refused(f"joins strings; {shown(item)} in {name_of_items} is none")
    size = sum(map(len, words)) + len(delimiter) * len(words)
    if size > DEFAULT_LIMITS.text:
        raise Refused(f"would give a text of {size} characters; at most {DEFAULT_LIMITS.text} are allowed")
    return delimiter.join(words)


def replacements(params: Any, *, json_values: bool, where: tuple[str | int, ...]) -> dict[str, str]:
    """The text that stands for each word of a map of replacements."""
    if not isinstance(params, dict):
        raise Refused(f"needs a map of replacements as its params, not {shown(params)}", *where)
    texts: dict[str, str] = {}
    for word, value in params.items():
        if not word:
            raise Refused("cannot replace an empty string: a key of its params is empty", *where)
        if value is None:
            texts[word] = ""
        elif isinstance(value, str | int | float):
            texts[word] = str(value)
        elif json_values and isinstance(value, dict | list):
            texts[word] = as_json(value)
        else:
            raise Refused(f"needs text or a number as params value of {word!r}, not {shown(value)}", *where, word)
    return texts


def replace_all(text: str, texts: Mapping[str, str]) -> tuple[str, list[str]]:
    """Replace every word in one pass, and tell which words never occurred.

    Longer words go first, equally long ones by the alphabet; what was put in is never searched again.
    """
    parts = [text]  # even places are still open text, odd ones are done
    unused = []
    for word in sorted(texts, key=lambda word: (-len(word), word)):
        grown: list[str] = []
        for place, part in enumerate(parts):
            if place % 2:
                grown.append(part)
                continue
            pieces = part.split(word)
            grown.append(pieces[0])
            for piece in pieces[1:]:
                grown += [texts[word], piece]
        if len(grown) == len(parts):
            unused.append(word)
        parts = grown
    size = sum(map(len, parts))
    if size > DEFAULT_LIMITS.text:
        raise Refused(f"would give a text of {size} characters; at most {DEFAULT_LIMITS.text} are allowed")
    return "".join(parts), unused


def split(delimiter: Any, text: Any) -> list[str]:
    """Split text at each delimiter."""
    if not isinstance(delimiter, str) or not isinstance(text, str):
        raise Refused(f"takes a delimiter and a text, both strings, not {shown(delimiter)} and {shown(text)}")
    if not delimiter:
        raise Refused("needs a delimiter that is not empty", 0)
    return text.split(delimiter)
