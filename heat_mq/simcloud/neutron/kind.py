"""What all kinds of network objects have in common: make, change, show, list, delete, quota, tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from heat_mq.simcloud import times
from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import Attribute, Attributes, not_permitted
from heat_mq.simcloud.neutron.checks import text, uuid_text
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, not_found
from heat_mq.simcloud.store import Document, new_id, public

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

STANDARD = (
    Attribute("id", uuid_text, post=False, put=False),
    Attribute("project_id", text(), put=False),
    Attribute("tenant_id", text(), put=False),
    Attribute("description", text(), ""),
    Attribute("created_at", post=False, put=False),
    Attribute("updated_at", post=False, put=False),
    Attribute("revision_number", post=False, put=False),
)
TAGS = Attribute("tags", post=False, put=False)
NAME = Attribute("name", text(), "")


class Kind:
    """One kind of object. A subclass sets the class values and writes what is peculiar to it:
    :meth:`make`, :meth:`change`, :meth:`unmake`, :meth:`view`.

    ``singular`` and ``plural`` are the keys of bodies, ``index`` the keys by which lists find without a
    scan, ``missing`` the type and message (with ``{}`` for the id) of a 404. ``path`` is where the objects are when
    that is not the plural with hyphens, ``shared_as`` what RBAC policies call them. ``references`` tells which
    attributes are ids (or lists of ids) of which other kinds, by plural; ``in_use`` is the type and message (with
    ``{id}``, ``{kind}`` and ``{other}``) of the 409 for what others refer to, none when that does not matter.
    ``admin_only`` kinds are written by administrators alone.
    """

    singular: ClassVar[str]
    plural: ClassVar[str]
    path: ClassVar[str] = ""
    shared_as: ClassVar[str] = ""
    references: ClassVar[Mapping[str, str]] = {}
    in_use: ClassVar[tuple[str, str] | None] = None
    admin_only: ClassVar[bool] = False
    attributes: ClassVar[Attributes]
    missing: ClassVar[tuple[str, str]]
    index: ClassVar[tuple[str, ...]] = ("project_id",)
    counted: ClassVar[bool] = True

    def __init__(self, network: Network) -> None:
        self.network = network
        self.documents = network.collection(self.plural, self.index)

    def create(self, caller: Caller, body: dict[str, Any]) -> Document:
        """A new object from a body that a client sent."""
        if self.admin_only and not caller.is_admin:
            raise not_permitted(f"create_{self.singular}")
        values = self.attributes.created(body, caller)
        self.check_references(caller, values)
        project_id = self.owner(caller, values)
        self.require_room(project_id)
        return self.make(caller, self.standard(project_id, values))

    def update(self, caller: Caller, id: str, body: dict[str, Any]) -> Document:
        """Change an object as a body says."""
        document = self.modifiable(caller, id, "update")
        values = self.attributes.changed(body, caller)
        self.check_references(caller, values)
        self.change(caller, document, values)
        self.touch(document)
        return document

    def delete(self, caller: Caller, id: str) -> None:
        document = self.modifiable(caller, id, "delete")
        self.refuse_in_use(id)
        self.unmake(document)

    def make(self, caller: Caller, document: Document) -> Document:
        """Finish and save a new document."""
        return self.documents.save(document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        """Take over changed values; the caller of this saves."""
        document.update(values)

    def unmake(self, document: Document) -> None:
        """Remove an object, or refuse to."""
        self.documents.remove(document["id"])

    def view(self, caller: Caller, document: Document) -> Document:
        """The object as this caller may see it."""
        shown = public(document)
        if not caller.is_admin:
            for name in self.attributes.hidden():
                shown.pop(name, None)
        return shown

    def sees(self, caller: Caller, document: Document) -> bool:
        """Own ones, and those that an RBAC policy opens to the caller's project."""
        return caller.sees(document["project_id"]) or self.network.rbac_policies.lets(
            caller, self.shared_as or self.singular, document["id"]
        )

    def check_references(self, caller: Caller, values: Mapping[str, Any]) -> None:
        """Refuse ids of what is not there, or not to be seen: 404 of that kind."""
        for name, plural in self.references.items():
            given = values.get(name)
            for id in given if isinstance(given, list) else [given]:
                if id is not None:
                    self.network.kinds[plural].find(caller, id)

    def refuse_in_use(self, id: str) -> None:
        """Refuse to delete what others refer to."""
        if self.in_use is None:
            return
        type, message = self.in_use
        for kind in self.network.kinds.values():
            for name in (key for key, plural in kind.references.items() if plural == self.plural):
                for other in kind.documents:
                    if id == other.get(name) or (isinstance(other.get(name), list) and id in other[name]):
                        raise conflict(message.format(id=id, kind=kind.singular, other=other["id"]), type)

    def find(self, caller: Caller, id: str) -> Document:
        """The object of that id when the caller may see it; the kind's own 404 otherwise."""
        document = self.documents.get(id)
        if document is None or not self.sees(caller, document):
            raise self.unknown(id)
        return document

    def visible(self, caller: Caller) -> Iterable[Document]:
        """All objects that the caller may see."""
        return [each for each in self.documents if self.sees(caller, each)]

    def modifiable(self, caller: Caller, id: str, verb: str) -> Document:
        """The object of that id when the caller may change it."""
        document = self.find(caller, id)
        if not caller.sees(document["project_id"]) or (self.admin_only and not caller.is_admin):
            raise not_permitted(f"{verb}_{self.singular}")
        return document

    def unknown(self, id: str) -> Refusal:
        type, message = self.missing
        return not_found(message.format(id), type)

    def owner(self, caller: Caller, values: dict[str, Any]) -> str:
        """The project that a new object is for; only an administrator may say another than its own."""
        project_id = values.pop("project_id", None)
        tenant_id = values.pop("tenant_id", None)
        wanted = project_id or tenant_id or caller.project_id
        if wanted != caller.project_id and not caller.is_admin:
            raise bad_request(
                "Specifying 'project_id' other than the authenticated project in request is not allowed for the "
                "current user."
            )
        return str(wanted)

    def standard(self, project_id: str, values: dict[str, Any]) -> Document:
        """A new document with the keys that every object has."""
        now = times.seconds(self.network.now())
        document = {
            "id": new_id(),
            **values,
            "project_id": project_id,
            "tenant_id": project_id,
            "created_at": now,
            "updated_at": now,
            "revision_number": 1,
        }
        if TAGS.name in self.attributes:
            document["tags"] = []
        return document

    @classmethod
    def where(cls) -> str:
        """Path of the collection, within the service."""
        return f"/v2.0{cls.path or '/' + cls.plural.replace('_', '-')}"

    def touch(self, document: Document) -> None:
        """Save a changed document under its next revision."""
        document["revision_number"] += 1
        document["updated_at"] = times.seconds(self.network.now())
        self.documents.save(document)

    def used(self, project_id: str) -> int:
        """How many a project has."""
        return self.documents.count("project_id", project_id)

    def require_room(self, project_id: str) -> None:
        """Refuse what the project's quota has no room for."""
        if self.counted and not self.network.quotas.allows(project_id, self.singular, lambda: self.used(project_id)):
            raise conflict(f"Quota exceeded for resources: ['{self.singular}'].", "OverQuota")
