"""OS::Heat::SwiftSignalHandle: a temporary URL of Swift that guests put their signals to.

The object is kept in a container of its own, which archives what is written over: so each signal counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Bug
from heat_mq.resources.kit import Call, Props, Resource, Schema, Str, Support

OBJECT: Final = "signal"
URL: Final = "url"  # data


class SwiftSignalHandle(Resource, type="OS::Heat::SwiftSignalHandle"):
    service = "object-store"
    support = Support(version="2014.2")
    secret_reference: ClassVar[bool] = True

    class Attributes(Schema):
        token = Str("Nothing: the URL is all that a signal needs.", cached=False)
        endpoint = Str("URL for the signal.", cached=False, secret=True)
        curl_cli = Str("Command that signals when --data-binary is added.", cached=False, secret=True)

    def find_existing(self, call: Call, props: Props) -> str:
        """The container is the same however often it is made."""
        return self.create(call, props)

    def create(self, call: Call, props: Props) -> str:
        if call.software is None:
            raise Bug("a handle was called without the port that has keys of containers")
        container = self.record.physical_name
        key = call.software.url_key(container)
        call.api.make_container(container, key, archives=True)
        call.data[URL] = call.api.temp_url(container, OBJECT, "PUT", key)
        return container

    def needs_replace_failed(self, call: Call) -> bool:
        return self.record.physical_id is None

    def delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            call.api.empty_container(self.record.physical_id)
            call.api.delete_container(self.record.physical_id)

    def read(self, call: Call) -> dict[str, Any]:
        signals = sum(1 for _ in call.api.list_objects(self.physical_id))
        return {"container": self.physical_id, "signals": signals}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        url = call.data.get(URL)
        match name:
            case "endpoint":
                return url
            case "curl_cli" if url:
                return f"curl -i -X PUT '{url}'"
        return None

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        return data.get(URL) or self.record.name
