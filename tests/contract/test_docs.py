"""The documents can be built, and the page of each resource type tells all of its schema."""

from __future__ import annotations

import importlib
import pathlib
import re
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from heat_mq.resources.kit import IN_PLACE, Int, List, Map, Resource, Schema, Str, Support, registry
from heat_mq.resources.kit.describe import attributes_of
from heat_mq.template.constraints import KINDS
from tests.waiting import PATIENCE

DOCS = pathlib.Path(__file__).parents[2] / "docs"
EXAMPLE = "heat_template_version: 2021-04-16\n"


def load(name: str) -> ModuleType:
    """A module of the extensions that Sphinx loads for these documents."""
    sys.path.insert(0, str(DOCS / "extensions"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(DOCS / "extensions"))


type_page, resource_pages = load("type_page"), load("resource_pages")


@pytest.mark.slow
@pytest.mark.timeout(3 * PATIENCE)
def test_the_documents_are_built_without_a_warning(tmp_path: pathlib.Path) -> None:
    program = [sys.executable, "-W", "ignore", "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*program, "-d", str(tmp_path / "read"), str(DOCS), str(tmp_path / "html")],
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.stem.replace("-", "::") for path in (tmp_path / "html/resource_types").glob("*-*.html")} == set(
        resource_pages.documented()
    )


@pytest.mark.parametrize("name", sorted(resource_pages.documented()))
def test_a_page_names_every_property_and_attribute_that_users_are_shown(name: str) -> None:
    cls = registry.get(name)
    text = type_page.page(cls, EXAMPLE)
    properties, _, attributes = text.partition("\nAttributes\n")
    assert entries(properties) >= shown(cls.Properties.props)
    assert entries(attributes) >= shown(attributes_of(cls)) | shown(cls.UpdatePolicy.props)


def shown(props: dict[str, Any]) -> set[str]:
    return {name for name, prop in props.items() if not prop.hidden}


def entries(text: str) -> set[str]:
    return set(re.findall(r"^``(.+)`` \(", text, re.MULTILINE))


class Kettle(Resource):
    """Boils *water*."""

    type = "Test::Kettle"
    service = "kitchen"
    support = Support(version="9.0.0", previous=Support("UNSUPPORTED", "8.0.0", "too hot"))

    class Properties(Schema):
        colour = Str("Its colour_ and | more.", default="red", allowed=["red", "blue"], update=IN_PLACE)
        litres = Int("Litres that it holds.", required=True, within=(1, 3), immutable=True)
        cups = List("Cups.", of=Map("A cup.", schema={"size": Int("In ml.", within=(None, 500))}))
        secret = Str("Where the tea is.", hidden=True)

    class Attributes(Schema):
        heat = Int("Degrees.")

    def create(self, call: Any, props: Any) -> str:
        return "kettle"


def test_a_page_says_what_may_be_given_and_what_an_update_does() -> None:
    text = type_page.page(Kettle, EXAMPLE)
    assert "Boils \\*water\\*." in text
    assert "* Supported since version 9.0.0 of Heat. Unsupported since version 8.0.0 of Heat. too hot.\n" in text
    assert "* Nothing is changed before it is stored that it will be: when an engine dies on the way" in text
    assert (
        "``litres`` (*integer*, **required**)\n   Litres that it holds.\n\n"
        "   * From 1 to 3.\n   * An update that changes it is refused.\n"
    ) in text
    assert (
        "``colour`` (*string*)\n   Its colour\\_ and \\| more.\n\n"
        '   * Default: ``"red"``.\n   * One of ``"red"``, ``"blue"``.\n   * Updated in place.\n'
    ) in text
    assert "      ``size`` (*integer*)\n         In ml.\n\n         * At most 500.\n" in text
    assert text.index("``litres``") < text.index("``colour``")
    assert "tea" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_constraint_has_words(kind: str) -> None:
    argument: Any = {
        "modulo": {"step": 2, "offset": 1},
        "range": {"min": 1},
        "length": {"max": 5},
        "allowed_values": ["a"],
        "allowed_pattern": "a+",
        "custom_constraint": "nova.flavor",
    }[kind]
    assert type_page.constraint_sentence({kind: argument}).endswith(".")


def test_pages_of_types_that_are_no_more_are_taken_away(tmp_path: pathlib.Path) -> None:
    (tmp_path / "examples").symlink_to(DOCS / "examples")
    resource_pages.write(tmp_path)
    stale, kept = tmp_path / "resource_types/Test-Kettle.rst", tmp_path / "resource_types/OS-Heat-Value.rst"
    stale.write_text("old")
    before = kept.stat().st_mtime_ns
    resource_pages.write(tmp_path)
    assert not stale.exists()
    assert kept.stat().st_mtime_ns == before
