"""Read templates, environments and files from a disk, as the stock client does before it sends them."""

from __future__ import annotations

import base64
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from heat_mq.template import UNKNOWN, Registry, is_template_name
from heat_mq.template.placed_files import PlacedFiles

LARGEST: Final = 64 * 2**20
_REMOTE: Final = ("http", "https")


class Unreadable(Exception):
    """A file that cannot be read; the text names it and says why."""


class DiskTexts(Mapping[str, str]):
    """The texts of ``file://`` URLs, each read once. What lies elsewhere is UNKNOWN: nothing is fetched."""

    def __init__(self) -> None:
        self._read: dict[str, str] = {}

    def __getitem__(self, url: str) -> str:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme in _REMOTE:
            if is_template_name(url):
                raise KeyError(url)
            unknown: Any = UNKNOWN
            return unknown
        if parts.scheme != "file":
            raise KeyError(url)
        if url not in self._read:
            try:
                self._read[url] = text_of(path_of(url))
            except Unreadable:
                raise KeyError(url) from None
        return self._read[url]

    def __iter__(self) -> Iterator[str]:
        """Those that were read so far."""
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


class DiskFiles(PlacedFiles):
    """What a template names, read from beside it."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        """The names of the files in the same folder, for suggestions."""
        try:
            return iter(sorted(path.name for path in path_of(self.base).parent.iterdir() if path.is_file()))
        except OSError:
            return iter(())


def files_of(path: Path) -> PlacedFiles:
    """What the template at ``path`` names."""
    return DiskFiles(url_of(path), DiskTexts())


def url_of(path: Path) -> str:
    return path.absolute().as_uri()


def path_of(url: str) -> Path:
    return Path(urllib.request.url2pathname(urllib.parse.urlsplit(url).path))


def text_of(path: Path) -> str:
    """A file's text; what is not UTF-8 comes as base64, as the client sends it. Raises Unreadable."""
    content = bytes_of(path)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()


def bytes_of(path: Path) -> bytes:
    """A file's content; raises Unreadable."""
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise Unreadable(f"{path}: more than {LARGEST >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None


def placed_registry(registry: Registry, environment: Path) -> Registry:
    """The registry of an environment file with the templates that it names relative to itself named in full.

    As in the stock client ``base_url`` may say what they are relative to, and a name with ``::`` is a type.
    """
    return Registry(_placed(registry.entries, url_of(environment)))


def _placed(entries: Mapping[str, Any], base: str) -> dict[str, Any]:
    own = entries.get("base_url")
    if isinstance(own, str):
        base = urllib.parse.urljoin(base, own)
    placed: dict[str, Any] = {}
    for key, value in entries.items():
        if isinstance(value, Mapping):
            placed[key] = _placed(value, base)
        elif isinstance(value, str) and key not in ("base_url", "hooks", "restricted_actions") and "::" not in value:
            placed[key] = urllib.parse.urljoin(base, value)
        elif key != "base_url":
            placed[key] = value
    return placed
