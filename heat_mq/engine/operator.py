"""What the operator gives to every stack: the files in ``environment_dir`` and the templates that they name."""

from __future__ import annotations

import logging
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from heat_mq.errors import BadConfiguration, UserError
from heat_mq.resources.types.aws.load_balancer.template import choose_template
from heat_mq.template import Environment, Limits, Registry, is_template_name, parse

LOG = logging.getLogger(__name__)

_WITHOUT_EFFECT: Final = ("parameters", "parameter_defaults", "event_sinks")


def operator_registry(environment_dir: str, template_dir: str, limits: Limits) -> Registry:
    """The registry of all environments in the directory, in order of their names, with the templates that they name.

    A directory that is not there holds none; hidden files are left out. Raises BadConfiguration, which names file and
    line, for one that cannot be used. As in Heat only ``resource_registry`` counts.
    """
    folder = Path(environment_dir)
    merged = Environment()
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.is_file() and not file.name.startswith("."):
            merged = merged.merge(_environment(file, limits))
    entries = merged.resource_registry.entries
    templates = {name: _text(name, Path(template_dir)) for name in _named(entries)}
    return Registry(entries, templates=templates)


def use_load_balancer_template(path: str | None, limits: Limits) -> None:
    """Make load balancers of the template in this file from now on, of the built-in one without a path.

    Raises BadConfiguration, which names the file, for one that cannot be used.
    """
    if not path:
        choose_template(None)
        return
    try:
        choose_template(parse(Path(path).read_bytes(), file=path, limits=limits).raw)
    except OSError as error:
        raise BadConfiguration(f"loadbalancer_template: {path} cannot be read: {error.strerror}") from None
    except UserError as error:
        place = "" if path in error.message else f"{path}: "
        raise BadConfiguration(f"loadbalancer_template: {place}{error.message}") from None
    except ValueError as error:
        raise BadConfiguration(f"loadbalancer_template: {path}: {error}") from None


def _environment(file: Path, limits: Limits) -> Environment:
    try:
        environment = Environment.parse(file.read_bytes(), file=str(file), limits=limits)
    except OSError as error:
        raise BadConfiguration(f"environment_dir: {file} cannot be read: {error.strerror}") from None
    except UserError as error:
        place = "" if str(file) in error.message else f"{file}: "
        raise BadConfiguration(f"environment_dir: {place}{error.message}") from None
    without = [section for section in _WITHOUT_EFFECT if getattr(environment, section)]
    if without:
        LOG.warning("%s: %s has no effect here: only resource_registry counts", file, " and ".join(without))
    return environment


def _named(entries: Any) -> Iterator[str]:
    """The templates that the entries name and that lie on this machine."""
    for value in entries.values():
        if isinstance(value, dict):
            yield from _named(value)
        elif isinstance(value, str) and is_template_name(value) and not value.startswith(("http://", "https://")):
            yield value


def _text(name: str, template_dir: Path) -> str:
    parts = urllib.parse.urlsplit(name)
    path = Path(urllib.request.url2pathname(parts.path)) if parts.scheme == "file" else template_dir / name
    try:
        return path.read_text()
    except OSError as error:
        raise BadConfiguration(f"environment_dir names the template {name}: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadConfiguration(f"environment_dir names the template {name}: {path} is not UTF-8 text") from None
