"""The example of each resource type, as its page shows it, makes what it says and takes it away again."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from heat_mq.policies.resource_types import ADMIN_TYPES
from heat_mq.resources.kit import registry
from tests.simulation.stacks import live
from tests.simulation.whole import WholeWorld

EXAMPLES = pathlib.Path(__file__).parents[2] / "docs" / "examples"
BY_TYPE = {path.stem.replace("-", "::"): path.read_text() for path in sorted(EXAMPLES.glob("*.yaml"))}
#: Neutron's own policy lets administrators alone do the last.
ADMINISTRATORS = (*ADMIN_TYPES, "OS::Neutron::Metering*")
#: What is on the web, as far as examples are concerned.
WEB = {f"https://templates.example.org/{path.name}": path.read_text() for path in (EXAMPLES / "lib").glob("*.yaml")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeWorld]:
    world = WholeWorld(tmp_path_factory.mktemp("whole"))
    yield world
    world.close()


@pytest.mark.parametrize("type_name", BY_TYPE)
def test_the_example_of_a_type_is_made_and_leaves_nothing_behind(whole: WholeWorld, type_name: str) -> None:
    user = "admin" if any(fnmatch(type_name, pattern) for pattern in ADMINISTRATORS) else "demo"
    stack = live(whole, user, BY_TYPE[type_name], files=WEB)
    assert [output["output_key"] for output in stack["outputs"] if output["output_value"] in (None, "", [], {})] == []


def test_every_type_that_users_are_shown_has_an_example_that_uses_it() -> None:
    shown = {name for name, cls in registry.load().items() if cls.support.status != "HIDDEN" and "Sim::" not in name}
    assert sorted(shown - BY_TYPE.keys()) == [], "write docs/examples/<type with - for ::>.yaml"
    assert sorted(BY_TYPE.keys() - shown) == []
    assert [name for name, text in BY_TYPE.items() if f"ype: {name}\n" not in text] == []


def test_every_example_says_what_it_is() -> None:
    assert [name for name, text in BY_TYPE.items() if "\ndescription: " not in text.lower()] == []
