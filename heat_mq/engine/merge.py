"""A PATCH: what the request says over what is stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from heat_mq.engine.definitions import Source


def patched_source(stored: Source, given: Source, clear: Sequence[str]) -> Source:
    """The stored source with the request's parameters, environment and files put over it.

    ``clear`` names stored parameter values that are forgotten first; then the environment's ``parameter_defaults``
    count again, or the template's own.
    """
    kept = {name: value for name, value in stored.environment.parameters.items() if name not in clear}
    base = dataclasses.replace(stored.environment, parameters=kept)
    return dataclasses.replace(given, environment=base.merge(given.environment), files={**stored.files, **given.files})
