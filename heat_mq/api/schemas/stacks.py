"""Bodies of create, update, preview and validate."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from oslo_config import cfg

from heat_mq import errors
from heat_mq.api.schemas import fields
from heat_mq.api.schemas.environment import read_environment
from heat_mq.rpc.answers import StackArgs
from heat_mq.web.body import kind, read_json
from heat_mq.web.template import check_size, fetcher

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_.-]{0,254}")
TAG_LENGTH = 80


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """What a stack is made of. ``template`` is text when the client sent text, or None."""

    template: str | dict[str, Any] | None
    params: dict[str, Any]
    files: dict[str, str]
    environment_files: list[str] | None
    files_container: str | None

    def required_template(self) -> str | dict[str, Any]:
        """The template; ``BadRequest`` when there is none."""
        if self.template is None:
            raise errors.BadRequest("No template: give 'template' (text or a map) or 'template_url'.")
        return self.template

    def as_arguments(self) -> dict[str, Any]:
        """Arguments of the engine's methods, all but the template."""
        return {
            "params": self.params,
            "files": self.files,
            "environment_files": self.environment_files,
            "files_container": self.files_container,
        }


def read_sources(body: dict[str, Any], conf: cfg.ConfigOpts) -> Sources:
    """Template, environment, parameters and files. ``parameters`` win over those in ``environment``.

    Fetches ``template_url``. Raises ``BadRequest``, ``LimitExceeded``.
    """
    params = read_environment(body.get("environment"))
    params["parameters"] = {**params.get("parameters", {}), **fields.mapping(body, "parameters")}
    files = _files(body)
    container = fields.text(body, "files_container")
    return Sources(
        template=_template(body, conf),
        params=params,
        files=files,
        environment_files=_environment_files(body, files, container),
        files_container=container,
    )


def read_name(body: dict[str, Any]) -> str:
    """The new stack's name."""
    name = fields.text(body, "stack_name")
    if name is None:
        raise errors.BadRequest("No stack name: give 'stack_name'.")
    if not NAME.fullmatch(name):
        shown = name if len(name) <= 60 else f"{name[:60]}…"
        raise errors.InvalidTemplate(
            f"Stack name {shown!r}: a name is a letter followed by letters, digits, '_', '.' or '-', 255 in all."
        )
    return name


def read_create_args(body: dict[str, Any]) -> StackArgs:
    """What a create or its preview says beside its sources; rollback is disabled unless asked for."""
    if body.get("converge") is not None:
        raise errors.BadRequest("'converge' is for updates: a new stack has nothing to converge to.")
    args = _args(body)
    args.setdefault("disable_rollback", True)
    adopted = fields.text(body, "adopt_stack_data")
    if adopted is not None:
        args["adopt_stack_data"] = _adopted(adopted)
    return args


def read_update_args(body: dict[str, Any], *, existing: bool) -> StackArgs:
    """What an update says beside its sources; ``existing`` for PATCH."""
    args = _args(body)
    converge = fields.flag(body, "converge")
    if converge is not None:
        args["converge"] = converge
    if existing:
        args["existing"] = True
        args["clear_parameters"] = fields.texts(body, "clear_parameters") or []
    return args


def read_tags(tags: str, where: str) -> list[str]:
    """Comma separated tags; nothing is trimmed."""
    found = tags.split(",") if tags else []
    for tag in found:
        if len(tag) > TAG_LENGTH:
            raise errors.BadRequest(f"{where}: tag {tag[:20]!r}… is longer than {TAG_LENGTH} characters.")
    return found


def _args(body: dict[str, Any]) -> StackArgs:
    args: StackArgs = {}
    # 0 minutes is what clients send for "no timeout".
    if timeout := fields.count(body, "timeout_mins"):
        args["timeout_mins"] = timeout
    disable_rollback = fields.flag(body, "disable_rollback")
    if disable_rollback is not None:
        args["disable_rollback"] = disable_rollback
    tags = fields.text(body, "tags")
    if tags is not None:
        args["tags"] = read_tags(tags, "tags")
    return args


def _template(body: dict[str, Any], conf: cfg.ConfigOpts) -> str | dict[str, Any] | None:
    if body.get("adopt_stack_data") is not None:
        return _adopted_template(body["adopt_stack_data"])
    given = body.get("template")
    if not given:
        url = fields.text(body, "template_url")
        return fetcher(conf).fetch(url) if url else None
    if not isinstance(given, str | dict):
        raise errors.BadRequest(f"'template' is text or a map, not {kind(given)}.")
    size = len((given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)).encode())
    check_size(size, conf.max_template_size)
    return given


def _files(body: dict[str, Any]) -> dict[str, str]:
    files = fields.mapping(body, "files")
    for name, content in files.items():
        if not isinstance(content, str):
            raise errors.BadRequest(f"files[{name!r}] is text, not {kind(content)}.")
    return files


def _environment_files(body: dict[str, Any], files: dict[str, str], container: str | None) -> list[str] | None:
    names = fields.texts(body, "environment_files")
    for name in names or []:
        if name not in files and container is None:
            raise errors.BadRequest(f"Environment file {name!r} is not in 'files'.{errors.suggestion(name, files)}")
    return names


def _adopted(text: str) -> dict[str, Any]:
    try:
        value = read_json(text.encode())
    except errors.BadRequest as error:
        raise errors.BadRequest(f"'adopt_stack_data' cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise errors.BadRequest(f"'adopt_stack_data' is the text of a map, not of {kind(value)}.")
    return value


def _adopted_template(given: Any) -> dict[str, Any]:
    if not isinstance(given, str):
        raise errors.BadRequest(f"'adopt_stack_data' is text, not {kind(given)}.")
    template = _adopted(given).get("template")
    if not isinstance(template, dict):
        raise errors.BadRequest("'adopt_stack_data' has no map 'template'.")
    return template
