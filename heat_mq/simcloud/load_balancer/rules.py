"""What Octavia asks of an object beyond the shape of its body, and where each object hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.load_balancer.kinds import (
    HEALTH_MONITOR,
    L7_POLICY,
    LISTENER,
    LOAD_BALANCER,
    POOL,
    SPEAKS,
    Kind,
)
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.load_balancer.service import LoadBalancing

_CHECKS_HTTP = ("http_method", "url_path", "expected_codes")


def place(service: LoadBalancing, kind: Kind, caller: Caller, values: Document, parent: str) -> Document:
    """Note in a new object what it belongs to (``parent`` is the id in the path, if any); answers its load balancer.

    Refusal 404 for what is not there.
    """
    if kind.one in ("listener", "pool") and values.get("loadbalancer_id"):
        load_balancer = service.part(LOAD_BALANCER, caller, values["loadbalancer_id"])
    elif kind.one in ("pool", "l7policy") and values.get("listener_id"):
        load_balancer = _of(service, service.part(LISTENER, caller, values["listener_id"]))
    elif kind.one == "pool":
        raise _invalid("Pool must be created with a loadbalancer_id or a listener_id")
    elif kind.one in ("member", "healthmonitor"):
        pool = service.part(POOL, caller, parent or values["pool_id"])
        values["pool_id"] = pool["id"]
        load_balancer = _of(service, pool)
    else:
        policy = service.part(L7_POLICY, caller, parent)
        values["_policy"] = policy["id"]
        load_balancer = _of(service, policy)
    values["_lb"] = load_balancer["id"]
    return load_balancer


def chain(service: LoadBalancing, kind: Kind, document: Document) -> list[Document]:
    """What an object is part of: all that is busy while it changes."""
    found: list[Document | None] = []
    listener_id = document.get("listener_id")
    if kind.one == "rule":
        policy = service.parts["l7policy"].get(document["_policy"])
        found.append(policy)
        listener_id = policy["listener_id"] if policy else None
    if kind.one in ("member", "healthmonitor"):
        found.append(service.parts["pool"].get(document["pool_id"]))
    if listener_id and kind is not POOL:
        found.append(service.parts["listener"].get(listener_id))
    if kind is POOL:
        found += service.where("listener", default_pool_id=document["id"])
    found.append(service.parts["loadbalancer"].get(document["_lb"]))
    return [each for each in found if each is not None]


def check(service: LoadBalancing, kind: Kind, values: Document, old: Document | None = None) -> None:
    """Refusal 400 or 409 when the values do not go together, or not with what is there."""
    _CHECKS.get(kind.one, lambda service, values, old: None)(service, {**(old or {}), **values}, old)


def refuse_used(service: LoadBalancing, kind: Kind, document: Document, *, cascade: bool) -> None:
    """Refusal when an object cannot be deleted for what depends on it."""
    if kind is LOAD_BALANCER and not cascade and service.below(document):
        raise _invalid(f"Cannot delete Load Balancer {document['id']} - it has children")
    if kind is POOL and (policy := _redirecting(service, document)):
        raise conflict(f"Pool {document['id']} is in use by L7 policy {policy['id']}")


def _redirecting(service: LoadBalancing, pool: Document) -> Document | None:
    return next(iter(service.where("l7policy", _lb=pool["_lb"], redirect_pool_id=pool["id"])), None)


def _of(service: LoadBalancing, document: Document) -> Document:
    found = service.parts["loadbalancer"].get(document["_lb"])
    assert found is not None
    return found


def _listener(service: LoadBalancing, values: Document, old: Document | None) -> None:
    datagrams = values["protocol"] == "UDP"
    for each in service.where("listener", _lb=values["_lb"]):
        same = each["protocol_port"] == values["protocol_port"] and (each["protocol"] == "UDP") == datagrams
        if same and each["id"] != values.get("id"):
            port = values["protocol_port"]
            raise conflict(f"Another Listener on this Load Balancer is already using protocol_port {port}")
    if values["protocol"] == "TERMINATED_HTTPS" and not (
        values["default_tls_container_ref"] or values["sni_container_refs"]
    ):
        raise _invalid("A TERMINATED_HTTPS listener needs a default_tls_container_ref or sni_container_refs")
    if values["default_pool_id"]:
        pool = service.parts["pool"].get(values["default_pool_id"])
        if pool is None or pool["_lb"] != values["_lb"]:
            raise Refusal(404, f"Pool {values['default_pool_id']} not found.")
        _protocols(values["protocol"], pool["protocol"])


def _pool(service: LoadBalancing, values: Document, old: Document | None) -> None:
    session = values["session_persistence"]
    if session is not None:
        if session.get("type") not in ("SOURCE_IP", "HTTP_COOKIE", "APP_COOKIE"):
            raise _invalid("The type of a session_persistence is one of SOURCE_IP, HTTP_COOKIE, APP_COOKIE")
        if (session["type"] == "APP_COOKIE") != bool(session.get("cookie_name")):
            raise _invalid("A cookie_name goes with session persistence of type APP_COOKIE, and with no other")
    if old is None and values["listener_id"]:
        listener = service.parts["listener"].get(values["listener_id"]) or {}
        if listener["default_pool_id"]:
            raise conflict("This listener already has a default pool")
        _protocols(listener["protocol"], values["protocol"])


def _member(service: LoadBalancing, values: Document, old: Document | None) -> None:
    for each in service.where("member", pool_id=values["pool_id"]):
        same = (each["address"], each["protocol_port"]) == (values["address"], values["protocol_port"])
        if same and each["id"] != values.get("id"):
            raise conflict(
                f"Another member on this pool is already using ip {values['address']} "
                f"on protocol_port {values['protocol_port']}"
            )
    if values["subnet_id"] and service.network.subnets.documents.get(values["subnet_id"]) is None:
        raise bad_request(f"Subnet {values['subnet_id']} not found.")


def _monitor(service: LoadBalancing, values: Document, old: Document | None) -> None:
    if any(each["id"] != values.get("id") for each in service.where("healthmonitor", pool_id=values["pool_id"])):
        raise conflict("This pool already has a health monitor")
    given = [key for key in _CHECKS_HTTP if values[key]]
    if given and values["type"] not in ("HTTP", "HTTPS"):
        raise _invalid(f"{', '.join(given)} cannot be used with a health monitor of type {values['type']}")


def _policy(service: LoadBalancing, values: Document, old: Document | None) -> None:
    match values["action"]:
        case "REDIRECT_TO_POOL":
            pool = service.parts["pool"].get(values["redirect_pool_id"])
            if pool is None or pool["_lb"] != values["_lb"]:
                raise Refusal(404, f"Pool {values['redirect_pool_id']} not found.")
            listener = service.parts["listener"].get(values["listener_id"]) or {}
            _protocols(listener["protocol"], pool["protocol"])
        case "REDIRECT_TO_URL":
            if not str(values["redirect_url"] or "").startswith(("http://", "https://")):
                raise bad_request("Invalid L7 Policy arguments: redirect_url is not a valid URL")


def _rule(service: LoadBalancing, values: Document, old: Document | None) -> None:
    if (values["type"] in ("HEADER", "COOKIE")) != bool(values["key"]):
        raise bad_request("Error parsing L7Rule: a key goes with the types HEADER and COOKIE, and with no other")
    if values["type"] == "FILE_TYPE" and values["compare_type"] not in ("EQUAL_TO", "REGEX"):
        raise bad_request("Error parsing L7Rule: the compare_type of a FILE_TYPE is EQUAL_TO or REGEX")


_CHECKS = {
    "listener": _listener,
    "pool": _pool,
    "member": _member,
    HEALTH_MONITOR.one: _monitor,
    "l7policy": _policy,
    "rule": _rule,
}


def _protocols(listener: str, pool: str) -> None:
    if pool not in SPEAKS[listener]:
        raise _invalid(f"The pool protocol '{pool}' is invalid while the listener protocol is '{listener}'.")


def _invalid(detail: str) -> Refusal:
    return bad_request(f"Validation failure: {detail}")
