"""Custom constraints by name: what a value must be found as, in the cloud or by a rule of its own.

A service's constraint holds when the value is the name or id of exactly one object that the caller
sees. That it holds is remembered for a minute; that it does not never is, since the user may be about to mend it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

from heat_mq.clients.expiring import Expiring
from heat_mq.clients.local_constraints import RULES, test_constr
from heat_mq.errors import Ambiguous, CloudError, NotFound, ServiceMissing, suggestion

#: Heat's default of [constraint_validation_cache] expiration_time.
REMEMBER_SECONDS: Final = 60.0

#: constraint: (service type, kind there). Types for which Heat takes an id alone are looked up in the same way.
LOOKUPS: Final[Mapping[str, tuple[str, str]]] = {
    "barbican.container": ("key-manager", "container"),
    "barbican.secret": ("key-manager", "secret"),
    "cinder.backup": ("block-storage", "backup"),
    "cinder.qos_specs": ("block-storage", "qos_specs"),
    "cinder.snapshot": ("block-storage", "snapshot"),
    "cinder.volume": ("block-storage", "volume"),
    "cinder.vtype": ("block-storage", "volume_type"),
    "glance.image": ("image", "image"),
    "keystone.domain": ("identity", "domain"),
    "keystone.group": ("identity", "group"),
    "keystone.project": ("identity", "project"),
    "keystone.region": ("identity", "region"),
    "keystone.role": ("identity", "role"),
    "keystone.service": ("identity", "service"),
    "keystone.user": ("identity", "user"),
    "neutron.address_scope": ("network", "address_scope"),
    "neutron.flow_classifier": ("network", "flow_classifier"),
    "neutron.network": ("network", "network"),
    "neutron.port": ("network", "port"),
    "neutron.port_pair": ("network", "port_pair"),
    "neutron.port_pair_group": ("network", "port_pair_group"),
    "neutron.qos_policy": ("network", "qos_policy"),
    "neutron.router": ("network", "router"),
    "neutron.security_group": ("network", "security_group"),
    "neutron.segment": ("network", "segment"),
    "neutron.subnet": ("network", "subnet"),
    "neutron.subnetpool": ("network", "subnetpool"),
    "neutron.taas.tap_flow": ("network", "tap_flow"),
    "neutron.taas.tap_service": ("network", "tap_service"),
    "nova.flavor": ("compute", "flavor"),
    "nova.host": ("compute", "host"),
    "nova.keypair": ("compute", "keypair"),
    "nova.server": ("compute", "server"),
    "octavia.availabilityzone": ("load-balancer", "availabilityzone"),
    "octavia.availabilityzoneprofile": ("load-balancer", "availabilityzoneprofile"),
    "octavia.flavor": ("load-balancer", "flavor"),
    "octavia.flavorprofile": ("load-balancer", "flavorprofile"),
    "octavia.l7policy": ("load-balancer", "l7policy"),
    "octavia.listener": ("load-balancer", "listener"),
    "octavia.loadbalancer": ("load-balancer", "loadbalancer"),
    "octavia.pool": ("load-balancer", "pool"),
}

#: Constraints to which an empty text means "none".
_EMPTY_PASSES: Final = frozenset({"nova.keypair"})


class _Finds(Protocol):
    """What is used of a cloud."""

    @property
    def project_id(self) -> str: ...

    def service(self, service_type: str) -> Any: ...


class Checker:
    """Checks values and remembers, for each project, what held. One for a process."""

    def __init__(self, seconds: float = REMEMBER_SECONDS) -> None:
        self._held: Expiring[bool] = Expiring(seconds, limit=16384)

    def check(self, cloud: _Finds, name: str, value: Any) -> str | None:
        """What is wrong with ``value`` under the custom constraint ``name``, or None.

        An unknown constraint makes every value wrong. Raises CloudError when the service cannot say: that is no
        verdict on the value.
        """
        rule = test_constr if name == "nova.network" else RULES.get(name)
        if rule is not None:
            return rule(value)
        if name not in LOOKUPS:
            return f"the constraint {name} is not known.{suggestion(name, [*RULES, *LOOKUPS])}"
        if value == "" and name in _EMPTY_PASSES:
            return None
        key = (name, cloud.project_id, _digest(value))
        if self._held.get(key):
            return None
        problem = _look_up(cloud, name, value)
        if problem is None:
            self._held.put(key, True)
        return problem


def _look_up(cloud: _Finds, name: str, value: Any) -> str | None:
    service_type, kind = LOOKUPS[name]
    if not isinstance(value, str | int) or value == "":
        return f"Error validating value {value!r}: it is no name or id of a {kind.replace('_', ' ')}"
    try:
        cloud.service(service_type).find(kind, str(value))
    except (NotFound, Ambiguous, ServiceMissing) as error:
        return f"Error validating value {str(value)!r}: {error.message}"
    except CloudError as error:
        # What a caller may not list or see is as good as not there.
        if error.status == 403:
            return f"Error validating value {str(value)!r}: {error.message}"
        raise
    return None


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
