"""The messaging service: its documents, and who sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud.error_bodies import barbican_body
from heat_mq.simcloud.message import claims, messages, queues, versions
from heat_mq.simcloud.refusal import bad_request, not_found
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    import falcon

    from heat_mq.simcloud.caller import Caller
    from heat_mq.simcloud.cloud import Cloud


class Message(Service):
    """``/messaging``. A queue belongs to a project, and comes to be with its first message."""

    name = "message"
    root = "/messaging"
    endpoint = "/messaging"
    catalog: ClassVar = (("messaging", "zaqar"),)
    routes: ClassVar = (versions.routes, queues.routes, messages.routes, claims.routes)
    error_body = staticmethod(barbican_body)

    def negotiate(self, request: falcon.Request) -> dict[str, str]:
        """Every client says who it is, whatever it asks for."""
        if "/v2/" in request.path:
            messages.client_id(request.get_header("Client-ID") or "")
        return {}

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.queues = self.collection("queues", ("project_id",))
        self.messages = self.collection("messages", ("queue",))
        self.claims = self.collection("claims", ("queue",))

    def queue(self, caller: Caller, name: str) -> Document | None:
        return self.queues.get(queue_id(caller, name))

    def existing(self, caller: Caller, name: str) -> Document:
        """The queue; Refusal 404 when there is none."""
        found = self.queue(caller, name)
        if found is None:
            raise not_found(f"Queue {name} does not exist for project {caller.project_id}.")
        return found

    def ensured(self, caller: Caller, name: str) -> Document:
        """The queue, made when missing; Refusal 400 for a name that cannot be one."""
        if not queues.NAME.fullmatch(name):
            raise bad_request("Queue names are limited to ASCII letters, digits, underscores and hyphens, 64 at most.")
        new: Document = {"id": queue_id(caller, name), "name": name, "project_id": caller.project_id, "metadata": {}}
        return self.queue(caller, name) or self.queues.save(new)

    def live(self, queue: Document) -> list[Document]:
        """The messages of a queue whose time has not run out, the oldest first."""
        for message in self.messages.where(queue=queue["id"]):
            if message["expires"] <= self.now():
                self.messages.remove(message["id"])
        return self.messages.where(queue=queue["id"])

    def claim_of(self, message: Document) -> Document | None:
        """The claim that keeps a message from others, while it lasts."""
        claim = self.claims.get(message.get("claim_id"))
        return claim if claim is not None and claim["expires"] > self.now() else None


def queue_id(caller: Caller, name: str) -> str:
    return f"{caller.project_id}/{name}"
