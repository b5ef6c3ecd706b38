"""Files named as a template on a disk or a web server names them: relative to where it stands.

Clients of the API send every file under its full name and put that name into the templates, so for an engine ``files``
is a plain map. Who reads templates as their authors wrote them gives a :class:`PlacedFiles` instead.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Mapping


class PlacedFiles(Mapping[str, str]):
    """``texts`` by URL, seen from ``base`` (the URL of a template): relative names and whole URLs are found."""

    __slots__ = ("_texts", "base")

    def __init__(self, base: str, texts: Mapping[str, str]) -> None:
        self.base = base
        self._texts = texts

    def full_name(self, name: str) -> str:
        """The URL of what ``name`` stands for here."""
        return urllib.parse.urljoin(self.base, name)

    def __getitem__(self, name: str) -> str:
        return self._texts[self.full_name(name)]

    def __iter__(self) -> Iterator[str]:
        """The names of what stands beside or below the base, as the template would write them."""
        folder = self.base.rpartition("/")[0] + "/"
        return (url[len(folder) :] for url in self._texts if url.startswith(folder))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def full_name(files: Mapping[str, str], name: str) -> str:
    """The name under which every template finds the file that is ``name`` to the one that ``files`` belong to."""
    return files.full_name(name) if isinstance(files, PlacedFiles) else name


def files_beside(files: Mapping[str, str], template: str) -> Mapping[str, str]:
    """The files as the template with that full name sees them ("": one that was made and stands nowhere)."""
    return PlacedFiles(template, files._texts) if template and isinstance(files, PlacedFiles) else files
