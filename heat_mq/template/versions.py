"""The template versions: what each calls its parts, and which functions it knows."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.errors import nearest
from heat_mq.template.functions import REGISTRY, Intrinsic

HOT_KEY: Final = "heat_template_version"
AWS_KEY: Final = "AWSTemplateFormatVersion"
CFN_KEY: Final = "HeatTemplateFormatVersion"
VERSION_KEYS: Final = (HOT_KEY, AWS_KEY, CFN_KEY)

_HOT_DATES: Final[dict[str, str]] = {
    "2013-05-23": "",
    "2014-10-16": "",
    "2015-04-30": "",
    "2015-10-15": "",
    "2016-04-08": "",
    "2016-10-14": "newton",
    "2017-02-24": "ocata",
    "2017-09-01": "pike",
    "2018-03-02": "queens",
    "2018-08-31": "rocky",
    "2021-04-16": "wallaby",
}
_CONDITIONS_SINCE: Final = "2016-10-14"
_TAGS_SINCE: Final = "2018-03-02"
_MODULO_SINCE: Final = "2017-02-24"
_ATTRIBUTE_PATHS_SINCE: Final = "2014-10-16"

_POLICIES: Final = ("Delete", "Retain", "Snapshot")


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """How a format spells the parts of a template; a mapping from our word to the format's, in order."""

    sections: Mapping[str, str]
    resource: Mapping[str, str]
    output: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """One version of the language. ``kind`` is "hot", "aws" (AWSTemplateFormatVersion) or "cfn"."""

    key: str
    date: str
    kind: str
    alias: str
    words: Words
    functions: Mapping[str, Intrinsic]
    condition_functions: Mapping[str, Intrinsic]
    removed: frozenset[str]
    deletion_policies: tuple[str, ...]

    @property
    def name(self) -> str:
        """The full name, ``heat_template_version.2018-08-31``."""
        return f"{self.key}.{self.date}"

    @property
    def aliases(self) -> list[str]:
        return [f"{self.key}.{self.alias}"] if self.alias else []

    @property
    def format(self) -> str:
        """ "hot" or "cfn"."""
        return "hot" if self.kind == "hot" else "cfn"

    @property
    def has_parameter_tags(self) -> bool:
        return self.kind == "hot" and self.date >= _TAGS_SINCE

    @property
    def has_modulo(self) -> bool:
        return self.kind == "hot" and self.date >= _MODULO_SINCE

    @property
    def hands_path_to_resource(self) -> bool:
        """The path after an attribute's name is the resource's business (``resource.0.name`` of groups)."""
        return self.kind == "hot" and self.date >= _ATTRIBUTE_PATHS_SINCE

    def newer_with(self, function: str) -> str:
        """The first version that has a function which this one lacks, or ""."""
        if self.kind != "hot":
            known = any(form.name == function and form.cfn for form in REGISTRY)
            return f"{AWS_KEY} 2010-09-09" if known and self.kind == "cfn" else ""
        later = [form.since for form in REGISTRY if form.name == function and form.since > self.date]
        return f"{HOT_KEY} {min(later)}" if later else ""


@functools.cache
def all_versions() -> dict[str, Version]:
    """Every version by its full name, in the order of the published list."""
    made = [_aws(), _cfn(), *(_hot(date, alias) for date, alias in _HOT_DATES.items())]
    return {version.name: version for version in made}


@functools.cache
def _by_value() -> dict[tuple[str, str], Version]:
    table: dict[tuple[str, str], Version] = {}
    for version in all_versions().values():
        table[version.key, version.date] = version
        if version.alias:
            table[version.key, version.alias] = version
    return table


def find_version(key: str, value: str) -> Version | None:
    """The version that a template's version key names, also by its release name."""
    return _by_value().get((key, value))


def nearest_version(key: str, value: str) -> str:
    """The value of the version key that is most like a wrong one, or ""."""
    return nearest(value, valid_values(key))


def valid_values(key: str) -> list[str]:
    """What may stand behind a version key."""
    return [value for known, value in _by_value() if known == key]


def template_versions() -> list[dict[str, Any]]:
    """The answer of the template version list: version, type and aliases of each."""
    return [
        {"version": version.name, "type": version.format, "aliases": version.aliases}
        for version in all_versions().values()
    ]


def template_functions(name: str, *, with_conditions: bool = False) -> list[dict[str, str]] | None:
    """The functions of a version (full name or alias) with their descriptions; None for no such version."""
    key, _, value = name.partition(".")
    version = find_version(key, value)
    if version is None:
        return None
    known = dict(version.functions)
    if with_conditions:
        known.update(version.condition_functions)
    return [{"functions": function, "description": known[function].description} for function in sorted(known)]


def _hot(date: str, alias: str) -> Version:
    conditions = date >= _CONDITIONS_SINCE
    sections = ["heat_template_version", "description", "parameter_groups", "parameters", "resources", "outputs"]
    resource = ["type", "properties", "metadata", "depends_on", "deletion_policy", "update_policy", "description"]
    output = ["description", "value"]
    if conditions:
        sections.append("conditions")
        resource += ["external_id", "condition"]
        output.append("condition")
    words = Words(_same(sections), _same(resource), _same(output))
    policies = (*_POLICIES, *(policy.lower() for policy in _POLICIES)) if conditions else _POLICIES
    functions = _functions("hot", date)
    older = {form.name for form in REGISTRY if form.until and form.until < date} - set(functions)
    return Version(
        HOT_KEY, date, "hot", alias, words, functions, _condition_functions("hot", date), frozenset(older), policies
    )


def _aws() -> Version:
    words = _cfn_words(conditions=True)
    conditions = _condition_functions("aws", "")
    return Version(AWS_KEY, "2010-09-09", "aws", "", words, _functions("aws", ""), conditions, frozenset(), _POLICIES)


def _cfn() -> Version:
    words = _cfn_words(conditions=False)
    return Version(CFN_KEY, "2012-12-12", "cfn", "", words, _functions("cfn", ""), {}, frozenset(), _POLICIES)


def _cfn_words(conditions: bool) -> Words:
    sections = {
        AWS_KEY: AWS_KEY,
        CFN_KEY: CFN_KEY,
        "description": "Description",
        "mappings": "Mappings",
        "parameters": "Parameters",
        "resources": "Resources",
        "outputs": "Outputs",
    }
    resource = {
        "type": "Type",
        "properties": "Properties",
        "metadata": "Metadata",
        "depends_on": "DependsOn",
        "deletion_policy": "DeletionPolicy",
        "update_policy": "UpdatePolicy",
        "description": "Description",
    }
    output = {"description": "Description", "value": "Value"}
    if conditions:
        sections["conditions"] = "Conditions"
        resource["condition"] = output["condition"] = "Condition"
    return Words(sections, resource, output)


def _same(words: list[str]) -> dict[str, str]:
    return {word: word for word in words}


def _functions(kind: str, date: str) -> dict[str, Intrinsic]:
    return {form.name: form for form in REGISTRY if form.known_to(kind, date)}


def _condition_functions(kind: str, date: str) -> dict[str, Intrinsic]:
    return {form.name: form for form in REGISTRY if form.known_to_conditions(kind, date)}
