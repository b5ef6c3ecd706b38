"""The environment in a body: a map, or YAML text of one."""

from __future__ import annotations

from typing import Any

import yaml

from heat_mq import errors
from heat_mq.web.body import kind

#: Sections of an environment and what each holds.
SECTIONS: dict[str, type] = {
    "parameters": dict,
    "parameter_defaults": dict,
    "parameter_merge_strategies": dict,
    "resource_registry": dict,
    "encrypted_param_names": list,
    "event_sinks": list,
}

#: Values an environment may have once its YAML aliases are written out.
MAX_VALUES = 100_000


class _Loader(yaml.CSafeLoader):
    """Dates stay text: a parameter's value is what its author typed."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_environment(given: Any) -> dict[str, Any]:
    """An environment with sections that are known and of the right kind. Raises ``BadRequest``."""
    value = _parse(given) if isinstance(given, str) else given
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise errors.BadRequest(f"The environment is a map, not {kind(value)}.")
    for section, content in value.items():
        if section not in SECTIONS:
            hint = errors.suggestion(section, SECTIONS)
            raise errors.BadRequest(
                f"The environment has no section {section!r}.{hint} It may have {', '.join(SECTIONS)}."
            )
        if not isinstance(content, SECTIONS[section]):
            wanted = "a map" if SECTIONS[section] is dict else "a list"
            raise errors.BadRequest(f"The environment's section {section!r} is {wanted}, not {kind(content)}.")
    return dict(value)


def _parse(text: str) -> Any:
    try:
        return _as_json(yaml.load(text, Loader=_Loader), "", [MAX_VALUES])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise errors.BadRequest(f"The environment is not YAML: {error.problem}{where}.") from error
    except RecursionError as error:
        raise errors.BadRequest("The environment is nested too deep.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise errors.BadRequest(f"The environment is not YAML: {error}.") from error


def _as_json(value: Any, path: str, left: list[int]) -> Any:
    """A copy that is JSON, aliases written out; ``left`` counts down so that they cannot grow without end."""
    left[0] -= 1
    if left[0] < 0:
        raise errors.BadRequest(f"The environment has more than {MAX_VALUES} values once its aliases are written out.")
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dict():
            return {str(key): _as_json(item, f"{path}.{key}", left) for key, item in value.items()}
        case list():
            return [_as_json(item, f"{path}[{position}]", left) for position, item in enumerate(value)]
    raise errors.BadRequest(f"The environment's value at {path.lstrip('.')!r} is not text, number, list or map.")
