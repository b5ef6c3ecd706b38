"""How clouds are reached, as one value; read from the configuration once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final

from keystoneauth1 import loading
from keystoneauth1.plugin import BaseAuthPlugin
from oslo_config import cfg

from heat_mq.clients.concurrency_limit import Bounds
from heat_mq.conf.identity import auth_url

#: The option group of each service, by its official type. A group has what [clients] has; an
#: option that is not set there is taken from [clients].
GROUPS: Final[Mapping[str, str]] = {
    "alarm": "clients_aodh",
    "block-storage": "clients_cinder",
    "cloudformation": "clients_heat",
    "compute": "clients_nova",
    "container-infrastructure-management": "clients_magnum",
    "database": "clients_trove",
    "dns": "clients_designate",
    "identity": "clients_keystone",
    "image": "clients_glance",
    "key-manager": "clients_barbican",
    "load-balancer": "clients_octavia",
    "message": "clients_zaqar",
    "network": "clients_neutron",
    "object-store": "clients_swift",
    "orchestration": "clients_heat",
    "shared-file-system": "clients_manila",
    "workflow": "clients_mistral",
}

LoadAuth = Callable[[str | None], BaseAuthPlugin]


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How one service is reached.

    ``verify`` is what requests takes: False, True or the path of a CA bundle; ``cert`` the path of a client
    certificate or of certificate and key.
    """

    interface: str = "public"
    verify: bool | str = True
    cert: str | tuple[str, str] | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the clients need to know.

    ``load_service_auth(trust_id)`` makes the keystoneauth plugin of the service's user, scoped by that trust;
    with None it has the scope that the configuration gives. ``timeout`` is that of one HTTP request in seconds,
    ``retries`` how often a call that is safe to repeat is repeated. ``concurrency``: calls at once to one service for
    one project.
    """

    auth_url: str
    load_service_auth: LoadAuth
    region: str | None = None
    shared_region: str | None = None
    shared_services: frozenset[str] = frozenset()
    default: ServiceSettings = dataclasses.field(default_factory=ServiceSettings)
    services: Mapping[str, ServiceSettings] = dataclasses.field(default_factory=dict)
    stack_domain_id: str = ""
    stack_domain_name: str = ""
    stack_domain_admin: str = ""
    stack_domain_admin_password: str = dataclasses.field(default="", repr=False)
    stack_user_role: str = "heat_stack_user"
    delegated_roles: tuple[str, ...] = ()
    redelegation: bool = False
    deferred_auth: str = "trusts"
    retries: int = 2
    timeout: float = 120.0
    concurrency: Bounds = dataclasses.field(default_factory=Bounds)

    def service(self, service_type: str) -> ServiceSettings:
        return self.services.get(service_type, self.default)


def from_conf(conf: cfg.ConfigOpts) -> Settings:
    """The settings of a configuration whose options (Heat's names and groups) are registered."""
    default = _service(conf.clients, ServiceSettings())
    services = {service_type: _service(conf[group], default) for service_type, group in GROUPS.items() if group in conf}
    return Settings(
        auth_url=auth_url(conf),
        load_service_auth=lambda trust_id: load_service_auth(conf, trust_id),
        region=conf.region_name_for_services,
        shared_region=conf.region_name_for_shared_services,
        shared_services=frozenset(map(official_type, conf.shared_services_types)),
        default=default,
        services=services,
        stack_domain_id=conf.stack_user_domain_id or "",
        stack_domain_name=conf.stack_user_domain_name or "",
        stack_domain_admin=conf.stack_domain_admin or "",
        stack_domain_admin_password=conf.stack_domain_admin_password or "",
        stack_user_role=conf.heat_stack_user_role,
        delegated_roles=tuple(conf.trusts_delegated_roles),
        redelegation=conf.allow_trusts_redelegation,
        deferred_auth=conf.deferred_auth_method,
        retries=conf.client_retry_limit,
        concurrency=Bounds(
            start=min(conf.engine.cloud_calls_start, conf.engine.cloud_calls_max), most=conf.engine.cloud_calls_max
        ),
    )


def official_type(service_type: str) -> str:
    """The official name of a service type that catalogs know by an older one ("volumev3" is "block-storage")."""
    old = {
        "volume": "block-storage",
        "volumev2": "block-storage",
        "volumev3": "block-storage",
        "sharev2": "shared-file-system",
    }
    return old.get(service_type, service_type)


def load_service_auth(conf: cfg.ConfigOpts, trust_id: str | None) -> BaseAuthPlugin:
    """The plugin of the service's user: section [trustee], or [keystone_authtoken] where that says nothing."""
    for group in ("trustee", "keystone_authtoken"):
        loading.register_auth_conf_options(conf, group)
        scope: dict[str, Any] = {}
        if trust_id is not None:
            # A trust brings its own scope; Keystone refuses a second one.
            scope = dict.fromkeys(("project_id", "project_name", "project_domain_id", "project_domain_name"))
            scope |= {"domain_id": None, "domain_name": None, "system_scope": None, "trust_id": trust_id}
        plugin = loading.load_auth_from_conf_options(conf, group, **scope)
        if plugin is not None:
            return plugin
    raise cfg.RequiredOptError("auth_type", cfg.OptGroup("trustee"))


def _service(group: Any, fallback: ServiceSettings) -> ServiceSettings:
    insecure = getattr(group, "insecure", None)
    ca_file = getattr(group, "ca_file", None)
    verify = fallback.verify
    if insecure:
        verify = False
    elif ca_file:
        verify = ca_file
    elif insecure is False:
        verify = True if fallback.verify is False else fallback.verify
    cert_file, key_file = getattr(group, "cert_file", None), getattr(group, "key_file", None)
    interface = (getattr(group, "endpoint_type", None) or "").removesuffix("URL")
    return ServiceSettings(
        interface=interface or fallback.interface,
        verify=verify,
        cert=((cert_file, key_file) if key_file else cert_file) if cert_file else fallback.cert,
    )
