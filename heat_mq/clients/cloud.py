"""A cloud with one credential's rights: an adapter for each service, made when first used."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import openstack.connection
from keystoneauth1.session import Session

from heat_mq.clients import errors
from heat_mq.clients.compute import Compute
from heat_mq.clients.concurrency_limit import ConcurrencyLimit, ConcurrencyLimits
from heat_mq.clients.credentials import ForeignCredential
from heat_mq.clients.expiring import Expiring
from heat_mq.clients.foreign import check_login
from heat_mq.clients.identity import Identity
from heat_mq.clients.image import Image
from heat_mq.clients.key_manager import KeyManager
from heat_mq.clients.load_balancer import LoadBalancer
from heat_mq.clients.message import Message
from heat_mq.clients.network import Network
from heat_mq.clients.object_store import ObjectStore
from heat_mq.clients.service import NAME_SECONDS, Service
from heat_mq.clients.settings import Settings, official_type
from heat_mq.clients.volume import Volume
from heat_mq.errors import Bug, ServiceMissing

ADAPTERS: Final[dict[str, type[Service]]] = {
    "block-storage": Volume,
    "compute": Compute,
    "identity": Identity,
    "image": Image,
    "key-manager": KeyManager,
    "load-balancer": LoadBalancer,
    "message": Message,
    "network": Network,
    "object-store": ObjectStore,
}


class Cloud:
    """See the protocol ``heat_mq.resources.kit.call.Cloud``, which this fulfils."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        region: str | None = None,
        limits: ConcurrencyLimits | None = None,
        elsewhere: Callable[[ForeignCredential | None, str | None], Cloud] | None = None,
    ) -> None:
        """``limits`` are those of the worker; without them the cloud has its own.

        ``elsewhere`` makes the cloud of a login, or of the same one for None, in a region.
        """
        self._elsewhere = elsewhere
        self.session = session
        self._limits = limits or ConcurrencyLimits(settings.concurrency)
        self._renewing = threading.Lock()
        self.settings = settings
        self.region = region or settings.region
        self._connection = openstack.connection.Connection(
            session=session, region_name=self.region, app_name="heat_mq", **self._endpoint_options()
        )
        self._adapters: dict[str, Service] = {}
        self._lock = threading.Lock()

    @property
    def compute(self) -> Compute:
        return self._adapter("compute", Compute)

    @property
    def network(self) -> Network:
        return self._adapter("network", Network)

    @property
    def volume(self) -> Volume:
        return self._adapter("block-storage", Volume)

    @property
    def image(self) -> Image:
        return self._adapter("image", Image)

    @property
    def identity(self) -> Identity:
        return self._adapter("identity", Identity)

    def in_region(self, region: str) -> Cloud:
        """The same cloud with the same rights in another region, which the catalog must know."""
        return self._from_here(None, region)

    def logged_in(
        self,
        auth_type: str,
        auth: Mapping[str, Any],
        *,
        region: str | None = None,
        ca_cert: str = "",
        insecure: bool = False,
    ) -> Cloud:
        """Another cloud, by a login of its own (see :class:`ForeignCredential`); raises BadLogin.

        Nothing is sent before it is used.
        """
        check_login(auth_type, auth)
        return self._from_here(
            ForeignCredential(auth_type, json.dumps(auth, sort_keys=True), ca_cert, insecure), region
        )

    def _from_here(self, credential: ForeignCredential | None, region: str | None) -> Cloud:
        if self._elsewhere is None:
            raise Bug("this cloud does not know how to find others")
        return self._elsewhere(credential, region)

    def service(self, service_type: str) -> Service:
        """The adapter for any service type of the catalog; raises ServiceMissing when the cloud has none."""
        official = official_type(service_type)
        return self._adapter(official, ADAPTERS.get(official, Service))

    def has(self, service_type: str) -> bool:
        """Whether the catalog has an endpoint for the service."""
        return bool(self._urls(official_type(service_type)))

    def endpoint(self, service_type: str) -> str:
        """The service's URL as the catalog has it; raises ServiceMissing when it has none."""
        urls = self._urls(official_type(service_type))
        if not urls:
            raise ServiceMissing(f"The catalog has no endpoint of a service of type {service_type}.")
        return urls[0]

    def token(self) -> str:
        """A token that is good for some minutes at least."""
        with errors.translated("identity"):
            return str(self.session.get_token())

    @property
    def user_id(self) -> str:
        return str(self._access().user_id or "")

    @property
    def project_id(self) -> str:
        return str(self._access().project_id or "")

    @property
    def domain_id(self) -> str:
        """The domain that the token is for, "" when it is for a project."""
        return str(self._access().domain_id or "")

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the roles of the token."""
        return tuple(self._access().role_names)

    def rights(self) -> dict[str, Any]:
        """Whom the token is for, with which roles: the identity of a :class:`heat_mq.context.RequestContext`."""
        access = self._access()
        names = ("user_id", "project_id", "user_domain_id", "project_domain_id", "is_admin_project")
        return {**{name: getattr(access, name) for name in names}, "roles": list(access.role_names)}

    @property
    def auth_url(self) -> str:
        """Keystone's URL, as a guest would use it."""
        return self.settings.auth_url

    def _access(self) -> Any:
        """What Keystone has said of the token, which is fetched when there is none."""
        with errors.translated("identity"):
            plugin: Any = self.session.auth
            return plugin.get_access(self.session)

    def _urls(self, service_type: str) -> tuple[str, ...]:
        urls = self._access().service_catalog.get_urls(
            service_type=service_type,
            interface=self.settings.service(service_type).interface,
            region_name=self._region_of(service_type),
        )
        return tuple(map(str, urls))

    def _adapter(self, service_type: str, kind: type[Any]) -> Any:
        found = self._adapters.get(service_type)
        if found is None:
            with errors.translated(service_type):
                proxy = getattr(self._connection, service_type.replace("-", "_"))
                # The SDK leaves a service that is missing to fail at its first use: this is a use.
                proxy.get_endpoint  # noqa: B018
            settings = self.settings.service(service_type)
            made = kind(
                *(proxy, service_type, settings),
                retries=self.settings.retries,
                names=Expiring(NAME_SECONDS),
                limit=lambda: self._limit_of(service_type),
                renew=self._renew,
            )
            with self._lock:
                found = self._adapters.setdefault(service_type, made)
        return found

    def _limit_of(self, service_type: str) -> ConcurrencyLimit:
        project_id = str(self.session.get_project_id() or "")
        return self._limits.of(service_type, self._region_of(service_type) or "", project_id)

    def _renew(self, refused: str) -> bool:
        """See that the next request has another token than ``refused``; False when there can be none.

        Many requests are refused at once when a token ends: the first throws it away, the others find a new one.
        """
        with self._renewing:
            plugin: Any = self.session.auth
            known = getattr(plugin, "auth_ref", None)
            if known is None or known.auth_token != refused:
                return True
            return bool(self.session.invalidate())

    def _region_of(self, service_type: str) -> str | None:
        if service_type in self.settings.shared_services and self.settings.shared_region:
            return self.settings.shared_region
        return self.region

    def _endpoint_options(self) -> dict[str, Any]:
        """Interface and region of each service, in openstacksdk's words (``block_storage_interface``)."""
        options: dict[str, Any] = {"interface": self.settings.default.interface}
        for service_type, settings in self.settings.services.items():
            options[f"{service_type.replace('-', '_')}_interface"] = settings.interface
        for service_type in self.settings.shared_services:
            options[f"{service_type.replace('-', '_')}_region_name"] = self._region_of(service_type)
        return options
