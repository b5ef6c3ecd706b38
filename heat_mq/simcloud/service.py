"""What every simulated service has: a name, a root path, routes, collections and an error shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud.error_bodies import keystone_body, nova_body
from heat_mq.simcloud.refusal import Refusal
from heat_mq.simcloud.routing import Routes
from heat_mq.simcloud.store import Collection, Document

if TYPE_CHECKING:
    import falcon

    from heat_mq.simcloud.caller import Caller
    from heat_mq.simcloud.cloud import Cloud


class Service:
    """Base of the services. A subclass sets the class values and overrides what differs.

    ``name``         under which documents, faults and the admin endpoint know it ("compute")
    ``root``         path prefix of all its routes ("/compute")
    ``endpoint``     path in the catalog, with ``{project_id}`` where the service wants it; "" stays out of it
    ``catalog``      the (type, name) pairs under which the catalog lists the endpoint
    ``routes``       the :class:`Routes` of its handler modules
    ``can_fail``     whether injected faults apply to its requests
    """

    name: ClassVar[str]
    root: ClassVar[str]
    endpoint: ClassVar[str] = ""
    catalog: ClassVar[Sequence[tuple[str, str]]] = ()
    routes: ClassVar[Sequence[Routes]] = ()
    can_fail: ClassVar[bool] = True

    @staticmethod
    def error_body(refusal: Refusal) -> tuple[str, bytes]:
        """Content type and body of an error; a subclass assigns one of ``error_bodies``."""
        return nova_body(refusal)

    @staticmethod
    def unauthorized_body(refusal: Refusal) -> tuple[str, bytes]:
        """The same for a 401, which keystonemiddleware answers in front of most services."""
        return keystone_body(refusal)

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def seed(self) -> None:
        """Put the first content there; called once in the life of a state directory."""

    def start(self) -> None:
        """Called at every start and after a reset, when every service exists and is seeded."""

    def close(self) -> None:
        """Stop what :meth:`start` began."""

    def collection(self, kind: str, index: Iterable[str] = ()) -> Collection:
        """This service's documents of a kind (see :class:`Collection`)."""
        return self.cloud.store.collection(self.name, kind, index)

    def response_headers(self, request_id: str) -> dict[str, str]:
        """Headers that every answer carries."""
        return {"x-openstack-request-id": request_id}

    def negotiate(self, request: falcon.Request) -> dict[str, str]:
        """Headers that say which version of the API answers; Refusal when it has not the one asked for."""
        return {}

    def admit(self, caller: Caller, path: dict[str, str]) -> None:
        """Refuse a caller before the handler runs; values taken out of ``path`` are not passed to it."""

    def url(self, project_id: str = "") -> str:
        """The endpoint's address for a project."""
        return self.cloud.base_url + self.endpoint.replace("{project_id}", project_id)

    def now(self) -> float:
        """Epoch seconds by the cloud's clock."""
        return self.cloud.clock()


def project_of(document: Document) -> str:
    """The project that owns a document, "" when none does."""
    return str(document.get("project_id") or document.get("tenant_id") or document.get("owner") or "")
