"""Read a template: its version, its sections and the keys in them. Functions are looked at by ``bind``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from heat_mq.errors import InvalidTemplateSection, InvalidTemplateVersion, nearest
from heat_mq.template.constraints import shown
from heat_mq.template.limits import DEFAULT_LIMITS, Limits
from heat_mq.template.model import Template
from heat_mq.template.parameters import ParameterSchema, parse_parameters
from heat_mq.template.problems import Problems
from heat_mq.template.regex import budget
from heat_mq.template.source import load
from heat_mq.template.versions import VERSION_KEYS, Version, find_version, nearest_version, valid_values

PSEUDO_PARAMETERS = {
    "hot": ("OS::stack_name", "OS::stack_id", "OS::project_id", "OS::region"),
    "cfn": ("AWS::StackName", "AWS::StackId", "AWS::Region"),
}


def parse(
    source: str | bytes | Mapping[str, Any],
    *,
    file: str = "",
    files: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    keep_errors: bool = False,
) -> Template:
    """Parse a template from YAML, JSON or data.

    ``file`` names it in problems; ``files`` are what ``get_file`` finds. Raises InvalidTemplate (or the subclass
    that fits the first problem) with every problem found, each with line and column when the source is text.

    With ``keep_errors`` a template whose version can be told is answered with what is wrong in its ``errors``, so that
    a checker can go on and report everything at once.
    """
    raw, origin, warnings = load(source, file=file, limits=limits)
    problems = Problems(origin)
    problems.warnings.extend(warnings)
    version = _version(raw, problems)
    _check_sections(raw, version, problems)
    words = version.words.sections
    section = _section(raw, version, "parameters", problems)
    with budget():
        parameters = parse_parameters(section, version, problems, (words["parameters"],))
    resources = _section(raw, version, "resources", problems)
    outputs = _section(raw, version, "outputs", problems)
    resources = _check_resources(resources, parameters, version, problems)
    outputs = _check_outputs(outputs, version, problems)
    template = Template(
        dialect=version,
        source=origin,
        raw=raw,
        description=_description(raw, version, problems),
        parameters=MappingProxyType(parameters),
        parameter_groups=_groups(raw, version, parameters, problems),
        resources=resources,
        outputs=outputs,
        conditions=_section(raw, version, "conditions", problems),
        mappings=_section(raw, version, "mappings", problems),
        files=files if files is not None else MappingProxyType({}),
        errors=tuple(problems.errors),
        warnings=tuple(problems.warnings),
        limits=limits,
    )
    if not keep_errors:
        problems.raise_errors()
    return template


def _version(raw: Mapping[str, Any], problems: Problems) -> Version:
    """The template's version; raises at once, since nothing can be said without it."""
    given = [key for key in VERSION_KEYS if key in raw]
    texts = [key for key in given if isinstance(raw[key], str)]
    if len(texts) > 1:
        problems.add((texts[1],), f"both {texts[0]} and {texts[1]} are given", error=InvalidTemplateVersion, key=True)
    elif not given:
        problems.add(
            (),
            f"the template does not say its version: the key {VERSION_KEYS[0]} is missing",
            error=InvalidTemplateVersion,
            expected=f"one of {', '.join(VERSION_KEYS)}",
            suggestion=next((near for name in raw if (near := nearest(name, VERSION_KEYS))), ""),
        )
    elif not texts:
        key = given[0]
        problems.add((key,), f"{key} must be a string, not {shown(raw[key])}", error=InvalidTemplateVersion)
    else:
        key = texts[0]
        version = find_version(key, raw[key])
        if version is not None:
            return version
        problems.add(
            (key,),
            f"The template version is invalid: there is no {key} {raw[key]!r}; "
            f"the versions are {', '.join(valid_values(key))}",
            error=InvalidTemplateVersion,
            expected=f"one of {', '.join(valid_values(key))}",
            suggestion=nearest_version(key, raw[key]),
        )
    problems.raise_errors()
    raise AssertionError("unreachable")


def _check_sections(raw: Mapping[str, Any], version: Version, problems: Problems) -> None:
    known = list(version.words.sections.values())
    for name in raw:
        if name not in known:
            later = " in this version" if name == "conditions" else ""
            problems.add(
                (name,),
                f"The template section is invalid{later}: {name}",
                error=InvalidTemplateSection,
                key=True,
                expected=f"one of {', '.join(sorted(known))}",
                suggestion=nearest(name, known),
            )


def _section(raw: Mapping[str, Any], version: Version, word: str, problems: Problems) -> dict[str, Any]:
    """A section that is a map; an absent or empty one is an empty map."""
    name = version.words.sections.get(word)
    content = raw.get(name) if name else None
    if content is None:
        return {}
    if isinstance(content, dict):
        return content
    seen = any(problem.path == name for problem in problems.errors)
    if not seen:
        problems.add((str(name),), f"the section {name} must be a map, not {shown(content)}")
    return {}


def _description(raw: Mapping[str, Any], version: Version, problems: Problems) -> str:
    name = version.words.sections["description"]
    text = raw.get(name)
    if isinstance(text, dict | list):
        problems.add((name,), f"the {name} must be text, not {shown(text)}")
        return ""
    return "" if text is None else str(text)


def _check_resources(
    resources: Mapping[str, Any], parameters: Mapping[str, Any], version: Version, problems: Problems
) -> dict[str, Any]:
    """The resources that can be used; what is wrong with any of them is noted."""
    usable = {}
    section = version.words.sections["resources"]
    keys = version.words.resource
    taken = {*parameters, *PSEUDO_PARAMETERS[version.format]}
    for name, definition in resources.items():
        path = (section, name)
        if "/" in name:
            problems.add(path, f"the resource name {name!r} must not hold a slash", key=True)
        if name in taken:
            problems.add(path, f"{name!r} is the name of a resource and of a parameter", key=True)
        if not isinstance(definition, dict):
            problems.add(path, f"the resource {name!r} must be a map with a {keys['type']}, not {shown(definition)}")
            continue
        if version.format == "hot":
            valid = keys.values()
            for unknown in (item for item in definition if item not in valid):
                problems.add_unknown((*path, unknown), "key of a resource called", unknown, valid, key=True)
        _check_dependencies(definition, keys["depends_on"], path, problems)
        if definition.get(keys["type"]) is None:
            problems.add(path, f"the resource {name!r} has no {keys['type']}", key=True)
        else:
            usable[name] = definition
    return usable


def _check_dependencies(definition: Mapping[str, Any], key: str, path: tuple[str, str], problems: Problems) -> None:
    given = definition.get(key)
    listed = given if isinstance(given, list) else [given] if given is not None else []
    for place, name in enumerate(listed):
        if not isinstance(name, str):
            where = (*path, key, place) if isinstance(given, list) else (*path, key)
            problems.add(where, f"{key} takes names of resources, not {shown(name)}")


def _check_outputs(outputs: Mapping[str, Any], version: Version, problems: Problems) -> dict[str, Any]:
    """The outputs that can be used; what is wrong with any of them is noted."""
    usable = {}
    section = version.words.sections["outputs"]
    words = version.words.output
    for name, output in outputs.items():
        path = (section, name)
        if not isinstance(output, dict):
            problems.add(path, f"the output {name!r} must be a map with a {words['value']}, not {shown(output)}")
            continue
        for unknown in (item for item in output if item not in words.values()):
            problems.add_unknown((*path, unknown), "key of an output called", unknown, words.values(), key=True)
        if words["value"] not in output:
            problems.add(path, f"the output {name!r} has no {words['value']}", key=True)
        else:
            usable[name] = output
    return usable


def _groups(
    raw: Mapping[str, Any], version: Version, parameters: Mapping[str, ParameterSchema], problems: Problems
) -> list[Any]:
    """The parameter groups as written; each parameter exists and is in one group only."""
    groups = raw.get("parameter_groups") if version.format == "hot" else None
    if groups is None:
        return []
    if not isinstance(groups, list):
        problems.add(("parameter_groups",), f"parameter_groups must be a list, not {shown(groups)}")
        return []
    written = raw.get("parameters") or {}
    seen: set[str] = set()
    for place, group in enumerate(groups):
        path = ("parameter_groups", place)
        if not isinstance(group, dict):
            problems.add(path, f"a parameter group must be a map with parameters, not {shown(group)}")
            continue
        names = group.get("parameters")
        if not isinstance(names, list):
            problems.add(path, "a parameter group needs a list of parameters")
            continue
        for position, name in enumerate(names):
            where = (*path, "parameters", position)
            if not isinstance(name, str) or name not in written:
                problems.add_unknown(where, "parameter", name, written)
            elif name in seen:
                problems.add(where, f"the parameter {name!r} is in two parameter groups")
            else:
                seen.add(name)
    return groups
