"""Parsed templates, kept by content: thousands of nested stacks of one template are parsed once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from heat_mq.template.limits import DEFAULT_LIMITS, Limits
from heat_mq.template.model import Template, digest
from heat_mq.template.parse import parse


class TemplateCache:
    """The least recently used templates beyond ``size``, or ``characters`` of text in all, are dropped.

    Safe for threads. A template that does not parse is not kept.
    """

    def __init__(self, size: int = 512, limits: Limits = DEFAULT_LIMITS, *, characters: int = 16 * 2**20) -> None:
        self._size = size
        self._room = characters
        self._limits = limits
        self._lock = threading.Lock()
        self._templates: OrderedDict[tuple[str | bytes, str], tuple[Template, int]] = OrderedDict()
        self._used = 0

    def parse(
        self, source: str | bytes | Mapping[str, Any], *, file: str = "", files: Mapping[str, str] | None = None
    ) -> Template:
        """As :func:`heat_mq.template.parse`, from the cache when the same content was parsed before."""
        # A text keeps its hash, so asking again costs nothing, however long it is.
        key = (digest(source) if isinstance(source, Mapping) else source, file)
        with self._lock:
            known = self._templates.get(key)
            if known is not None:
                self._templates.move_to_end(key)
        # Outside the lock: two threads may parse the same text once each, none waits for the other.
        if known is not None:
            template, _ = known
        else:
            cost = 0 if isinstance(source, Mapping) else len(source)
            template = self._keep(key, parse(source, file=file, limits=self._limits), cost)
        return template.with_files(files) if files else template

    def _keep(self, key: tuple[str | bytes, str], template: Template, cost: int) -> Template:
        with self._lock:
            known = self._templates.get(key)
            if known is not None:
                return known[0]
            self._templates[key] = (template, cost)
            self._used += cost
            while len(self._templates) > self._size or (self._used > self._room and len(self._templates) > 1):
                _, (_, freed) = self._templates.popitem(last=False)
                self._used -= freed
        return template
