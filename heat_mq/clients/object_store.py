"""Swift, for the few small objects that guests and engine leave each other, and for files of requests."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any, Final

from heat_mq.clients.service import Service, quoted
from heat_mq.errors import CloudConflict, CloudGone

FOREVER: Final = 2**31 - 1
"""The last second that every Swift takes for the end of a temporary URL."""
PAGE: Final = 1000
"""Objects asked for at once: no Swift is known to give less."""


class ObjectStore(Service):
    def make_container(self, name: str, key: str, *, archives: bool = False) -> None:
        """Make a container whose temporary URLs are signed with ``key``; one that is there takes that key.

        With ``archives`` it keeps what is written over, as objects beside it.
        """
        headers = {"X-Container-Meta-Temp-URL-Key": key}
        if archives:
            headers["X-Versions-Location"] = quoted(name)
        self.request("PUT", f"/{quoted(name)}", headers=headers)

    def put_object(self, container: str, name: str, content: Mapping[str, Any]) -> None:
        """Store a map as JSON."""
        self.request("PUT", _path(container, name), body=dict(content))

    def read_object(self, container: str, name: str) -> Any:
        """The value of a JSON object; None when there is none, it is empty, or no JSON."""
        try:
            content = self.request("GET", _path(container, name)).content
        except CloudGone:
            return None
        try:
            return json.loads(content) if content else None
        except ValueError:
            return None

    def list_objects(self, container: str) -> Iterator[tuple[str, int]]:
        """Name and size in bytes of every object, in the order of names. Raises CloudGone without a container."""
        query = {"format": "json", "limit": PAGE}
        while True:
            page = self.get(f"/{quoted(container)}", query=query)
            yield from ((each["name"], each["bytes"]) for each in page)
            if len(page) < PAGE:
                return
            query["marker"] = page[-1]["name"]

    def get_object(self, container: str, name: str) -> bytes:
        """The content. Raises CloudGone when there is none."""
        return self.request("GET", _path(container, name)).content

    def history(self, container: str, name: str, known: dict[str, str]) -> list[str]:
        """The texts that were written to an object of a container that archives, the oldest first.

        ``known`` holds those that were written over, by the archive's names: they are read once. Raises CloudGone when
        there is no container.
        """
        archive = f"{len(name):03x}{name}/"  # so Swift calls what was written over
        names = [each for each, _ in self.list_objects(container)]
        for each in names:
            if each.startswith(archive) and each not in known:
                known[each] = self._text(container, each)
        texts = [known[each] for each in names if each in known]
        return [*texts, self._text(container, name)] if name in names else texts

    def delete_object(self, container: str, name: str) -> None:
        """Quiet when there is none."""
        try:
            self.delete(_path(container, name))
        except CloudGone:
            return

    def _text(self, container: str, name: str) -> str:
        try:
            return self.get_object(container, name).decode(errors="replace")
        except CloudGone:
            return ""

    def empty_container(self, name: str) -> None:
        """Delete every object, archived ones first: the end of an object brings its latest archived one back."""
        try:
            names = [each for each, _ in self.list_objects(name)]
        except CloudGone:
            return
        for each in sorted(names, key=lambda each: "/" not in each):
            self.delete_object(name, each)

    def delete_container(self, name: str) -> None:
        """Quiet when there is none, or others have put something into it: then it stays."""
        try:
            self.delete(f"/{quoted(name)}")
        except (CloudGone, CloudConflict):
            return

    def temp_url(self, container: str, name: str, method: str, key: str) -> str:
        """A URL with which anybody may do ``method`` to the object for as long as the container has this key."""
        url = f"{self.endpoint().rstrip('/')}{_path(container, name)}"
        # Swift signs what it sees, which begins with the version: what a proxy before it strips is no part of that.
        path = "/v1/" + urllib.parse.unquote(urllib.parse.urlsplit(url).path).partition("/v1/")[2]
        signature = hmac.new(key.encode(), f"{method}\n{FOREVER}\n{path}".encode(), hashlib.sha256).hexdigest()
        return f"{url}?temp_url_sig={signature}&temp_url_expires={FOREVER}"


def _path(container: str, name: str) -> str:
    return f"/{quoted(container)}/{urllib.parse.quote(name)}"
