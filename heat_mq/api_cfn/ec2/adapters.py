"""The Keystones that ``[ec2authtoken]`` names, as adapters.

Keystone wants the service's own token with the question. What the group does not say is taken from
``[keystone_authtoken]``; with ``multi_cloud`` each of ``clouds`` has a group ``[ec2authtoken.NAME]``, which has all of
its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keystoneauth1 import loading
from keystoneauth1.adapter import Adapter
from keystoneauth1.plugin import BaseAuthPlugin
from keystoneauth1.session import Session
from oslo_config import cfg

from heat_mq.errors import BadConfiguration

GROUP = "ec2authtoken"
#: Used when the group says nothing.
FALLBACK = "keystone_authtoken"
#: Seconds for one question, where the group has no timeout.
TIMEOUT = 60.0
#: Options that choose among the catalog's endpoints; without them Keystone is where auth_url says.
_CHOICES = (
    *("service_type", "service_name", "interface", "valid_interfaces", "region_name"),
    *("version", "min_version", "max_version"),
)


def load_adapters(conf: cfg.ConfigOpts) -> Mapping[str, Adapter]:
    """An adapter for version 3 of each Keystone, by names for the log. Raises BadConfiguration."""
    options = conf[GROUP]
    if not options.multi_cloud:
        return {"Keystone": _adapter(conf, GROUP, FALLBACK)}
    if not options.clouds:
        raise BadConfiguration(f"[{GROUP}] multi_cloud is set, but clouds names none")
    return {f"the Keystone of cloud {name}": _adapter(conf, f"{GROUP}.{name}", None) for name in options.clouds}


def _adapter(conf: cfg.ConfigOpts, group: str, fallback: str | None) -> Adapter:
    loading.register_auth_conf_options(conf, group)
    loading.register_session_conf_options(conf, group)
    loading.register_adapter_conf_options(conf, group, include_deprecated=True)
    plugin = loading.load_auth_from_conf_options(conf, group)
    own = plugin is not None or _url(conf, group) is not None
    if plugin is None and fallback is not None:
        plugin = loading.load_auth_from_conf_options(conf, fallback)
    session = _session(conf, group, fallback if not own else None)
    adapter: Adapter = loading.load_adapter_from_conf_options(conf, group, session=session, auth=plugin)
    adapter.service_type = adapter.service_type or "identity"
    by_catalog = plugin is not None and any(conf[group][option] for option in _CHOICES)
    if adapter.endpoint_override is None and not by_catalog:
        adapter.endpoint_override = _endpoint(conf, group, fallback, plugin)
    if adapter.endpoint_override is None and not (adapter.version or adapter.min_version or adapter.max_version):
        adapter.version = "3"
    return adapter


def _endpoint(conf: cfg.ConfigOpts, group: str, fallback: str | None, plugin: BaseAuthPlugin | None) -> str | None:
    """Version 3 where the configuration says Keystone is; None when only the catalog can tell."""
    found = _url(conf, group)
    if found is None and fallback is not None:
        options = conf[fallback]
        found = options.get("auth_url") if "auth_url" in options else options.www_authenticate_uri
    if not found:
        if plugin is None:
            raise BadConfiguration(f"[{group}] does not say where Keystone is: set auth_url, auth_type and the rest")
        return None
    url = str(found).rstrip("/").removesuffix("/v2.0")
    return url if url.endswith("/v3") else f"{url}/v3"


def _url(conf: cfg.ConfigOpts, group: str) -> str | None:
    """The group's auth_url, also without the auth_type whose option it is; older configurations say auth_uri."""
    # Under names of their own: the options of an auth_type must not meet others of the same name.
    plain = [cfg.StrOpt("auth_url", dest="plain_auth_url"), cfg.StrOpt("auth_uri", dest="plain_auth_uri")]
    conf.register_opts(plain, group=group)
    return conf[group].plain_auth_url or conf[group].plain_auth_uri or None


def _session(conf: cfg.ConfigOpts, group: str, fallback: str | None) -> Session:
    if fallback is None:
        session: Session = loading.load_session_from_conf_options(conf, group)
    else:
        options: Any = conf[fallback]
        cert = (options.certfile, options.keyfile) if options.certfile and options.keyfile else options.certfile
        session = Session(verify=False if options.insecure else options.cafile or True, cert=cert)
    session.timeout = session.timeout or TIMEOUT
    return session
