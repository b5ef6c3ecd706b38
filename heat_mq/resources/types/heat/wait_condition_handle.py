"""OS::Heat::WaitConditionHandle: where a guest reports back, with a command line to do so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.errors import Bug, UserError
from heat_mq.resources.kit import Call, Props, Resource, Schema, SignalResult, Str, Support
from heat_mq.resources.kit.call import Signals

TRANSPORTS: Final = [
    "CFN_SIGNAL",
    "TEMP_URL_SIGNAL",
    "HEAT_SIGNAL",
    "NO_SIGNAL",
    "ZAQAR_SIGNAL",
    "TOKEN_SIGNAL",
]
KEYS: Final = ("status", "reason", "data", "id")
STATUSES: Final = ("SUCCESS", "FAILURE")


class WaitConditionHandle(Resource, type="OS::Heat::WaitConditionHandle"):
    """Signals are kept in the resource's metadata by their ids; a signal with the same id overwrites."""

    support = Support(version="2014.2")
    deferred_auth = True

    class Properties(Schema):
        signal_transport = Str(
            "How the guest reports back.", default="TOKEN_SIGNAL", allowed=TRANSPORTS, support=Support(version="6.0.0")
        )

    class Attributes(Schema):
        token = Str("Token for the signal, with TOKEN_SIGNAL.", cached=False, secret=True)
        endpoint = Str("URL for the signal, with TOKEN_SIGNAL.", cached=False)
        curl_cli = Str("Command that signals success when --data-binary is added, with TOKEN_SIGNAL.", cached=False)
        signal = Str("JSON of how to signal, by the transport.", cached=False)

    def create(self, call: Call, props: Props) -> str:
        signals = _signals(call)
        if props.signal_transport == "TOKEN_SIGNAL":
            call.data["token"] = signals.token()
            call.data["endpoint"] = signals.url()
        elif props.signal_transport == "HEAT_SIGNAL":
            call.data["user"] = signals.user()
        elif props.signal_transport != "NO_SIGNAL":
            raise UserError(f"signal_transport {props.signal_transport} is not served by this engine yet")
        return self.record.physical_name

    def delete(self, call: Call) -> None:
        _signals(call).remove_user()

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
        return dict(call.data.get("user", {}))

    def signal(self, call: Call, details: Any) -> SignalResult:
        given = details or {}
        if not isinstance(given, Mapping) or set(given) - set(KEYS):
            raise UserError(f"a signal has the keys {', '.join(KEYS)}, all optional; got {details!r:.120}")
        stored = dict(self.record.metadata or {})
        number = len(stored) + 1
        status = given.get("status", "SUCCESS")
        if status not in STATUSES:
            raise UserError(f"the status of a signal is {' or '.join(STATUSES)}, not {status!r:.60}")
        reason = given.get("reason", f"Signal {number} received")
        stored[str(given.get("id", number))] = {"status": status, "reason": reason, "data": given.get("data")}
        return SignalResult(f"Signal: status:{status} reason:{reason}", stored)


def _signals(call: Call) -> Signals:
    if call.signals is None:
        raise Bug("a signal handle was called without the port for signals")
    return call.signals
