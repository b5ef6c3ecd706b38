"""A PATCH: what the request says over what is stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Sequence

from heat_mq.engine.definitions import Source


def patched_source(stored: Source, given: Source, clear: Sequence[str]) -> Source:
    """The stored source with the request's parameters, environment and files put over it.

    ``clear`` names stored parameter values that are forgotten first; then the environment's ``parameter_defaults``
    count again, or the template's own.
    """
    kept = {name: value for name, value in stored.environment.parameters.items() if name not in clear}
    base = dataclasses.replace(stored.environment, parameters=kept)
    return dataclasses.replace(given, environment=base.merge(given.environment), files={**stored.files, **given.files})


def without_unknown(source: Source, known: Container[str]) -> Source:
    """The source without values of parameters that its template does not have, which a merge ignores.

    What is stored can be used whole: to adopt what was abandoned is no merge, and refuses them.
    """
    used = {name: value for name, value in source.environment.parameters.items() if name in known}
    return dataclasses.replace(source, environment=dataclasses.replace(source.environment, parameters=used))
