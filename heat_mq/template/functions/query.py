"""yaql: a query over data.

The two limits are Heat's: items that one iteration may give, and memory in bytes that values may take;
:mod:`heat_mq.template.functions.yaql_guard` bounds what they leave open. yaql takes a tenth of a second to import, so
it is imported by the first template that needs it.
"""

from __future__ import annotations

import datetime
import functools
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, Scope, intrinsic, keys
from heat_mq.template.limits import Limits
from heat_mq.template.regex import budget
from heat_mq.template.source import key_text

_PARTS = keys("expression", only=True, optional=("data",))
# The generated lexer keeps the place it has reached, so one thread at a time may parse.
_PARSING = threading.Lock()
_LONGEST_EXPRESSION = 20_000


@functools.lru_cache(maxsize=4)
def _engine(iterations: int, memory: int) -> Any:
    import yaql

    options = {
        "yaql.limitIterators": iterations,
        "yaql.memoryQuota": memory,
        "yaql.convertTuplesToLists": True,
        "yaql.convertSetsToLists": True,
    }
    return yaql.factory.YaqlFactory().create(options=options)


@functools.cache
def _context() -> Any:
    from heat_mq.template.functions.yaql_guard import guarded_context

    return guarded_context()


@functools.lru_cache(maxsize=256)
def _parsed(expression: str, iterations: int, memory: int) -> Any:
    """The parsed expression. Raises Refused for one with a wrong grammar."""
    from yaql.language import exceptions

    try:
        with _PARSING:
            return _engine(iterations, memory)(expression)
    except (exceptions.YaqlException, RecursionError) as error:
        raise Refused(f"cannot read its expression: {error}", "expression") from None


@intrinsic("yaql", since="2016-10-14", condition_since="2017-09-01", shape=_PARTS, scoped=True)
def yaql(args: dict[str, Any], scope: Scope) -> Any:
    """The result of a YAQL expression over data, which it knows as ``$.data``.

    ``{yaql: {expression: "$.data.sum()", data: [1, 2, 3]}}`` gives ``6``.
    """
    expression = args["expression"]
    if not isinstance(expression, str) or len(expression) > _LONGEST_EXPRESSION:
        raise Refused(f"needs a string as its expression, not {shown(expression)}", "expression")
    return _run(expression, args.get("data", {}), scope.limits)


def _run(expression: str, data: Any, limits: Limits) -> Any:
    from heat_mq.template.functions.yaql_guard import CountingContext

    statement = _parsed(expression, limits.yaql_iterations, limits.yaql_memory)
    try:
        with budget():
            return _as_data(statement.evaluate(data={"data": data}, context=CountingContext(_context())))
    except Exception as error:  # an expression may fail in as many ways as Python can
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise Refused(f"cannot evaluate its expression: {reason}", "expression") from None


def _as_data(value: Any) -> Any:
    """JSON of what an expression gives: times as text, anything iterable as a list."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {key_text(key): _as_data(item) for key, item in value.items()}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [_as_data(item) for item in value]
    raise TypeError(f"{type(value).__name__} is no data")
