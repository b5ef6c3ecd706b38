"""From text to data, and from a path in the data back to a line and column.

The text is read once, from the events of PyYAML's C parser, into plain dicts and lists: no
node objects, no marks. Positions are wanted only when something is wrong, so they are found then,
by reading the text a second time; a good template never pays for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from heat_mq.errors import InvalidTemplate, Problem
from heat_mq.template.limits import DEFAULT_LIMITS, Limits
from heat_mq.template.yaml_events import Refused, YamlReader
from heat_mq.text import unstorable

Path = tuple[str | int, ...]


class Source:
    """Where a template or environment came from: its text (None when it came as data) and file name."""

    __slots__ = ("_root", "file", "text")

    def __init__(self, text: str | None, file: str = "") -> None:
        self.text = text
        self.file = file
        self._root: Any = None

    def locate(self, path: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None:
        """Line and column, from 1, of what stands at ``path``, or of the nearest thing above it.

        A scalar is found at its value, anything else (and everything with ``key``) at its key.
        None when the source was data.
        """
        if self.text is None:
            return None
        node = key_node = self._composed()
        if node is None:
            return (1, 1)
        for step in path:
            found = _child(node, step)
            if found is None:
                key = True
                break
            key_node, node = found
        scalar = isinstance(node, yaml.ScalarNode) and node.value != ""
        mark = (node if scalar and not key else key_node).start_mark
        return (mark.line + 1, mark.column + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; "" when there is none."""
        lines = self.text.splitlines() if self.text is not None else []
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def _composed(self) -> Any:
        if self._root is None and self.text is not None:
            text = self.text.replace("\t", " ") if _is_json(self.text) else self.text
            try:
                self._root = yaml.compose(text, Loader=yaml.CSafeLoader)
            except yaml.YAMLError:  # JSON that is not YAML
                return None
        return self._root


def load(
    source: str | bytes | Mapping[str, Any], *, what: str = "template", file: str = "", limits: Limits = DEFAULT_LIMITS
) -> tuple[dict[str, Any], Source, list[Problem]]:
    """Read YAML, JSON or ready data into plain dicts and lists whose keys are strings.

    Answers the data, its source and warnings (duplicate keys, of which the last counts). Dates stay text, as in
    Heat; text that starts with ``{`` is taken as JSON first. Raises InvalidTemplate with the
    position for text that cannot be read, is too big, too deep, expands too far, or is no map.
    """
    if isinstance(source, Mapping):
        try:
            return plain(source, limits.depth), Source(None, file), []
        except RecursionError:
            raise InvalidTemplate([Problem(f"the {what} is nested too deeply", file=file)]) from None
    text = _decoded(source, what, file, limits)
    try:
        data, warnings = _read(text, limits)
    except Refused as refused:
        problem = Problem(refused.message, line=refused.line, column=refused.column, file=file)
        raise InvalidTemplate([problem]) from None
    if data is None:
        data = {}
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else f"the scalar {str(data)[:40]!r}"
        problem = Problem(f"a {what} must be a map at its top, not {kind}", line=1, column=1, file=file)
        raise InvalidTemplate([problem])
    found = [Problem(w.message, line=w.line, column=w.column, file=file, severity="warning") for w in warnings]
    return data, Source(None if _is_machine_made(text) else text, file), found


def _decoded(source: str | bytes, what: str, file: str, limits: Limits) -> str:
    if len(source) > limits.characters:
        message = f"the {what} has {len(source)} characters; at most {limits.characters} are read"
        raise InvalidTemplate([Problem(message, file=file)])
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        column = error.start - source.rfind(b"\n", 0, error.start)
        problem = Problem(f"the {what} is not UTF-8 text", line=line, column=column, file=file)
        raise InvalidTemplate([problem]) from None


def _read(text: str, limits: Limits) -> tuple[Any, list[Refused]]:
    if _is_json(text):
        duplicates: list[str] = []

        def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
            made = dict(items)
            if len(made) != len(items):
                duplicates.extend(key for key in made if sum(1 for name, _ in items if name == key) > 1)
            return made

        try:
            data = plain(json.loads(text, object_pairs_hook=pairs), limits.depth)
        except RecursionError:
            raise Refused("this is nested too deeply", 1, 1) from None
        except ValueError:
            pass  # flow style YAML also starts with a brace
        else:
            if "\\u" in text and (what := unstorable(data)):
                raise Refused(f"this holds {what}", 1, 1)
            return data, [Refused(f"{key!r} is given twice; the last one counts", 1, 1) for key in duplicates]
    reader = YamlReader(limits)
    return reader.read(text), reader.warnings


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] == "{"


def _is_machine_made(text: str) -> bool:
    """JSON all on one line, as clients send what its author wrote as YAML: a column in it says nothing to anybody."""
    return _is_json(text) and "\n" not in text.strip()


def plain(data: Any, depth: int) -> Any:
    """Plain dicts with string keys and plain lists, whatever mappings and sequences were given.

    Raises RecursionError beyond ``depth`` levels.
    """
    if isinstance(data, str) or data is None:
        return data
    if depth < 0:
        raise RecursionError
    if isinstance(data, Mapping):
        return {key_text(key): plain(value, depth - 1) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(item, depth - 1) for item in data]
    if isinstance(data, bool | int | float):
        return data
    return str(data)


def key_text(key: Any) -> str:
    """A map's key as JSON would write it."""
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, bool):
        return json.dumps(key)
    return str(key)


def _child(node: Any, step: str | int) -> tuple[Any, Any] | None:
    """The key's (or item's) node and the value's node at ``step``."""
    if isinstance(node, yaml.SequenceNode):
        inside = isinstance(step, int) and step < len(node.value)
        return (node.value[step], node.value[step]) if inside else None
    if not isinstance(node, yaml.MappingNode):
        return None
    for key_node, value_node in reversed(node.value):
        if key_node.value == str(step):
            return key_node, value_node
    for key_node, value_node in node.value:
        if key_node.value == "<<":
            merged = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
            for part in merged:
                found = _child(part, step)
                if found is not None:
                    return found
    return None
