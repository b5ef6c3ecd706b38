"""Every resource type by name: the built-in ones and those that installed packages add."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from stevedore import ExtensionManager

from heat_mq.errors import NotFound, nearest
from heat_mq.resources.kit.resource import Resource

NAMESPACE = "heat_mq.resources"


@functools.cache
def load() -> dict[str, type[Resource]]:
    """All types by name.

    Imports every module of ``heat_mq.resources.types`` and the entry points ``heat_mq.resources``.
    """
    package = importlib.import_module("heat_mq.resources.types")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    ExtensionManager(NAMESPACE, invoke_on_load=False)
    return dict(sorted(Resource.registered.items()))


def get(type_name: str) -> type[Resource]:
    """The class of a type; raises NotFound with the nearest name."""
    types = load()
    try:
        return types[type_name]
    except KeyError:
        near = nearest(type_name, types)
        hint = f" Did you mean {near}?" if near else ""
        raise NotFound(f"The Resource Type ({type_name}) could not be found.{hint}", suggestion=near) from None
