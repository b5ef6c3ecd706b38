"""What the compute service says about itself: versions and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.nova.microversions import NEWEST, OLDEST, text
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

UPDATED = "2013-07-23T11:33:21Z"
# Every name that a 2.1 server always lists, as far as clients ask for it.
EXTENSIONS = {
    "NMN": "Multinic",
    "OS-DCF": "DiskConfig",
    "OS-EXT-AZ": "ExtendedAvailabilityZone",
    "OS-EXT-IPS": "ExtendedIps",
    "OS-EXT-IPS-MAC": "ExtendedIpsMac",
    "OS-EXT-SRV-ATTR": "ExtendedServerAttributes",
    "OS-EXT-STS": "ExtendedStatus",
    "OS-FLV-EXT-DATA": "FlavorExtraData",
    "OS-SCH-HNT": "SchedulerHints",
    "OS-SRV-USG": "ServerUsage",
    "os-admin-actions": "AdminActions",
    "os-attach-interfaces": "AttachInterfaces",
    "os-availability-zone": "AvailabilityZone",
    "os-block-device-mapping-v2-boot": "BlockDeviceMappingV2Boot",
    "os-config-drive": "ConfigDrive",
    "os-console-output": "ConsoleOutput",
    "os-consoles": "Consoles",
    "os-deferred-delete": "DeferredDelete",
    "os-extended-volumes": "ExtendedVolumes",
    "os-flavor-access": "FlavorAccess",
    "os-flavor-extra-specs": "FlavorExtraSpecs",
    "os-flavor-manage": "FlavorManage",
    "os-hypervisors": "Hypervisors",
    "os-keypairs": "Keypairs",
    "os-quota-sets": "Quotas",
    "os-security-groups": "SecurityGroups",
    "os-server-groups": "ServerGroups",
    "os-services": "Services",
    "os-shelve": "Shelve",
    "os-used-limits": "UsedLimits",
    "os-user-data": "UserData",
    "os-volumes": "Volumes",
}

routes = Routes()


@routes.get("", public=True)
def list_versions(service: Compute, call: Call) -> Document:
    version = _version(service)
    del version["media-types"], version["links"][1]
    return {"versions": [version]}


@routes.get("/v2.1", public=True)
def show_version(service: Compute, call: Call) -> Document:
    return {"version": _version(service)}


@routes.get("/v2.1/extensions")
def list_extensions(service: Compute, call: Call) -> Document:
    return {"extensions": [_extension(alias) for alias in EXTENSIONS]}


@routes.get("/v2.1/extensions/{alias}")
def show_extension(service: Compute, call: Call, alias: str) -> Document:
    if alias not in EXTENSIONS:
        raise not_found("The resource could not be found.")
    return {"extension": _extension(alias)}


def _version(service: Compute) -> Document:
    return {
        "id": "v2.1",
        "status": "CURRENT",
        "version": text(NEWEST),
        "min_version": text(OLDEST),
        "updated": UPDATED,
        "links": [
            {"rel": "self", "href": f"{service.url()}/"},
            {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"},
        ],
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1"}],
    }


def _extension(alias: str) -> Document:
    name = EXTENSIONS[alias]
    return {
        "alias": alias,
        "name": name,
        "description": name,
        "links": [],
        "namespace": "http://docs.openstack.org/compute/ext/fake_xml",
        "updated": "2014-12-03T00:00:00Z",
    }
