"""The object store: an account for each project, with containers of objects."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud.error_bodies import reason
from heat_mq.simcloud.object_store import accounts, containers, objects
from heat_mq.simcloud.refusal import Refusal, not_found, unauthorized
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.cloud import Cloud


class ObjectStore(Service):
    """``/object-store``. Nothing is refused for its size: what is put here are some lines of JSON."""

    name = "object-store"
    root = "/object-store"
    endpoint = "/object-store/v1/AUTH_{project_id}"
    catalog: ClassVar = (("object-store", "swift"),)
    routes: ClassVar = (accounts.routes, containers.routes, objects.routes)

    @staticmethod
    def error_body(refusal: Refusal) -> tuple[str, bytes]:
        """A page of HTML, as Swift sends it."""
        title, text = reason(refusal.status), html.escape(refusal.message)
        return "text/html; charset=UTF-8", f"<html><h1>{title}</h1><p>{text}</p></html>".encode()

    unauthorized_body = error_body

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.accounts = self.collection("accounts")
        self.containers = self.collection("containers", ("account",))
        self.objects = self.collection("objects", ("container",))

    def response_headers(self, request_id: str) -> dict[str, str]:
        return {"X-Trans-Id": request_id.replace("req-", "tx"), "X-Openstack-Request-Id": request_id}

    def account(self, call: Call, name: str) -> Document:
        """The caller's account, made when missing; Refusal 401 or 403 for anybody else's."""
        if not call.caller.user_id:
            raise unauthorized()
        if not call.caller.sees(name.removeprefix("AUTH_")):
            raise Refusal(403, "Access was denied to this resource.")
        return self.accounts.get(name) or self.accounts.save({"id": name, "metadata": {}})

    def container(self, account: str, name: str) -> Document:
        """Refusal 404 when there is none."""
        found = self.containers.get(f"{account}/{name}")
        if found is None:
            raise not_found("The resource could not be found.")
        return found
