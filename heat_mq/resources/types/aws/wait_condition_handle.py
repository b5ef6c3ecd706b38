"""AWS::CloudFormation::WaitConditionHandle: its reference is a URL that a guest signals without further proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import UserError
from heat_mq.resources.kit import Call, Props, SignalResult, Support
from heat_mq.resources.kit.waiting import Handle, port

KEYS: Final = ("Status", "UniqueId", "Data", "Reason")
URL: Final = "url"  # data


class WaitConditionHandle(Handle, type="AWS::CloudFormation::WaitConditionHandle"):
    support: ClassVar[Support] = Support(version="2014.1")
    secret_reference: ClassVar[bool] = True

    def create(self, call: Call, props: Props) -> str:
        call.data[URL] = port(call).signed_url("waitcondition")
        return self.record.physical_name

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        return data.get(URL, self.record.name)

    def signal(self, call: Call, details: Any) -> SignalResult:
        """A signal has all four keys and no other."""
        if not isinstance(details, Mapping) or set(details) != set(KEYS):
            given = ", ".join(map(str, details)) if isinstance(details, Mapping) else f"{details!r:.120}"
            raise UserError(f"a signal has exactly the keys {', '.join(KEYS)}; got {given:.200}")
        stored = {key: details[key] for key in ("Data", "Reason", "Status")}
        return self.store(str(details["UniqueId"]), details["Status"], details["Reason"], stored)


class UpdateWaitConditionHandle(WaitConditionHandle, type="OS::Heat::UpdateWaitConditionHandle"):
    """A new one with every update, so that its condition waits anew."""

    always_looks: ClassVar[bool] = True
    always_replaced: ClassVar[bool] = True
