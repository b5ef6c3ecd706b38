"""Zaqar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import requests

from heat_mq.clients.service import Kind, Service, quoted
from heat_mq.errors import CloudGone


class Message(Service):
    # A queue is its own name.
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "queue": Kind("/queues", "queues", "", by_name="", id_key="name", free_ids=True)
    }

    def create_queue(self, name: str, metadata: Mapping[str, Any]) -> None:
        """Make a queue; quiet when it is there, which stays as it is."""
        self.put(f"/queues/{quoted(name)}", dict(metadata))

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
        """The first messages of a queue, those that are claimed and this client's own too; none without a queue."""
        query = {"echo": "true", "include_claimed": "true"}
        path = f"/queues/{quoted(queue)}/messages"
        try:
            answer = _read(self.request("GET", path, query=query, headers={"Client-ID": client_id}))
        except CloudGone:
            return []
        return list(answer.get("messages") or ())


def _read(response: requests.Response) -> dict[str, Any]:
    """Old versions answer 204 when there is nothing."""
    return dict(response.json()) if response.content else {}
