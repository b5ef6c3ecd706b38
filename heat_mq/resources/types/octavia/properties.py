"""Properties that several types share."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, REPLACE, Bool, Lookup, Str


def name(of: str) -> Str:
    return Str(f"Name of the {of}; one made of the names of stack and resource when none is given.", update=IN_PLACE)


def description(of: str) -> Str:
    return Str(f"Description of the {of}.", default="", update=IN_PLACE)


def admin_state_up(of: str) -> Bool:
    return Bool(f"Whether the {of} is at work.", default=True, update=IN_PLACE)


def project(of: str) -> Str:
    return Str(f"Id of the project that owns the {of}; Octavia gives it the load balancer's.")


def load_balancer(doc: str, *, required: bool = False) -> Str:
    return _named(doc, "loadbalancer", required, REPLACE)


def listener(doc: str, *, required: bool = False) -> Str:
    return _named(doc, "listener", required, REPLACE)


def pool(doc: str, *, required: bool = False, update: str = REPLACE) -> Str:
    return _named(doc, "pool", required, update)


def policy(doc: str) -> Str:
    return _named(doc, "l7policy", True, REPLACE)


def subnet(doc: str, *, required: bool = False) -> Str:
    return Str(doc, required=required, constraint="neutron.subnet", lookup=Lookup("network", "subnet"))


def _named(doc: str, kind: str, required: bool, update: str) -> Str:
    lookup = Lookup("load-balancer", kind)
    return Str(doc, required=required, update=update, constraint=f"octavia.{kind}", lookup=lookup)
