"""YAML 1.1 as Heat reads it, from parser events straight to data.

Scalars become what PyYAML's safe loader makes of them, except that dates stay text; keys become text.
Aliases are followed by reference, and what they would come to when written out is counted, so a
"billion laughs" text is refused after a bounded amount of work.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from heat_mq.template.limits import Limits

_TAG = "tag:yaml.org,2002:"
_IMPLICIT = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TAG + "timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_CONSTRUCTOR = SafeConstructor()
_CONVERT: dict[str, Any] = {
    _TAG + "null": lambda node: None,
    _TAG + "bool": _CONSTRUCTOR.construct_yaml_bool,
    _TAG + "int": _CONSTRUCTOR.construct_yaml_int,
    _TAG + "float": _CONSTRUCTOR.construct_yaml_float,
}
_TEXT_TAGS = frozenset({"!", _TAG + "str", _TAG + "timestamp", _TAG + "value", _TAG + "merge"})
_NODE_COST = 32


class Refused(Exception):
    """Text that cannot be read, or a warning about it; line and column count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class _Frame:
    """A container that is being read."""

    __slots__ = ("anchor", "cost", "data", "height", "is_map", "key", "key_mark", "keys_at", "merges")

    def __init__(self, data: Any, anchor: str | None) -> None:
        self.data = data
        self.anchor = anchor
        self.is_map = type(data) is dict
        self.key: str | None = None
        self.key_mark: Any = None
        self.keys_at: dict[str, int] = {}
        self.merges: list[dict[str, Any]] | None = None
        self.cost = _NODE_COST
        self.height = 1


class YamlReader:
    """Reads one document; ``warnings`` then holds its duplicate keys."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._stack: list[_Frame] = []
        self._scalars: dict[str, Any] = {}
        self._root: Any = None
        self.warnings: list[Refused] = []

    def read(self, text: str) -> Any:
        """The document as plain data; None for an empty text. Raises Refused."""
        try:
            parser = CParser(text)
            self._consume(parser.get_event)
        except yaml.MarkedYAMLError as error:
            raise _not_yaml(error, text) from None
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            column = len(before) - before.rfind("\n")
            raise Refused("this is not YAML: a control character", before.count("\n") + 1, column) from None
        except (yaml.YAMLError, ValueError, UnicodeError) as error:
            raise Refused(f"this is not YAML: {error}", 1, 1) from None
        return self._root

    def _consume(self, next_event: Any) -> None:
        stack, documents, left = self._stack, 0, self._limits.nodes
        while True:
            event = next_event()
            kind = type(event)
            left -= 1
            if left < 0:
                raise _at(event, f"it has more than {self._limits.nodes} values")
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                frame = stack.pop()
                if frame.merges:
                    _merge(frame)
                if frame.anchor is not None:
                    self._anchors[frame.anchor] = (frame.data, frame.cost, frame.height)
                if stack:
                    parent = stack[-1]
                    parent.cost += frame.cost
                    if frame.height >= parent.height:
                        parent.height = frame.height + 1
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _at(event, "only one document is expected")
            elif kind is yaml.StreamEndEvent:
                return

    def _scalar(self, event: Any) -> None:
        text = event.value
        if "\0" in text:
            raise _at(event, "a NUL character")
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.is_map and frame.key is None:
            frame.cost += len(text)
            self._take_key(frame, event, text)
            return
        if event.tag is None:
            # Quoted text and blocks are strings; plain text is what it looks like.
            value = self._plain(text) if event.implicit[0] else text
        else:
            value = _tagged(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, _NODE_COST + len(text), 0)
        if frame is None:
            self._root = value
            return
        frame.cost += _NODE_COST + len(text)
        if frame.is_map:
            self._put(frame, event, value)
        else:
            frame.data.append(value)

    def _plain(self, text: str) -> Any:
        known = self._scalars
        if text in known:
            return known[text]
        known[text] = value = plain_scalar(text)
        return value

    def _take_key(self, frame: _Frame, event: Any, text: str) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, _NODE_COST + len(text), 0)
        frame.key = text
        frame.key_mark = event.start_mark

    def _put(self, frame: _Frame, event: Any, value: Any) -> None:
        key = frame.key
        assert key is not None
        frame.key = None
        if key == "<<" and frame.key_mark is not None:
            maps = value if isinstance(value, list) else [value]
            if not all(isinstance(item, dict) for item in maps):
                raise _at(event, "<< must stand for a map or a list of maps")
            frame.merges = [*(frame.merges or []), *maps]
            return
        line = frame.key_mark.line + 1
        if key in frame.data:
            first = frame.keys_at[key]
            text = f"{key!r} is given twice (first on line {first}); the last one counts"
            self.warnings.append(Refused(text, line, frame.key_mark.column + 1))
        frame.keys_at[key] = line
        frame.data[key] = value

    def _open(self, event: Any, data: Any) -> None:
        stack = self._stack
        if event.tag is not None and event.tag not in ("!", _TAG + "map", _TAG + "seq"):
            raise _at(event, f"the tag {event.tag} is not known")
        if len(stack) >= self._limits.depth:
            raise _at(event, f"this is nested more than {self._limits.depth} levels deep")
        frame = _Frame(data, event.anchor)
        if stack:
            parent = stack[-1]
            if not parent.is_map:
                parent.data.append(data)
            elif parent.key is None:
                raise _at(event, "a key must be a scalar")
            else:
                # A merge needs what the map will hold, so it is put in place when known: see _merge.
                self._put_container(parent, event, data)
        else:
            self._root = data
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        stack.append(frame)

    def _put_container(self, parent: _Frame, event: Any, data: Any) -> None:
        if parent.key == "<<":
            parent.key = None
            parent.merges = [*(parent.merges or []), data]
        else:
            self._put(parent, event, data)

    def _alias(self, event: Any) -> None:
        known = self._anchors.get(event.anchor)
        if known is None:
            raise _at(event, f"the alias *{event.anchor} stands for nothing that is complete before it")
        value, cost, height = known
        if not self._stack:
            raise _at(event, "an alias cannot stand alone")
        frame = self._stack[-1]
        frame.cost += cost
        frame.height = max(frame.height, height + 1)
        if sum(open_frame.cost for open_frame in self._stack) > self._limits.expanded:
            raise _at(event, "the aliases expand to more data than is allowed")
        if len(self._stack) + height > self._limits.depth:
            raise _at(event, f"this is nested more than {self._limits.depth} levels deep")
        if not frame.is_map:
            frame.data.append(value)
        elif frame.key is not None:
            self._put(frame, event, value)
        elif isinstance(value, str):
            self._take_key(frame, event, value)
        else:
            raise _at(event, "a key must be a scalar")


def plain_scalar(text: str) -> Any:
    """What an unquoted scalar means: null, a boolean, a number or text."""
    resolvers = _IMPLICIT.get(text[:1], ())
    for tag, pattern in resolvers:
        if pattern.match(text):
            convert = _CONVERT.get(tag)
            if convert is None:
                return text
            try:
                return convert(yaml.ScalarNode(tag, text))
            except (ValueError, OverflowError):  # more digits than an int may have, or none at all
                return text
    return text


def _tagged(event: Any) -> Any:
    if event.tag in _TEXT_TAGS:
        return event.value
    convert = _CONVERT.get(event.tag)
    if convert is None:
        raise _at(event, f"the tag {event.tag} is not known")
    try:
        return convert(yaml.ScalarNode(event.tag, event.value))
    except (ValueError, KeyError, IndexError, OverflowError):
        raise _at(event, f"{event.value!r} is not a {event.tag.removeprefix(_TAG)}") from None


def _merge(frame: _Frame) -> None:
    own = dict(frame.data)
    frame.data.clear()
    for merged in reversed(frame.merges or []):
        for part in reversed(merged) if isinstance(merged, list) else [merged]:
            if not isinstance(part, dict):
                mark = frame.key_mark
                raise Refused("<< must stand for a map or a list of maps", mark.line + 1, mark.column + 1)
            frame.data.update(part)
    frame.data.update(own)


def _at(event: Any, message: str) -> Refused:
    mark = event.start_mark
    return Refused(f"this is not YAML that can be used: {message}", mark.line + 1, mark.column + 1)


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> Refused:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Refused(f"this is not YAML: {error.problem or error.context}", 1, 1)
    lines = text.splitlines() or [""]
    # What ends too early is marked on the line after the last one.
    line = min(mark.line, len(lines) - 1)
    here = lines[line]
    column = mark.column if line == mark.line else len(here)
    message = f"this is not YAML: {error.problem}"
    if error.context and error.context_mark is not None and error.context_mark.line != mark.line:
        message += f", {error.context} that starts on line {error.context_mark.line + 1}"
    if "\t" in here[: column + 1]:
        message = "this is not YAML: a tab character indents the line; use spaces"
    return Refused(message, line + 1, column + 1)
