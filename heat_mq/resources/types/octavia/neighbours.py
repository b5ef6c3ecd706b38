"""Resources that must be there first though nothing refers to them: the template names their objects by their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from heat_mq.resources.kit import Resource, Sibling, Siblings

_PREFIX: Final = "OS::Octavia::"
#: Types by the kind that a name is looked up as.
_TYPES: Final = {
    "availabilityzoneprofile": f"{_PREFIX}AvailabilityZoneProfile",
    "flavor": f"{_PREFIX}Flavor",
    "flavorprofile": f"{_PREFIX}FlavorProfile",
    "l7policy": f"{_PREFIX}L7Policy",
    "listener": f"{_PREFIX}Listener",
    "loadbalancer": f"{_PREFIX}LoadBalancer",
    "pool": f"{_PREFIX}Pool",
}


def named(cls: type[Resource], me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
    """The resources whose objects this one's properties name."""
    siblings = Siblings.of(others)
    for name, prop in cls.Properties.props.items():
        used = _TYPES.get(prop.lookup.kind) if prop.lookup is not None else None
        if used is not None and isinstance(me.properties.get(name), str):
            yield from (each.name for each in siblings.sharing(used, _name_of, me.properties[name]))


def _name_of(sibling: Sibling) -> Any:
    return sibling.properties.get("name")
