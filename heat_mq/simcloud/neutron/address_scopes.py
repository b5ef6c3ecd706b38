"""Address scopes: sets of subnet pools without overlap."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, one_of
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, Kind
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.store import Document


class AddressScopes(Kind):
    """``/v2.0/address-scopes``."""

    singular = "address_scope"
    plural = "address_scopes"
    missing = ("AddressScopeNotFound", "Address scope {} could not be found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *(each for each in STANDARD if each.name in ("id", "project_id", "tenant_id")),
            NAME,
            Attribute("ip_version", one_of(4, 6), REQUIRED, put=False),
            Attribute("shared", boolean, False, admin=True),
        ),
    )

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        if document["shared"] and not values.get("shared", True):
            reason = "Shared address scope can't be unshared."
            raise bad_request(f"Unable to update address scope {document['id']} : {reason}", "AddressScopeUpdateError")
        super().change(caller, document, values)

    def unmake(self, document: Document) -> None:
        if self.network.subnet_pools.documents.where(address_scope_id=document["id"]):
            raise conflict(
                f"Unable to complete operation on address scope {document['id']}. There are one or more subnet pools "
                "in use on the address scope.",
                "AddressScopeInUse",
            )
        self.network.rbac_policies.forget("address_scope", document["id"])
        super().unmake(document)

    def sees(self, caller: Caller, document: Document) -> bool:
        return document["shared"] or super().sees(caller, document)

    def view(self, caller: Caller, document: Document) -> Document:
        return {key: value for key, value in super().view(caller, document).items() if key in self.attributes}
