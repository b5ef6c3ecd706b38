"""Options of Heat that have no meaning here.

They are accepted, so that an operator's heat.conf works as it is, and named once in the log when they are set.
"""

from __future__ import annotations

from oslo_config import cfg

_PLUGIN = "classes of Heat cannot be loaded here"
_ABSENT = "there is no such feature"
_BODIES = "requests and answers may hold secrets: they are not logged"
_CACHE = "how long look-ups are remembered is fixed"
_PASTE = "the order of the middleware is fixed"
_LATER = "nothing here reads it yet"

#: group -> option -> (type, default, why it has no meaning)
_TABLE: dict[str, dict[str, tuple[type[cfg.Opt], object, str]]] = {
    "DEFAULT": {
        "cloud_backend": (cfg.StrOpt, "heat.engine.clients.OpenStackClients", _PLUGIN),
        "keystone_backend": (
            cfg.StrOpt,
            "heat.engine.clients.os.keystone.heat_keystoneclient.KsClientWrapper",
            _PLUGIN,
        ),
        "plugin_dirs": (
            cfg.ListOpt,
            ["/usr/lib64/heat", "/usr/lib/heat", "/usr/local/lib/heat", "/usr/local/lib64/heat"],
            _PLUGIN,
        ),
        "convergence_engine": (cfg.BoolOpt, True, "there is one engine, and it converges"),
        "instance_connection_is_secure": (cfg.StrOpt, "0", "the scheme of heat_metadata_server_url says it"),
        "max_ironic_api_microversion": (cfg.StrOpt, None, _ABSENT),
        "metadata_put_timeout": (cfg.FloatOpt, 60, "objects are put with the client's own timeout"),
        "encrypt_parameters_and_properties": (
            cfg.BoolOpt,
            False,
            "parameters, properties and data are always encrypted",
        ),
        "engine_life_check_timeout": (cfg.IntOpt, 2, "engines prove their life by leases: [engine] lease_seconds"),
        "max_cinder_api_microversion": (cfg.StrOpt, None, "each call names the version it needs"),
        "max_interface_check_attempts": (cfg.IntOpt, 10, "interfaces are waited for until the action times out"),
        "max_nova_api_microversion": (cfg.StrOpt, None, "each call names the version it needs"),
        "max_server_name_length": (cfg.IntOpt, 53, _LATER),
        "periodic_interval": (cfg.IntOpt, 60, "engines report by [engine] heartbeat_seconds"),
        "reauthentication_auth_method": (cfg.StrOpt, "", "work after a request always uses the stored credential"),
        "server_keystone_endpoint_type": (cfg.StrOpt, "", _LATER),
        "stack_scheduler_hints": (cfg.BoolOpt, False, _LATER),
    },
    "auth_password": {
        "allowed_auth_uris": (cfg.ListOpt, [], "requests are authenticated by one Keystone"),
        "multi_cloud": (cfg.BoolOpt, False, "requests are authenticated by one Keystone"),
    },
    "clients_cinder": {"http_log_debug": (cfg.BoolOpt, False, _BODIES)},
    "clients_nova": {"http_log_debug": (cfg.BoolOpt, False, _BODIES)},
    "noauth": {"token_response": (cfg.StrOpt, "", "the user of [noauth] logs in to Keystone")},
    "paste_deploy": {
        "api_paste_config": (cfg.StrOpt, "api-paste.ini", _PASTE),
    },
    "volumes": {"backups_enabled": (cfg.BoolOpt, True, _ABSENT)},
}
for _name, _seconds in (("constraint_validation_cache", 60), ("resource_finder_cache", 3600)):
    _TABLE[_name] = {"caching": (cfg.BoolOpt, True, _CACHE), "expiration_time": (cfg.IntOpt, _seconds, _CACHE)}
_TABLE["service_extension_cache"] = _TABLE["resource_finder_cache"]


def groups() -> dict[str, list[cfg.Opt]]:
    """The options by group."""
    return {
        group: [kind(name, default=default) for name, (kind, default, _) in options.items()]
        for group, options in _TABLE.items()
    }


def reason(group: str, name: str) -> str:
    """Why an option has no meaning."""
    return _TABLE[group][name][2]
