"""An upper bound of what a backtracking engine does with a pattern, by arithmetic."""

from __future__ import annotations

from re import _constants as codes  # type: ignore[attr-defined]
from typing import Any, Final

_REPEATS: Final = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def ways(tree: Any, length: int, enough: int) -> int:
    """Steps to try every way to match at one place in a text of ``length`` characters; above ``enough`` any number.

    ``tree`` is a pattern as Python's own parser reads it.
    """
    total = steps = 1
    for code, argument in tree:
        item = _ways_of(code, argument, length, enough)
        total *= item
        steps += total
        if steps > enough:
            return enough + 1
    return steps


def _ways_of(code: Any, argument: Any, length: int, enough: int) -> int:
    """The number of ways in which one item can match, the work to find them included."""
    if code in _REPEATS:
        return _repeat(argument, length, enough)
    if code is codes.BRANCH:
        return sum(ways(branch, length, enough) for branch in argument[1])
    if code is codes.SUBPATTERN:
        return ways(argument[3], length, enough)
    if code is codes.ATOMIC_GROUP:
        return ways(argument, length, enough)
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return ways(argument[1], length, enough)
    if code is codes.GROUPREF_EXISTS:
        return sum(ways(part, length, enough) for part in argument[1:] if part is not None)
    if code is codes.GROUPREF:
        return length + 1  # it compares so many characters
    return 1


def _repeat(argument: Any, length: int, enough: int) -> int:
    _, highest, body = argument
    shortest, longest = body.getwidth()
    times = min(int(highest), length // shortest if shortest else length + 1)
    if times == 0:
        return 1
    if shortest == longest and len(body) == 1 and body[0][0] not in (*_REPEATS, codes.BRANCH, codes.SUBPATTERN):
        return times + 1
    once = ways(body, length, enough)
    total, power = 1, 1
    for _ in range(times):
        power *= once
        total += power
        if total > enough:
            return enough + 1
    return total
