"""OS::Heat::WaitConditionHandle: where a guest reports back, with a command line to do so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.errors import Bug, UserError
from heat_mq.resources.kit import Call, Props, Schema, SignalResult, Str, Support
from heat_mq.resources.kit.waiting import MAILBOX, SUCCESS, Handle, delete_queue, port

TRANSPORTS: Final = [
    "CFN_SIGNAL",
    "TEMP_URL_SIGNAL",
    "HEAT_SIGNAL",
    "NO_SIGNAL",
    "ZAQAR_SIGNAL",
    "TOKEN_SIGNAL",
]
OBJECT: Final = "signal"
_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_-]")
KEYS: Final = ("status", "reason", "data", "id")


class WaitConditionHandle(Handle, type="OS::Heat::WaitConditionHandle"):
    support = Support(version="2014.2")

    class Properties(Schema):
        signal_transport = Str(
            "How the guest reports back.", default="TOKEN_SIGNAL", allowed=TRANSPORTS, support=Support(version="6.0.0")
        )

    class Attributes(Schema):
        token = Str("Token for the signal, with TOKEN_SIGNAL.", cached=False, secret=True)
        endpoint = Str("URL for the signal, with TOKEN_SIGNAL.", cached=False)
        curl_cli = Str("Command that signals success when --data-binary is added, with TOKEN_SIGNAL.", cached=False)
        signal = Str("JSON of how to signal, by the transport.", cached=False)

    def find_existing(self, call: Call, props: Props) -> str | None:
        """A container is the same however often it is made."""
        if props.signal_transport == "TEMP_URL_SIGNAL":
            return self.create(call, props)
        return super().find_existing(call, props)

    def create(self, call: Call, props: Props) -> str:
        match props.signal_transport:
            case "TOKEN_SIGNAL":
                call.data["token"] = port(call).token()
                call.data["endpoint"] = port(call).url()
            case "HEAT_SIGNAL":
                call.data["user"] = port(call).user()
            case "CFN_SIGNAL":
                call.data["url"] = port(call).signed_url("waitcondition")
            case "TEMP_URL_SIGNAL":
                call.data["url"] = self._object(call)
            case "ZAQAR_SIGNAL":
                call.data["user"] = port(call).user()
                call.data[MAILBOX] = {"queue": _UNFIT.sub("_", self.record.physical_name)[:64]}
        return self.record.physical_name

    def delete(self, call: Call) -> None:
        match call.data.get(MAILBOX):
            case {"container": container}:
                store = call.cloud.service("object-store")
                store.empty_container(container)
                store.delete_container(container)
            case {"queue": queue}:
                delete_queue(call, queue)
        super().delete(call)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        token, endpoint = call.data.get("token"), call.data.get("endpoint")
        match name:
            case "token":
                return token
            case "endpoint":
                return endpoint
            case "curl_cli" if token and endpoint:
                return (
                    f"curl -i -X POST -H 'X-Auth-Token: {token}' -H 'Content-Type: application/json' "
                    f"-H 'Accept: application/json' {endpoint}"
                )
            case "signal":
                return json.dumps(self._how(call))
        return None

    def _how(self, call: Call) -> dict[str, Any]:
        if call.data.get("token"):
            return {"token": call.data["token"], "endpoint": call.data["endpoint"], "method": "POST"}
        if call.data.get("url"):
            return {"alarm_url": call.data["url"]}
        queue = call.data.get(MAILBOX, {}).get("queue")
        return {**call.data.get("user", {}), **({"queue_id": queue} if queue else {})}

    def _object(self, call: Call) -> str:
        """The URL of an object whose container archives what is written over, so that each signal counts."""
        if call.software is None:
            raise Bug("a handle was called without the port that has keys of containers")
        store, container = call.cloud.service("object-store"), self.record.physical_name
        key = call.software.url_key(container)
        store.make_container(container, key, archives=True)
        call.data[MAILBOX] = {"container": container, "object": OBJECT}
        return str(store.temp_url(container, OBJECT, "PUT", key))

    def signal(self, call: Call, details: Any) -> SignalResult:
        given = details or {}
        if not isinstance(given, Mapping) or set(given) - set(KEYS):
            raise UserError(f"a signal has the keys {', '.join(KEYS)}, all optional; got {details!r:.120}")
        number = len(self.record.metadata or {}) + 1
        status = given.get("status", SUCCESS)
        reason = given.get("reason", f"Signal {number} received")
        body = {"status": status, "reason": reason, "data": given.get("data")}
        return self.store(str(given.get("id", number)), status, reason, body)
