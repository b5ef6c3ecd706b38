"""How the services of a cloud are reached."""

from __future__ import annotations

from oslo_config import cfg

#: Services that have a group ``[clients_NAME]``, by Heat's names for them.
SERVICES = [
    *("aodh", "barbican", "cinder", "designate", "glance", "heat", "keystone", "magnum"),
    *("manila", "mistral", "neutron", "nova", "octavia", "swift", "trove", "zaqar"),
]

INTERFACES = ["publicURL", "internalURL", "adminURL", "public", "internal", "admin"]

DEFAULT = [
    cfg.StrOpt(
        "region_name_for_services", help="Region whose endpoints are used. Unset: the first that Keystone names."
    ),
    cfg.StrOpt("region_name_for_shared_services", help="Region of the services in shared_services_types."),
    cfg.ListOpt(
        "shared_services_types",
        default=["image", "volumev3"],
        help="Types of service that several regions share, looked for in region_name_for_shared_services.",
    ),
    cfg.URIOpt(
        "heat_metadata_server_url",
        help="URL of the CloudFormation-compatible API that servers get their metadata from. Unset: from the catalog.",
    ),
    cfg.URIOpt(
        "heat_waitcondition_server_url",
        help="URL that pre-signed URLs for signals start with, ending in /v1/waitcondition. Unset: from "
        "heat_metadata_server_url or the catalog.",
    ),
    cfg.StrOpt(
        "instance_connection_https_validate_certificates",
        default="1",
        help='Whether servers check the certificate of that API when its URL says https: "0" or "1".',
    ),
]


def _connection(*, interface: str | None, insecure: bool | None) -> list[cfg.Opt]:
    also = "" if interface else " Unset: as in [clients]."
    return [
        cfg.StrOpt(
            "endpoint_type", default=interface, choices=INTERFACES, help=f"Interface of the catalog to use.{also}"
        ),
        cfg.StrOpt("ca_file", help=f"Certificates of authorities that are trusted.{also}"),
        cfg.StrOpt("cert_file", help=f"Certificate shown to the service.{also}"),
        cfg.StrOpt("key_file", help=f"Key of cert_file.{also}"),
        cfg.BoolOpt("insecure", default=insecure, help=f"Do not check the service's certificate.{also}"),
    ]


GROUPS = {"DEFAULT": DEFAULT, "clients": _connection(interface="public", insecure=False)} | {
    f"clients_{service}": _connection(interface=None, insecure=None) for service in SERVICES
}
GROUPS["clients_keystone"].append(
    cfg.URIOpt("auth_uri", help="URL of Keystone that servers and clients use. Unset: [keystone_authtoken].")
)
GROUPS["clients_heat"].append(
    cfg.URIOpt("url", help="URL of this API as clients see it, with %(tenant_id)s. Unset: from the catalog.")
)
