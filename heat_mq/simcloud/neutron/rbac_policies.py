"""RBAC policies: what one project lets another use."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes, not_permitted
from heat_mq.simcloud.neutron.checks import text, uuid_text
from heat_mq.simcloud.neutron.kind import Kind
from heat_mq.simcloud.neutron.refusals import invalid_input
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.store import Document, public

ACTIONS = {
    "network": ("access_as_shared", "access_as_external"),
    "qos_policy": ("access_as_shared",),
    "security_group": ("access_as_shared",),
    "subnetpool": ("access_as_shared",),
    "address_scope": ("access_as_shared",),
}
EVERYBODY = "*"


class RbacPolicies(Kind):
    """``/v2.0/rbac-policies``."""

    singular = "rbac_policy"
    plural = "rbac_policies"
    index = ("object_id", "project_id")
    missing = ("RbacPolicyNotFound", "RBAC policy of type unknown with ID {} not found")
    attributes: ClassVar = Attributes(
        singular,
        (
            Attribute("id", post=False, put=False),
            Attribute("project_id", text(), put=False),
            Attribute("tenant_id", text(), put=False),
            Attribute("object_type", text(), REQUIRED, put=False),
            Attribute("object_id", uuid_text, REQUIRED, put=False),
            Attribute("action", text(), REQUIRED, put=False),
            Attribute("target_tenant", text(), REQUIRED),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        _check_target(document["target_tenant"])
        kind, action = document["object_type"], document["action"]
        if kind not in ACTIONS:
            raise invalid_input(f"'{kind}' is not a valid RBAC object type")
        if action not in ACTIONS[kind]:
            raise bad_request(
                f"Invalid action '{action}' for object type '{kind}'. Valid actions: {ACTIONS[kind]}",
                "InvalidActionForType",
            )
        shared = self.network.kind_of(kind).find(caller, document["object_id"])
        if not caller.sees(shared["project_id"]) or (document["target_tenant"] == EVERYBODY and not caller.is_admin):
            raise not_permitted("create_rbac_policy", "target_tenant")
        same = {key: document[key] for key in ("object_id", "action", "target_tenant")}
        if self.documents.where(**same):
            raise conflict("An RBAC policy already exists with those values.", "DuplicateRbacPolicy")
        return self.documents.save(document)

    def view(self, caller: Caller, document: Document) -> Document:
        return {key: value for key, value in public(document).items() if key in self.attributes}

    def lets(self, caller: Caller, object_type: str, object_id: str, action: str = "") -> bool:
        """Whether a policy opens an object to a caller's project (for that action, if given)."""
        return bool(caller.project_id) and self.reaches(caller.project_id, object_type, object_id, action)

    def reaches(self, project_id: str, object_type: str, object_id: str, action: str = "") -> bool:
        """The same for a project."""
        return any(
            each["object_type"] == object_type
            and each["target_tenant"] in (project_id, EVERYBODY)
            and action in ("", each["action"])
            for each in self.documents.where(object_id=object_id)
        )

    def forget(self, object_type: str, object_id: str) -> None:
        """An object is gone, and its policies with it."""
        for each in self.documents.where(object_id=object_id, object_type=object_type):
            self.documents.remove(each["id"])

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        if "target_tenant" in values:
            _check_target(values["target_tenant"])
        if values.get("target_tenant") == EVERYBODY and not caller.is_admin:
            raise not_permitted("update_rbac_policy", "target_tenant")
        document.update(values)


def _check_target(target: str) -> None:
    """A project need not be there, but must look like one."""
    try:
        uuid.UUID(target)
    except ValueError:
        if target != EVERYBODY:
            raise invalid_input(f"'{target}' is not a valid target project ID; expected a UUID or '*'") from None
