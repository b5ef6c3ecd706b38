"""Zaqar."""

from __future__ import annotations

import http
import urllib.parse
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import requests

from heat_mq.clients.service import Kind, Service, quoted
from heat_mq.errors import CloudGone

#: Zaqar refuses a request of nobody; only with messages does it matter who it is.
SOMEBODY: Final = str(uuid.uuid4())


class Message(Service):
    # A queue is its own name.
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "queue": Kind("/queues", "queues", "", by_name="", id_key="name", free_ids=True)
    }

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> requests.Response:
        return super().request(method, path, headers={"Client-ID": SOMEBODY, **(headers or {})}, **more)

    def create_queue(self, name: str, metadata: Mapping[str, Any]) -> bool:
        """Make a queue; False when there is one of that name, which stays as it is."""
        answer = self.request("PUT", f"/queues/{quoted(name)}", body=dict(metadata))
        return answer.status_code == http.HTTPStatus.CREATED

    def queue(self, name: str) -> dict[str, Any]:
        """Its metadata; those that the service keeps itself begin with an underscore. Raises CloudGone."""
        return dict(self.get(f"/queues/{quoted(name)}") or {})

    def change_queue(self, name: str, changes: Sequence[Mapping[str, Any]]) -> None:
        """Change its metadata by the operations of a JSON patch."""
        headers = {"Content-Type": "application/openstack-messaging-v2.0-json-patch"}
        self.request("PATCH", f"/queues/{quoted(name)}", body=[dict(each) for each in changes], headers=headers)

    def delete_queue(self, name: str) -> None:
        """Delete a queue with all its messages; quiet when there is none."""
        self.delete(f"/queues/{quoted(name)}")

    def post_messages(self, queue: str, messages: Sequence[Mapping[str, Any]], client_id: str) -> None:
        """Put messages (``{"body", "ttl"}``) into a queue in one call; a queue that is missing comes to be.

        ``client_id`` is a UUID by which Zaqar keeps a client's own messages from it.
        """
        body = {"messages": [dict(message) for message in messages]}
        self.request("POST", f"/queues/{quoted(queue)}/messages", body=body, headers={"Client-ID": client_id})

    def messages(self, queue: str, client_id: str) -> list[dict[str, Any]]:
        """Every message of a queue in order, those that are claimed and this client's own too; none without a queue."""
        path, query = f"/queues/{quoted(queue)}/messages", {"echo": "true", "include_claimed": "true", "limit": "20"}
        found: list[dict[str, Any]] = []
        try:
            while True:
                answer = _read(self.request("GET", path, query=query, headers={"Client-ID": client_id}))
                found += answer.get("messages") or ()
                marker = _marker(answer)
                if not answer.get("messages") or not marker or marker == query.get("marker"):
                    return found
                query["marker"] = marker
        except CloudGone:
            return found


def _read(response: requests.Response) -> dict[str, Any]:
    """Old versions answer 204 when there is nothing."""
    return dict(response.json()) if response.content else {}


def _marker(page: Mapping[str, Any]) -> str:
    """Where the next page begins, "" when there is none."""
    href = next((link["href"] for link in page.get("links") or () if link.get("rel") == "next"), "")
    return urllib.parse.parse_qs(urllib.parse.urlsplit(href).query).get("marker", [""])[0]
