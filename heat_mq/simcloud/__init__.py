"""The simulated OpenStack cloud: real HTTP that answers like the services do.

:func:`make_app` builds one cloud whose ``.wsgi`` any WSGI server can serve. One port serves all
services under path prefixes: ``/identity/v3``, ``/compute/v2.1``, ``/network/v2.0``,
``/image/v2``, ``/volume/v3/{project_id}``, and ``/admin`` for tests (:mod:`~heat_mq.simcloud.admin`).

Adding a service takes three steps.

1. A package ``heat_mq/simcloud/<service>/`` with a class in ``service.py``::

       class Dns(Service):
           name = "dns"                          # of its documents and faults
           root = "/dns"                         # path prefix
           endpoint = "/dns"                     # path in the catalog; may hold {project_id}
           catalog = (("dns", "designate"),)     # type and name there
           routes = (zones.routes,)
           error_body = staticmethod(nova_body)  # or keystone_body, neutron_body, glance_body, its own

           def __init__(self, cloud):
               super().__init__(cloud)
               self.zones = self.collection("zones", index=("project_id",))

           def seed(self):                       # first content, once per state directory
               ...

2. Modules of handlers::

       routes = Routes("/v2")

       @routes.post("/zones", status=202)
       def create_zone(service: Dns, call: Call) -> Document:
           wanted = call.json()
           zone = {"id": new_id(), "project_id": call.caller.project_id, "name": wanted["name"],
                   "status": "PENDING"}
           later(zone, service.now() + 1, status="ACTIVE")     # nothing runs: whoever reads it sees it
           return public(service.zones.save(zone))

       @routes.get("/zones/{zone_id}")
       def show_zone(service: Dns, call: Call, zone_id: str) -> Document:
           zone = service.zones.get(zone_id)
           if zone is None or not call.caller.sees(zone["project_id"]):
               raise not_found(f"Could not find Zone {zone_id}")
           return public(zone)

   A handler runs under the cloud's lock and must not wait. It may mutate a document it got from
   a collection and must ``save`` it after. Lists use :mod:`~heat_mq.simcloud.listing`, limits
   :mod:`~heat_mq.simcloud.quotas`, and a new object asks ``cloud.faults.strikes("stuck_build" |
   "object_error", service.name, name=..., project_id=...)``. Version documents and the like
   are registered with ``public=True``. Nova tells ``cloud.guests`` when a server is up
   (:mod:`~heat_mq.simcloud.guest`).

3. Its class in :data:`heat_mq.simcloud.registry.SERVICES`.
"""

from heat_mq.simcloud.cloud import Cloud, make_app

__all__ = ["Cloud", "make_app"]
