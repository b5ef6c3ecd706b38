"""How much a template may cost to read and to evaluate, whoever wrote it."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one template. What is beyond them is refused as a template error.

    ``characters`` of source text; ``nodes``: maps, lists and scalars in it; ``expanded`` characters of data once
    aliases are followed; ``depth`` of nesting; ``text`` characters and ``items`` that one function may produce;
    ``yaql_iterations`` and ``yaql_memory`` are Heat's options ``limit_iterators`` and ``memory_quota``.
    """

    characters: int = 16 * 2**20
    nodes: int = 2_000_000
    expanded: int = 64 * 2**20
    depth: int = 100
    text: int = 16 * 2**20
    items: int = 200_000
    yaql_iterations: int = 200
    yaql_memory: int = 10_000


DEFAULT_LIMITS = Limits()
