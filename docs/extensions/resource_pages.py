"""Sphinx extension: writes a page for each resource type, from its schema and its example, before anything is read."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any

from type_page import first_sentence, heading, page

from heat_mq.resources.kit import registry
from heat_mq.resources.kit.resource import Resource

FOLDER = "resource_types"
INTRODUCTION = """\
What templates can be made of, by service. Each page shows a template that works on the simulated cloud
(``tools/quickstart``) as it is. ``openstack orchestration resource type show TYPE`` tells the same of any type, also of
those that an environment adds.

A property is *updated in place*, or a change of it makes a new resource, which takes the place of the old one.
A property that is not given has its default, or none.
"""


def documented() -> dict[str, type[Resource]]:
    """The types that users are shown, by name."""
    return {name: cls for name, cls in registry.load().items() if cls.support.status != "HIDDEN"}


def file_name(type_name: str) -> str:
    """Without an ending, of the page and of the example."""
    return type_name.replace("::", "-")


def write(docs: pathlib.Path) -> None:
    """Write every page below ``docs``; those that are right already keep their time, and Sphinx its memory of them."""
    folder = docs / FOLDER
    folder.mkdir(exist_ok=True)
    types = documented()
    pages = {"index.rst": index(types)}
    for name, cls in types.items():
        example = (docs / "examples" / f"{file_name(name)}.yaml").read_text(encoding="utf-8")
        pages[f"{file_name(name)}.rst"] = page(cls, example)
    for path in folder.glob("*.rst"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def index(types: Mapping[str, type[Resource]]) -> str:
    """The list of all types by service."""
    lines = [*heading("Resource types", "="), INTRODUCTION]
    for service in sorted({_service(name) for name in types}):
        lines += heading(service, "-")
        mine = {name: cls for name, cls in types.items() if _service(name) == service}
        for name, cls in mine.items():
            lines += [f":doc:`{name} <{file_name(name)}>`", f"   {first_sentence(cls)}", ""]
        lines += [".. toctree::", "   :hidden:", "", *(f"   {file_name(name)}" for name in mine), ""]
    return "\n".join(lines)


def _service(type_name: str) -> str:
    """``OS::Nova``, ``AWS::EC2``."""
    return "::".join(type_name.split("::")[:2])


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", lambda app: write(pathlib.Path(app.srcdir)))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
