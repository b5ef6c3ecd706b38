"""Raw property values to typed ones, by Heat's rules, collecting every problem.

Rules (reference: resource properties in the Heat template guide): text takes booleans and whole numbers; whole numbers
take text and cut fractions off; booleans take only true and false; an explicit null means the default, or the empty
value of the type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem, nearest
from heat_mq.resources.kit import schema as kinds
from heat_mq.template import constraints
from heat_mq.template.marks import UNKNOWN, Secret, is_secret, reveal

EMPTY: Final[dict[str, Callable[[], Any]]] = {
    "string": str,
    "integer": int,
    "number": int,
    "boolean": bool,
    "list": list,
    "map": dict,
    "any": lambda: None,
}

_A: Final = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "map": "a map",
    "any": "a value",
}

Report = Callable[[Problem], None]


def convert(
    schema: type[kinds.Schema],
    raw: Mapping[str, Any],
    report: Report,
    *,
    path: str = "properties",
) -> dict[str, Any]:
    """Typed values of all properties; those without value and default are None.

    ``raw`` are evaluated values, ``UNKNOWN`` among them where they are known only after something is created: such
    values pass every check here and are checked again when they are known. Each problem goes to ``report``.
    """
    return _convert_keys(schema.props, raw, report, path, is_open=schema.open)


def _convert_keys(
    props: Mapping[str, kinds.Prop], raw: Mapping[str, Any], report: Report, path: str, *, is_open: bool = False
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key in raw:
        if key not in props and not is_open:
            known = [name for name, prop in props.items() if not prop.hidden]
            report(
                Problem(
                    f"Unknown Property {key}",
                    path=f"{path}.{key}",
                    expected=f"one of {', '.join(sorted(known))}" if known else "no properties",
                    suggestion=nearest(key, known) or nearest(key, props),
                )
            )
    for name, prop in props.items():
        where = f"{path}.{name}"
        if name in raw:
            if not prop.implemented and raw[name] is not None:
                report(Problem(f"Property {name} not implemented yet", path=where))
            out[name] = value(prop, raw[name], report, where)
        else:
            if prop.required and not _given_by_old_name(props, name, raw):
                report(Problem(f"Property {name} not assigned", path=where, expected=_A[prop.kind]))
            out[name] = value(prop, prop.default, report, where) if prop.default is not None else None
    if is_open:
        out.update({key: reveal(item) for key, item in raw.items() if key not in props})
    return out


def _given_by_old_name(props: Mapping[str, kinds.Prop], name: str, raw: Mapping[str, Any]) -> bool:
    return any(prop.moved_to == name and raw.get(old) is not None for old, prop in props.items())


def value(prop: kinds.Prop, raw: Any, report: Report, path: str) -> Any:
    """One typed value; problems go to ``report`` and the raw value is given back."""
    if not is_known_here(raw):
        return UNKNOWN
    if raw is None:
        if prop.nullable:
            return None
        raw = prop.default if prop.default is not None else EMPTY[prop.kind]()
        if prop.default is None:
            return raw
    if prop.kind == "list":
        typed = _list(prop, _opened(raw), report, path)
    elif prop.kind == "map":
        typed = _map(prop, _opened(raw), report, path)
    else:
        typed, wrong = _scalar(prop, raw)
        if wrong:
            report(Problem(wrong, path=path, expected=_A[prop.kind]))
            return typed
    for rule in prop.constraints:
        if isinstance(rule, constraints.CustomConstraint):
            continue
        text = rule.check(reveal(typed))
        if text:
            shown = "a value that is not shown" if prop.secret or is_secret(raw) else None
            report(Problem(f"{shown} breaks a constraint of the property" if shown else text, path=path))
    return typed


def _opened(raw: Any) -> Any:
    return raw.value if isinstance(raw, Secret) else raw


def is_known_here(raw: Any) -> bool:
    """False for UNKNOWN and a secret that is not known yet."""
    return reveal(raw) is not UNKNOWN if not isinstance(raw, dict | list) else True


def _list(prop: kinds.Prop, raw: Any, report: Report, path: str) -> Any:
    if isinstance(raw, str | bytes | Mapping) or not hasattr(raw, "__iter__"):
        report(Problem(f"{_shown(prop, raw)} is not a list", path=path, expected="a list"))
        return raw
    if prop.of is None:
        return list(reveal(raw))
    return [value(prop.of, item, report, f"{path}[{index}]") for index, item in enumerate(raw)]


def _map(prop: kinds.Prop, raw: Any, report: Report, path: str) -> Any:
    if not isinstance(raw, Mapping):
        report(Problem(f"{_shown(prop, raw)} is not a map", path=path, expected="a map"))
        return raw
    if prop.schema is None:
        return dict(reveal(raw))
    return _convert_keys(prop.schema, raw, report, path)


def _scalar(prop: kinds.Prop, raw: Any) -> tuple[Any, str]:
    """``(value, "")`` or ``(raw, what is wrong)``."""
    plain = reveal(raw)
    match prop.kind:
        case "any":
            return plain, ""
        case "string":
            if isinstance(plain, str):
                return plain, ""
            if isinstance(plain, bool | int):
                return str(plain), ""
            return plain, "Value must be a string"
        case "boolean":
            if isinstance(plain, bool):
                return plain, ""
            if isinstance(plain, str) and plain.lower() in ("true", "false"):
                return plain.lower() == "true", ""
            return plain, f"{_shown(prop, raw)} is not a valid boolean"
    try:
        if isinstance(plain, list | dict):
            raise ValueError
        if prop.kind == "integer":
            return int(plain), ""
        number = plain if isinstance(plain, int | float) and not isinstance(plain, bool) else _number(plain)
        if not math.isfinite(number):
            raise ValueError
        return number, ""
    except (TypeError, ValueError, OverflowError):
        return plain, f"{_shown(prop, raw)} is not {'an integer' if prop.kind == 'integer' else 'a number'}"


def _number(text: Any) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _shown(prop: kinds.Prop, raw: Any) -> str:
    return "the value (not shown)" if prop.secret or is_secret(raw) else repr(raw)[:80]
