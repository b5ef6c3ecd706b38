"""Objects that stand under another one in the API: rules of a QoS policy, port forwardings of a floating IP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.kind import Kind
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_id, public

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network


class Part(Kind):
    """A kind at ``/v2.0/<path of the owner's kind>/{owner}/<plural>``.

    ``owned_by`` is the plural of the owner's kind, ``once`` the values of which no owner has two parts, ``double``
    the type and message (with ``{kind}``, ``{other}`` and ``{owner}``) of the 409.
    """

    owned_by: ClassVar[str]
    once: ClassVar[tuple[str, ...]] = ()
    double: ClassVar[tuple[str, str]]
    index: ClassVar[tuple[str, ...]] = ("_owner_id",)
    counted = False

    def create_under(self, caller: Caller, owner_id: str, body: dict[str, Any]) -> Document:
        owner = self.network.kinds[self.owned_by].modifiable(caller, owner_id, "update")
        values = self.attributes.created(body, caller)
        values.pop("tenant_id", None)
        self.check_references(caller, values)
        document = {"id": new_id(), **values, "_owner_id": owner["id"]}
        self.settle(caller, owner, document)
        self._refuse_double(document)
        return self.documents.save(document)

    def settle(self, caller: Caller, owner: Document, document: Document) -> None:
        """Finish a new or changed part, or refuse it."""

    def of(self, caller: Caller, owner_id: str, id: str) -> Document:
        """The part of that id when the caller may see its owner; 404 otherwise."""
        self.network.kinds[self.owned_by].find(caller, owner_id)
        document = self.documents.get(id)
        if document is None or document["_owner_id"] != owner_id:
            raise self.unknown(id)
        return document

    def all_of(self, owner_id: str) -> list[Document]:
        return self.documents.where(_owner_id=owner_id)

    def change_under(self, caller: Caller, owner_id: str, id: str, body: dict[str, Any]) -> Document:
        owner = self.network.kinds[self.owned_by].modifiable(caller, owner_id, "update")
        document = self.of(caller, owner_id, id)
        values = self.attributes.changed(body, caller)
        self.check_references(caller, values)
        changed = {**document, **values}
        self.settle(caller, owner, changed)
        self._refuse_double(changed)
        document.update(changed)
        return self.documents.save(document)

    def remove_under(self, caller: Caller, owner_id: str, id: str) -> None:
        self.network.kinds[self.owned_by].modifiable(caller, owner_id, "update")
        self.documents.remove(self.of(caller, owner_id, id)["id"])

    def forget(self, owner_id: str) -> None:
        """The owner is gone, and its parts with it."""
        for each in self.all_of(owner_id):
            self.documents.remove(each["id"])

    def used(self, project_id: str) -> int:
        return 0  # they count to their owner, and no quota is about them

    def _refuse_double(self, document: Document) -> None:
        same = {name: document[name] for name in self.once}
        for other in self.documents.where(_owner_id=document["_owner_id"], **same):
            if other["id"] != document["id"]:
                self.refuse_double(document, other)

    def refuse_double(self, document: Document, other: Document) -> None:
        """Raise the service's own refusal of a part that is as another one."""
        type, message = self.double
        raise conflict(message.format(kind=self.singular, other=other["id"], owner=document["_owner_id"]), type)


def routes_of_parts(kind_class: type[Part], owners: type[Kind]) -> Routes:
    """List, create, show, update and delete of the parts of an owner."""
    singular, plural = kind_class.singular, kind_class.plural
    routes = Routes(f"{owners.where()}/{{owner_id}}/{plural}")

    def parts(service: Network) -> Part:
        found = service.kinds[plural]
        assert isinstance(found, Part)
        return found

    def inner(call: Call) -> dict[str, Any]:
        body = call.json().get(singular)
        if not isinstance(body, dict):
            raise bad_request(f"Unable to find '{singular}' in request body")
        return body

    @routes.get("")
    def list_all(service: Network, call: Call, owner_id: str) -> Document:
        service.kinds[kind_class.owned_by].find(call.caller, owner_id)
        found = [public(each) for each in parts(service).all_of(owner_id)]
        wanted = {key: value for key, value in call.query.items() if key in kind_class.attributes}
        return {plural: [each for each in found if all(str(each[key]) == value for key, value in wanted.items())]}

    @routes.post("", status=201)
    def create(service: Network, call: Call, owner_id: str) -> Document:
        return {singular: public(parts(service).create_under(call.caller, owner_id, inner(call)))}

    @routes.get("/{id}")
    def show(service: Network, call: Call, owner_id: str, id: str) -> Document:
        return {singular: public(parts(service).of(call.caller, owner_id, id))}

    @routes.put("/{id}")
    def update(service: Network, call: Call, owner_id: str, id: str) -> Document:
        return {singular: public(parts(service).change_under(call.caller, owner_id, id, inner(call)))}

    @routes.delete("/{id}")
    def delete(service: Network, call: Call, owner_id: str, id: str) -> None:
        parts(service).remove_under(call.caller, owner_id, id)

    return routes
