"""Octavia."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from heat_mq.clients.service import Kind, Service, quoted

#: Lists begin with the newest objects: those are waited for.
_NEWEST: Mapping[str, Any] = {"sort": "created_at:desc"}


def _kind(many: str, one: str, word: str = "") -> Kind:
    path = f"/lbaas/{many}"
    return Kind(path, many, one, word or one, query=_NEWEST, detail=path)


class LoadBalancer(Service):
    """Objects are asked for by kind and id. ``above`` is the id of the pool of a member, or of the policy of a rule."""

    KINDS: ClassVar[Mapping[str, Kind]] = {
        "loadbalancer": _kind("loadbalancers", "loadbalancer", "load balancer"),
        "listener": _kind("listeners", "listener"),
        "pool": _kind("pools", "pool"),
        "healthmonitor": _kind("healthmonitors", "healthmonitor", "health monitor"),
        "l7policy": _kind("l7policies", "l7policy", "L7 policy"),
        "member": Kind("/lbaas/pools/{}/members", "members", "member"),
        "rule": Kind("/lbaas/l7policies/{}/rules", "rules", "rule", "L7 rule"),
        "quota": Kind("/lbaas/quotas", "quotas", "quota"),
        "flavor": Kind("/lbaas/flavors", "flavors", "flavor"),
        "flavorprofile": Kind("/lbaas/flavorprofiles", "flavorprofiles", "flavorprofile", "flavor profile"),
        "availabilityzone": Kind(
            *("/lbaas/availabilityzones", "availability_zones", "availability_zone", "availability zone"),
            free_ids=True,
            id_key="name",
        ),
        "availabilityzoneprofile": Kind(
            *("/lbaas/availabilityzoneprofiles", "availability_zone_profiles", "availability_zone_profile"),
            word="availability zone profile",
        ),
    }

    def make(self, kind: str, body: Mapping[str, Any], above: str = "") -> dict[str, Any]:
        """A new object, without its envelope."""
        known = self.KINDS[kind]
        return dict(self.post(self._path(kind, above), {known.one: dict(body)})[known.one])

    def show(self, kind: str, id: str, above: str = "") -> dict[str, Any]:
        return dict(self.get(f"{self._path(kind, above)}/{quoted(id)}")[self.KINDS[kind].one])

    def change(self, kind: str, id: str, body: Mapping[str, Any], above: str = "") -> None:
        """Change the given keys and no others."""
        self.put(f"{self._path(kind, above)}/{quoted(id)}", {self.KINDS[kind].one: dict(body)})

    def remove(self, kind: str, id: str, above: str = "") -> None:
        self.delete(f"{self._path(kind, above)}/{quoted(id)}")

    def all(self, kind: str, above: str = "", **query: Any) -> list[dict[str, Any]]:
        """All of a kind that have these values."""
        return list(self.each(self._path(kind, above), self.KINDS[kind].many, query=query))

    def look(self, kind: str, ids: Collection[str], *, version: str | None = None) -> dict[str, Any] | None:
        """See :meth:`Service.look`. Each object's provisioning status stands in ``status`` as well.

        The id of a member or rule is ``<above>/<id>``: there is one list for each pool and policy.
        """
        if "{}" in self.KINDS[kind].path:
            parents = {id.partition("/")[0] for id in ids}
            items = {f"{above}/{item['id']}": item for above in sorted(parents) for item in self.all(kind, above)}
            found: dict[str, Any] | None = {id: items[id] for id in ids if id in items}
        else:
            found = super().look(kind, ids, version=version)
        return found and {id: {**item, "status": item["provisioning_status"]} for id, item in found.items()}

    def _path(self, kind: str, above: str) -> str:
        return self.KINDS[kind].path.format(quoted(above))
