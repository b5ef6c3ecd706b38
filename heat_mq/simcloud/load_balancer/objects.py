"""Load balancers and their parts: list, show, create, change and delete, the same for every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.listing import filtered, ordered, paged, wanted_values
from heat_mq.simcloud.load_balancer import rules
from heat_mq.simcloud.load_balancer.fields import changed, created
from heat_mq.simcloud.load_balancer.kinds import (
    CHANGE,
    HEALTH_MONITOR,
    KINDS,
    L7_POLICY,
    LOAD_BALANCER,
    MOST,
    POOL,
    Kind,
)
from heat_mq.simcloud.load_balancer.policy import require
from heat_mq.simcloud.load_balancer.views import shown
from heat_mq.simcloud.load_balancer.vips import drop_vip, give_vip
from heat_mq.simcloud.refusal import conflict, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import GONE, Document, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.load_balancer.service import LoadBalancing

FILTERS = ("id", "name", "description", "project_id", "provisioning_status", "operating_status", "admin_state_up")

routes = Routes("/{version}")


def _register(kind: Kind) -> None:
    nested = "{id}" in kind.path
    one = f"{kind.path}/{{part}}" if nested else f"{kind.path}/{{id}}"

    @routes.post(kind.path, status=201)
    def create(service: LoadBalancing, call: Call, id: str = "") -> Document:
        return {kind.one: shown(service, kind, _create(service, kind, call, id))}

    @routes.get(kind.path)
    def list_all(service: LoadBalancing, call: Call, id: str = "") -> Document:
        found = [each for each in service.parts[kind.one] if call.caller.sees(each["project_id"]) and _is_in(each, id)]
        found = ordered(filtered(found, call.query, FILTERS), call.query)
        if "tags" in call.query:
            tags = {tag for each in wanted_values(call.query["tags"]) for tag in each.split(",")}
            found = [each for each in found if tags <= set(each["tags"])]
        page = paged(found, call.query)
        answer: Document = {kind.many: [shown(service, kind, each) for each in page], f"{kind.many}_links": []}
        if page and page[-1] is not found[-1]:
            path = kind.path.replace("{id}", id)
            query = f"limit={len(page)}&marker={page[-1]['id']}"
            answer[f"{kind.many}_links"] = [{"rel": "next", "href": f"{service.url()}/v2{path}?{query}"}]
        return answer

    @routes.get(one)
    def show(service: LoadBalancing, call: Call, id: str, part: str = "") -> Document:
        return {kind.one: shown(service, kind, _found(service, kind, call, id, part))}

    @routes.put(one)
    def change(service: LoadBalancing, call: Call, id: str, part: str = "") -> Document:
        document = _found(service, kind, call, id, part)
        return {kind.one: shown(service, kind, _change(service, kind, call, document))}

    @routes.delete(one)
    def delete(service: LoadBalancing, call: Call, id: str, part: str = "") -> None:
        _delete(service, kind, call, _found(service, kind, call, id, part))


for _kind in KINDS:
    _register(_kind)


def _found(service: LoadBalancing, kind: Kind, call: Call, id: str, part: str) -> Document:
    document = service.part(kind, call.caller, part or id)
    if part and not _is_in(document, id):
        raise not_found(f"{kind.word} {part} not found.")
    return document


def _is_in(document: Document, parent: str) -> bool:
    return not parent or parent in (document.get("pool_id"), document.get("_policy"))


def _create(service: LoadBalancing, kind: Kind, call: Call, parent: str) -> Document:
    values = created(kind.fields, call.body(kind.one))
    project_id = values.pop("tenant_id") or values["project_id"] or call.caller.project_id
    require(call.caller.sees(project_id))
    document: Document = {
        "id": new_id(),
        **values,
        "project_id": project_id,
        "operating_status": "OFFLINE" if kind is not HEALTH_MONITOR else "ONLINE",
        "created": service.now(),
        "updated": None,
    }
    if kind is LOAD_BALANCER:
        service.require_room(kind, project_id)
        give_vip(service, call.caller, document)
        service.build(kind, document, ())
        return document
    load_balancer = rules.place(service, kind, call.caller, document, parent)
    service.require_room(kind, load_balancer["project_id"])
    service.require_mutable(load_balancer)
    rules.check(service, kind, document)
    document["project_id"] = load_balancer["project_id"]
    _settle(service, kind, document)
    service.build(kind, document, rules.chain(service, kind, document))
    return document


def _settle(service: LoadBalancing, kind: Kind, document: Document) -> None:
    """What Octavia fills in."""
    if kind is HEALTH_MONITOR and document["type"] in ("HTTP", "HTTPS"):
        for key, value in (("http_method", "GET"), ("url_path", "/"), ("expected_codes", "200")):
            document[key] = document[key] or value
    elif kind is L7_POLICY:
        _put_in_position(service, document)
    elif kind is POOL and document["listener_id"]:
        listener = service.parts["listener"].get(document["listener_id"])
        assert listener is not None
        listener["default_pool_id"] = document["id"]
        service.parts["listener"].save(listener)


def _put_in_position(service: LoadBalancing, policy: Document) -> None:
    """The policies of a listener are numbered from 1 without gaps."""
    all_of_it = service.where("l7policy", listener_id=policy["listener_id"])
    others = [each for each in all_of_it if each["id"] != policy["id"]]
    others.sort(key=lambda each: int(each["position"]))
    others.insert(min(policy["position"], MOST) - 1, policy)
    for number, each in enumerate(others, 1):
        each["position"] = number
        if each is not policy:
            service.parts["l7policy"].save(each)


def _change(service: LoadBalancing, kind: Kind, call: Call, document: Document) -> Document:
    values = changed(kind.fields, call.body(kind.one))
    if kind is L7_POLICY and "action" in values:
        keep = {"REDIRECT_TO_POOL": "redirect_pool_id", "REDIRECT_TO_URL": "redirect_url"}.get(values["action"])
        values |= {key: None for key in ("redirect_pool_id", "redirect_url") if key != keep}
    rules.check(service, kind, values, document)
    above = [] if kind is LOAD_BALANCER else rules.chain(service, kind, document)
    service.require_mutable(document if kind is LOAD_BALANCER else above[-1])
    at = service.soon(CHANGE)
    document.update(values, updated=service.now())
    if kind is L7_POLICY and "position" in values:
        _put_in_position(service, document)
    service.disturb((*above, document), at)
    return document


def _delete(service: LoadBalancing, kind: Kind, call: Call, document: Document) -> None:
    at = service.soon(CHANGE)
    if kind is LOAD_BALANCER:
        cascade = str(call.query.get("cascade", "")).lower() == "true"
        rules.refuse_used(service, kind, document, cascade=cascade)
        state = document["provisioning_status"]
        if state not in ("ACTIVE", "ERROR"):
            raise conflict(f"Invalid state {state} of loadbalancer resource {document['id']}")
        for each in service.below(document):
            service.turn(each["_kind"], each, "PENDING_DELETE", at, **_GONE)
        drop_vip(service, document, at)
    else:
        above = rules.chain(service, kind, document)
        service.require_mutable(above[-1])
        rules.refuse_used(service, kind, document, cascade=False)
        service.disturb(above, at)
        for one, each in _with(service, kind, document):
            service.turn(one, each, "PENDING_DELETE", at, **_GONE)
        if kind is POOL:
            service.disturb(service.where("listener", default_pool_id=document["id"]), at, default_pool_id=None)
    service.turn(kind.one, document, "PENDING_DELETE", at, **_GONE)


def _with(service: LoadBalancing, kind: Kind, document: Document) -> list[tuple[str, Document]]:
    """What goes when an object goes, by kind."""
    id = document["id"]
    found: list[tuple[str, Document]] = []
    if kind is POOL:
        found = [(one, each) for one in ("member", "healthmonitor") for each in service.where(one, pool_id=id)]
    policies = service.where("l7policy", listener_id=id) if kind.one == "listener" else []
    found += [("l7policy", each) for each in policies]
    parents = [document] if kind is L7_POLICY else policies
    return found + [("rule", each) for parent in parents for each in service.where("rule", _policy=parent["id"])]


_GONE: dict[str, Any] = {GONE: True}
