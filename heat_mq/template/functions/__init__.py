"""The intrinsic functions, one file for each theme. Importing this package registers them all."""

from heat_mq.template.functions import (
    cloudformation,
    files,
    lists,
    logic,
    maps,
    query,
    references,
    repetition,
    strings,
    urls,
)
from heat_mq.template.functions.intrinsic import REGISTRY, Intrinsic, Refused, Scope

__all__ = [
    "REGISTRY",
    "Intrinsic",
    "Refused",
    "Scope",
    "cloudformation",
    "files",
    "lists",
    "logic",
    "maps",
    "query",
    "references",
    "repetition",
    "strings",
    "urls",
]
