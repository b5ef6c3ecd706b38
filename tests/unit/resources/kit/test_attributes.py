"""Reading attributes: no more than is asked for, and plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.resources.kit import Call, Map, Record, Resource, Schema
from heat_mq.resources.kit.attributes import AttributeReader


class Doors(Mapping[str, str]):
    """Remembers which were opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def __getitem__(self, name: str) -> str:
        if name not in ("front", "back"):
            raise KeyError(name)
        self.opened.append(name)
        return f"the {name} door"

    def __iter__(self) -> Iterator[str]:
        return iter(("front", "back"))

    def __len__(self) -> int:
        return 2


class House(Resource):
    type = "Test::House"
    doors = Doors()

    class Attributes(Schema):
        doors = Map("Opened when they are looked at.", cached=False)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return self.doors


@pytest.fixture
def reader() -> AttributeReader:
    House.doors = Doors()
    record = Record("id", "house", "Test::House", "stack", "stack", "project", "house-1")
    return AttributeReader(House(record), Call(cloud=None, clock=FakeClock()))  # type: ignore[arg-type]


def test_a_part_of_a_lazy_map_costs_that_part_alone(reader: AttributeReader) -> None:
    assert reader.value("doors", ["back"]) == "the back door"
    assert House.doors.opened == ["back"]


def test_a_whole_lazy_map_becomes_a_plain_one(reader: AttributeReader) -> None:
    found = reader.value("doors", [])
    assert type(found) is dict
    assert found == {"front": "the front door", "back": "the back door"}


@pytest.mark.parametrize("path", [["cellar"], [0], ["front", "lock"]])
def test_a_step_that_does_not_fit_gives_nothing(reader: AttributeReader, path: list[Any]) -> None:
    assert reader.value("doors", path) is None
