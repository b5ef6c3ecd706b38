"""Keep a YAQL expression from eating time or memory where yaql's own two limits do not reach.

yaql limits the items that a step hands on and the memory of some values. It does not limit the function calls of
nested loops, sequences that are consumed inside a step, or numbers and lists of any size; this module does, and
:mod:`heat_mq.template.functions.yaql_regex` bounds regular expressions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import yaql
from yaql.language import contexts, exceptions, specs, yaqltypes

from heat_mq.template.functions import yaql_regex

CALLS = 20_000
"""Function calls in one evaluation; a few seconds of work."""

SEQUENCE = 20_000
"""Items that a generated sequence yields before it counts as endless."""

BITS = 100_000
"""Size of the largest number that may come out of ``pow`` and shifts."""


class TooMuchWork(exceptions.YaqlException):
    """The expression needs more steps than are allowed."""


class CountingContext(contexts.Context):
    """The context of one evaluation; every function call looks its function up here."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self._left = CALLS

    def get_functions(self, *args: Any, **kwargs: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise TooMuchWork(f"Expression needs more than {CALLS} function calls")
        return super().get_functions(*args, **kwargs)


def guarded_context() -> Any:
    """yaql's standard library with bounded versions of what is unbounded in it; for many evaluations."""
    context = yaql.create_context(regex=False)
    yaql_regex.register(context)
    context = context.create_child_context()
    for name, function in _BOUNDED:
        context.register_function(function, name=name)
    return context


def _bounded(items: Iterable[Any]) -> Iterator[Any]:
    for number, item in enumerate(items):
        if number >= SEQUENCE:
            raise exceptions.CollectionTooLargeException(SEQUENCE)
        yield item


@specs.parameter("stop", int)
def _range(stop: int) -> Iterator[int]:
    return _bounded(range(stop))


@specs.parameter("start", int)
@specs.parameter("stop", int)
@specs.parameter("step", int)
def _range_from(start: int, stop: int, step: int = 1) -> Iterator[int]:
    return _bounded(range(start, stop, step))


@specs.parameter("start", int)
@specs.parameter("step", int)
def _sequence(start: int = 0, step: int = 1) -> Iterator[int]:
    return _bounded(itertools.count(start, step))


@specs.method
@specs.parameter("value", nullable=True)
@specs.parameter("times", int)
def _repeat(value: Any, times: int = -1) -> Iterator[Any]:
    return _bounded(itertools.repeat(value) if times < 0 else itertools.repeat(value, times))


@specs.method
@specs.parameter("collection", yaqltypes.Iterable())
def _cycle(collection: Iterable[Any]) -> Iterator[Any]:
    return _bounded(itertools.cycle(_bounded(collection)))


@specs.parameter("a", yaqltypes.Number())
@specs.parameter("b", yaqltypes.Number())
@specs.parameter("c", yaqltypes.Number(nullable=True))
def _pow(a: Any, b: Any, c: Any = None) -> Any:
    if c is None and isinstance(a, int) and isinstance(b, int) and a.bit_length() * max(b, 0) > BITS:
        raise exceptions.MemoryQuotaExceededException
    return pow(a, b, c)


@specs.parameter("value", int)
@specs.parameter("bits_number", int)
def _shift_left(value: int, bits_number: int) -> int:
    if value.bit_length() + bits_number > BITS:
        raise exceptions.MemoryQuotaExceededException
    return value << bits_number


@specs.parameter("left", yaqltypes.Sequence())
@specs.parameter("right", int)
def _list_by_int(left: Any, right: int) -> Any:
    if len(left) * right > SEQUENCE:
        raise exceptions.CollectionTooLargeException(SEQUENCE)
    return left * right


@specs.parameter("left", int)
@specs.parameter("right", yaqltypes.Sequence())
def _int_by_list(left: int, right: Any) -> Any:
    return _list_by_int(right, left)


_BOUNDED = (
    ("range", _range),
    ("range", _range_from),
    ("sequence", _sequence),
    ("repeat", _repeat),
    ("cycle", _cycle),
    ("pow", _pow),
    ("shiftBitsLeft", _shift_left),
    ("#operator_*", _list_by_int),
    ("#operator_*", _int_by_list),
)
