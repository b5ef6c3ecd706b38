"""Stored stacks to definitions, and requests to what is stored."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.db.records import SnapshotRow, StackRow
from heat_mq.db.repo import blobs
from heat_mq.engine.bodies import Bodies
from heat_mq.planner.definition import StackDefinition
from heat_mq.planner.restored import PROPERTIES, put_over
from heat_mq.state.context import StackContext
from heat_mq.template import Environment, Template
from heat_mq.template.cache import TemplateCache
from heat_mq.template.values import PseudoParameters

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

CACHED = 256


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """What defines a stack, as given: ``template`` is text or a map; ``parameters`` win over the environment's.

    ``facade`` is what the parent's definition says of the resource that a nested stack stands for, ``restored`` what
    a restore has put over the template (:mod:`heat_mq.planner.restored`).
    """

    template: str | dict[str, Any]
    environment: Environment
    files: Mapping[str, str]
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    facade: Mapping[str, Any] | None = None
    file: str = ""
    restored: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def text(self) -> str:
        """The template as text: what a user sent as text stays as it is, so that positions are true."""
        return self.template if isinstance(self.template, str) else blobs.json_text(self.template)

    def bodies(self) -> tuple[str, str, str]:
        """Template, environment and files as they are stored. Parameter values are not among them."""
        environment = self.environment.as_dict()
        environment.pop("parameters")
        environment.pop("parameter_defaults")
        return self.text, blobs.json_text(environment), blobs.json_text(dict(self.files))

    def sealed_part(self) -> dict[str, Any]:
        """What may hold secrets, to be sealed."""
        return {
            "environment": dict(self.environment.parameters),
            "defaults": dict(self.environment.parameter_defaults),
            "parameters": dict(self.parameters),
            "facade": self.facade,
            "file": self.file,
            "restored": dict(self.restored),
        }

    def columns(self, service: Service) -> dict[str, Any]:
        """The columns of a stack row that name this source."""
        template, environment, files = self.bodies()
        return {
            "template_digest": blobs.digest_of(template),
            "environment_digest": blobs.digest_of(environment),
            "files_digest": blobs.digest_of(files),
            "parameters": service.seal(self.sealed_part()),
            "has_sinks": bool(self.environment.event_sinks),
        }


class Definitions:
    """Loads definitions of stored stacks, and keeps those that workers use."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: OrderedDict[tuple[str, ...], StackContext] = OrderedDict()
        self._lock = threading.Lock()
        self._templates = TemplateCache(limits=service.language)
        self._bodies = Bodies(service.database)

    def template(self, source: Source) -> Template:
        """The parsed template; raises the InvalidTemplate family."""
        template = self.parse(source.text, source.file)
        if PROPERTIES not in source.restored:
            return template
        changed = put_over(template.raw, template.dialect.words, source.restored)
        return self.parse(blobs.json_text(changed), source.file)

    def parse(self, text: str, file: str = "") -> Template:
        """A template by its text, parsed once; raises the InvalidTemplate family."""
        return self._templates.parse(text, file=file)

    def define(self, source: Source, pseudo: PseudoParameters, **options: Any) -> StackDefinition:
        """What a source means; ``options`` are those of :class:`StackDefinition`. Raises the InvalidTemplate family."""
        return StackDefinition(
            self.template(source),
            source.environment.over(self._service.operator),
            source.files,
            pseudo,
            parameters=source.parameters,
            facade=source.facade,
            restored=source.restored,
            templates=self._templates,
            **options,
        )

    def source(self, stack: StackRow, *, previous: bool = False) -> Source:
        """What defines a stored stack, or what did before the action under way."""
        if previous and stack.previous_template_digest is None:
            # What goes back to nothing still tells of it.
            told = self.source(stack).environment.event_sinks if stack.has_sinks else ()
            return Source({"heat_template_version": "2013-05-23"}, Environment(event_sinks=told), {})
        digests = (
            (stack.previous_template_digest, stack.previous_environment_digest, stack.previous_files_digest)
            if previous
            else (stack.template_digest, stack.environment_digest, stack.files_digest)
        )
        wanted = [digest or "" for digest in digests]
        found = self._bodies.get(wanted)
        return self._source(found, wanted, (stack.previous_parameters if previous else stack.parameters) or "")

    def sources(self, rows: Sequence[SnapshotRow]) -> list[Source]:
        """What defined the stacks of snapshots."""
        named = [(row.template_digest, row.environment_digest, row.files_digest) for row in rows]
        found = self._bodies.get(digest for digests in named for digest in digests)
        return [self._source(found, digests, row.parameters) for digests, row in zip(named, rows, strict=True)]

    def _source(self, found: Mapping[str, str], digests: Sequence[str], parameters: str) -> Source:
        template, environment, files = (found[digest] for digest in digests)
        sealed = self._service.box.open(parameters)
        parsed_environment = Environment.parse(
            {**json.loads(environment), "parameters": sealed["environment"], "parameter_defaults": sealed["defaults"]}
        )
        return Source(
            template,
            parsed_environment,
            json.loads(files),
            sealed["parameters"],
            sealed["facade"],
            sealed.get("file", ""),
            sealed.get("restored") or {},
        )

    def stored(self, stack: StackRow) -> StackDefinition:
        """What a stored stack's source means; checked when it was stored, so nothing is checked again."""
        return self.of(stack).wanted

    def of(self, stack: StackRow) -> StackContext:
        """A worker's context for the stack as it is now; shared by all nodes of the traversal."""
        key = (stack.id, stack.traversal_id, stack.action, stack.parameters)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        wanted = self.define(self.source(stack), pseudo_of(stack), check=False, strict=False, drop_unknown=True)
        context = StackContext(stack, wanted, self._service.ports)
        with self._lock:
            self._known[key] = context
            while len(self._known) > CACHED:
                self._known.popitem(last=False)
        return context


def pseudo_of(stack: StackRow) -> PseudoParameters:
    return PseudoParameters(stack_name=stack.name, stack_id=stack.id, project_id=stack.project_id)
