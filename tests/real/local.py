"""A life in the words of a real cloud: its host, its external network, and names that nobody else uses."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from oslo_utils.uuidutils import is_uuid_like

from tests.unit.resources.lives import Life, Raw, id_of

#: Properties that give an object its name, or an id of the user's choice.
NAMING = ("name", "id", "flavorid")


def translated(life: Life, places: Mapping[str, str], token: str, unknown: Collection[str] = ()) -> Life:
    """``places`` are words for what the simulated cloud has from the start; ``token`` becomes part of every name.

    ``unknown`` are properties that the life does without here.
    """
    words = {name: f"{name}-{token}" for name in _names(life)}
    words |= {id_of(name): id_of(word) for name, word in words.items()} | dict(places)

    def begin(make: Any) -> Raw:
        return without(spoken.begin(make))

    def without(raw: Mapping[str, Any]) -> Raw:
        return {key: value for key, value in raw.items() if key not in unknown}

    spoken = life.spoken(words)
    return dataclasses.replace(spoken, begin=begin, change=spoken.change and without(spoken.change))


def _names(life: Life) -> set[str]:
    """Every name that the life gives to anything; nobody else has its UUIDs."""
    raws: list[Mapping[str, Any]] = [life.change or {}, life.replace or {}]

    def make(type_name: str, **raw: Any) -> str:
        raws.append(raw)
        return ""

    raws.append(life.begin(make))
    names = {raw[key] for raw in raws for key in NAMING if isinstance(raw.get(key), str)}
    return {name for name in names if not is_uuid_like(name)}
