"""Security groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS, Kind
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.store import Document

DEFAULT = "default"


class SecurityGroups(Kind):
    """``/v2.0/security-groups``. Every project has one named ``default``, made when it is first needed."""

    singular = "security_group"
    plural = "security_groups"
    missing = ("SecurityGroupNotFound", "Security group {} does not exist")
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            NAME,
            TAGS,
            Attribute("stateful", boolean, True),
            Attribute("shared", post=False, put=False),
            Attribute("security_group_rules", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        if document["name"] == DEFAULT:
            if self._default(document["project_id"]):
                raise conflict("Default security group already exists.", "SecurityGroupDefaultAlreadyExists")
        else:
            self.default_of(document["project_id"])
        self.documents.save(document)
        self.network.security_group_rules.allow_egress(document)
        return document

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        if document["name"] == DEFAULT and values.get("name", DEFAULT) != DEFAULT:
            raise conflict("Updating default security group not allowed.", "SecurityGroupCannotUpdateDefault")
        document.update(values)

    def delete(self, caller: Caller, id: str) -> None:
        document = self.modifiable(caller, id, "delete")
        self._refuse_in_use(id)
        if document["name"] == DEFAULT and not caller.is_admin:
            raise conflict(
                "Insufficient rights for removing default security group.", "SecurityGroupCannotRemoveDefault"
            )
        self.unmake(document)

    def unmake(self, document: Document) -> None:
        id = document["id"]
        rules = self.network.security_group_rules
        for rule in rules.documents.where(security_group_id=id):
            rules.documents.remove(rule["id"])
        self.network.rbac_policies.forget("security_group", id)
        self.documents.remove(id)

    def visible(self, caller: Caller) -> Iterable[Document]:
        if caller.project_id:
            self.default_of(caller.project_id)
        return super().visible(caller)

    def view(self, caller: Caller, document: Document) -> Document:
        rules = self.network.security_group_rules
        shown = super().view(caller, document)
        shown["security_group_rules"] = [
            rules.view(caller, each) for each in rules.documents.where(security_group_id=document["id"])
        ]
        shown["shared"] = not caller.sees(document["project_id"])
        return shown

    def default_of(self, project_id: str) -> Document:
        """The project's default group, made if need be."""
        found = self._default(project_id)
        if found is None:
            values = {"name": DEFAULT, "description": "Default security group", "stateful": True}
            found = self.documents.save(self.standard(project_id, values))
            self.network.security_group_rules.allow_egress(found)
            self.network.security_group_rules.allow_among_members(found)
        return found

    def require(self, id: str, project_id: str) -> Document:
        """A group that a port of that project may have; SecurityGroupNotFound otherwise."""
        document = self.documents.get(id)
        if document is None:
            raise self.unknown(id)
        shared = self.network.rbac_policies.reaches(project_id, "security_group", id)
        if project_id and document["project_id"] != project_id and not shared:
            raise self.unknown(id)
        return document

    def named(self, project_id: str, name_or_id: str) -> Document:
        """What a project means by a name or id; Refusal 400 when it is unknown, 409 when ambiguous."""
        document = self.documents.get(name_or_id)
        if document is not None and document["project_id"] == project_id:
            return document
        if name_or_id == DEFAULT:
            return self.default_of(project_id)
        found = self.documents.where(project_id=project_id, name=name_or_id)
        if not found:
            raise bad_request(f"Unable to find security_group with name or id '{name_or_id}'")
        if len(found) > 1:
            raise conflict(
                f"Multiple security_group matches found for name '{name_or_id}', use an ID to be more specific."
            )
        return found[0]

    def _refuse_in_use(self, id: str) -> None:
        if any(id in port["security_groups"] for port in self.network.ports.documents):
            raise conflict(f"Security Group {id} in use.", "SecurityGroupInUse")

    def _default(self, project_id: str) -> Document | None:
        return self.documents.first(project_id=project_id, name=DEFAULT)
