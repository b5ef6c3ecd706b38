"""yaql's functions for regular expressions over patterns that cannot hang the process.

The functions are yaql's own where they get a compiled pattern: they call its methods, which
:class:`heat_mq.template.regex.Pattern` has too. Those that compile one are here.
"""

from __future__ import annotations

import re
from typing import Any

from yaql.language import specs, yaqltypes
from yaql.standard_library import regex as library

from heat_mq.template.regex import Pattern, compile_pattern

_PATTERN = yaqltypes.PythonType(Pattern, nullable=False)


def register(context: Any) -> None:
    """Add the functions to a context without any of yaql's for regular expressions."""
    for function in _TAKE_COMPILED:
        definition = specs.get_function_definition(function, convention=context.convention)
        definition.parameters["regexp"].value_type = _PATTERN
        context.register_function(definition)
    for name, function in _OWN:
        context.register_function(function, name=name)
    context.register_function(library.escape_regex)


@specs.parameter("pattern", yaqltypes.String())
def _regex(pattern: str, ignoreCase: bool = False, multiLine: bool = False, dotAll: bool = False) -> Pattern:
    flags = (re.IGNORECASE if ignoreCase else 0) | (re.MULTILINE if multiLine else 0) | (re.DOTALL if dotAll else 0)
    return compile_pattern(pattern, flags)


@specs.parameter("string", yaqltypes.String())
@specs.parameter("regexp", yaqltypes.String())
@specs.method
def _matches(string: str, regexp: str) -> bool:
    return compile_pattern(regexp).search(string) is not None


@specs.parameter("string", yaqltypes.String())
@specs.parameter("pattern", yaqltypes.String())
def _matches_operator(string: str, pattern: str) -> bool:
    return compile_pattern(pattern).search(string) is not None


@specs.parameter("string", yaqltypes.String())
@specs.parameter("pattern", yaqltypes.String())
def _not_matches_operator(string: str, pattern: str) -> bool:
    return compile_pattern(pattern).search(string) is None


def _is_regex(value: Any) -> bool:
    return isinstance(value, Pattern)


_OWN = (
    ("regex", _regex),
    ("matches", _matches),
    ("#operator_=~", _matches_operator),
    ("#operator_!~", _not_matches_operator),
    ("isRegex", _is_regex),
)
_TAKE_COMPILED = (
    library.matches,
    library.matches_operator_regex,
    library.not_matches_operator_regex,
    library.search,
    library.search_all,
    library.split,
    library.split_string,
    library.replace,
    library.replace_string,
    library.replace_by,
    library.replace_by_string,
)
