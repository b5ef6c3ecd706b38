"""What both kinds of deployment have in common: an action opens it, the guest's report closes it.

A deployment is opened in a step of its own, after what the guest reports with is stored. It bears the name of the
operation, so that a step that is repeated opens nothing twice, and a report that has come meanwhile counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import ServiceMissing
from heat_mq.resources.kit import DONE, Call, CloudGone, Failed, Outcome, Park, Props, Resource, SignalResult
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.kit.software import (
    CALLED_FOR,
    COMPONENT,
    NONE,
    OUTPUTS,
    UNGROUPED,
    for_action,
    input_values,
    replaced_by,
    told,
)
from heat_mq.resources.kit.waiting import port
from heat_mq.resources.types.heat.software import transports
from heat_mq.resources.types.heat.software.port import software

OPENED: Final = "opened"  # progress: by action, whether it has anything to wait for
EMPTY: Final[Mapping[str, Any]] = {"group": UNGROUPED, "config": "", "inputs": (), "outputs": (), "options": {}}


class Deployment(Resource):
    keeps_software: ClassVar[bool] = True
    deferred_auth: ClassVar[bool] = True
    deploys_to: ClassVar[str] = "server"
    deaf_in: ClassVar[frozenset[str]] = frozenset()  # what is done on SUSPEND and DELETE is reported on too

    def filled(self, config: Any, props: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        """The config as the guest gets it; ``values`` are those of the inputs by name."""
        return config

    # --- life ---------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        begun = software(call).deployment() is not None or port(call).has_user()
        return self.create(call, props) if begun else None

    def create(self, call: Call, props: Props) -> str:
        transports.prepare(call, props.signal_transport)
        return software(call).deployment_id

    def check_create(self, call: Call) -> Outcome:
        return self._follow(call, "CREATE", "CREATE")

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        """Whether an input has changed that says so of itself."""
        if not changed & {"input_values", "config"}:
            return False
        inputs = self._source(call, props)["inputs"]
        return bool(replaced_by(inputs, call.old.get("input_values") or {}, props.input_values or {}))

    def check_update(self, call: Call) -> Outcome:
        return self._follow(call, "UPDATE", call.operation)

    def check_suspend(self, call: Call) -> Outcome:
        return self._follow(call, "SUSPEND", call.operation)

    def check_resume(self, call: Call) -> Outcome:
        return self._follow(call, "RESUME", call.operation)

    def check_delete(self, call: Call) -> Outcome:
        """A server that is gone applies nothing, so nothing is waited for."""
        if self._server_is_there(call):
            outcome = self._follow(call, "DELETE", call.operation)
            if outcome != DONE:
                return outcome
        software(call).remove_deployment()
        transports.remove(call, self.record, call.wanted["signal_transport"])
        return DONE

    def cancel(self, call: Call) -> None:
        software(call).abort_deployment()

    def adopt(self, call: Call, props: Props) -> str:
        """The way to report to another stack does not lead to this one: the next action tells the new one."""
        transports.prepare(call, props.signal_transport)
        return self.physical_id

    def check_adopt(self, call: Call) -> Outcome:
        if software(call).deployment() is None:
            raise CloudGone(f"There is no software deployment {self.physical_id}")
        return DONE

    # --- look ---------------------------------------------------------------------------------

    def read(self, call: Call) -> dict[str, Any]:
        return software(call).deployment() or {}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        outputs = live.get("output_values") or {}
        if name in outputs or name in OUTPUTS:
            return outputs.get(name)
        known = [item["name"] for item in self._source(call, call.wanted)["outputs"]]
        if name not in known:
            raise KeyError(
                f"the config of {self.record.name} has no output {name}; it has {', '.join(known) or 'none'}"
            )
        return None

    def signal(self, call: Call, details: Any) -> SignalResult:
        return SignalResult("", reports=True)

    # --- how ----------------------------------------------------------------------------------

    def _follow(self, call: Call, action: str, key: str) -> Outcome:
        """Open the deployment for an action, if it has one, then wait for the report."""
        # By action: a delete finds the progress of the create that it ends.
        opened = call.progress.setdefault(OPENED, {})
        if action not in opened:
            opened[action] = self._open(call, action, key)
        return self._reported(call) if opened[action] else DONE

    def _open(self, call: Call, action: str, key: str) -> bool:
        props = call.wanted
        source = self._source(call, props)
        part = for_action(source, action)
        if part is None or (source["group"] != COMPONENT and action not in (props.get("actions") or ())):
            return False
        known = software(call).deployment()
        if action == "DELETE" and known is not None and known["action"] == action and known["status"] != "FAILED":
            return True  # an earlier delete has opened it
        transport = props["signal_transport"]
        transports.clear(call, but=key)
        inputs = self._inputs(call, part, props, action, key)
        values = {item["name"]: item["value"] for item in inputs}
        content = {
            **{name: part.get(name) for name in ("group", "outputs", "options")},
            "name": props.get("name") or self.record.physical_name,
            "config": self.filled(part.get("config"), props, values),
            "inputs": inputs,
        }
        state = ("COMPLETE", "No report is awaited") if transport == NONE else ("IN_PROGRESS", "The report is awaited")
        deployment = {
            "server_id": props["server"],
            "input_values": props.get("input_values") or {},
            "action": action,
            "status": state[0],
            "status_reason": state[1],
        }
        software(call).deploy(f"{action}/{key}", content, deployment)
        return bool(transport != NONE)

    def _inputs(
        self, call: Call, part: Mapping[str, Any], props: Mapping[str, Any], action: str, key: str
    ) -> list[dict[str, Any]]:
        record = self.record
        return [
            *input_values(part.get("inputs") or (), props.get("input_values") or {}),
            told("deploy_server_id", props["server"], "Id of the server"),
            told("deploy_action", action, "What is done to the deployment"),
            told("deploy_stack_id", f"{record.stack_name}/{record.stack_id}", "The stack of the deployment"),
            told("deploy_resource_name", record.name, "The deployment's name in the stack"),
            *transports.instructions(call, record, props["signal_transport"], key),
        ]

    def _reported(self, call: Call) -> Outcome:
        called_for = call.wanted["signal_transport"] in CALLED_FOR
        if called_for:
            software(call).call_for_report()
        found = software(call).deployment()
        if found is None:
            raise Failed("the deployment was deleted by somebody else before it was reported on", kind="Error")
        if found["status"] == "FAILED":
            raise Failed(f"Deployment to server failed: {found['status_reason']}", kind="Error")
        if found["status"] == "COMPLETE":
            return DONE
        return wait(call) if called_for else Park()

    def _source(self, call: Call, props: Mapping[str, Any]) -> Mapping[str, Any]:
        """The config that is deployed; an empty one when none is given."""
        if not props.get("config"):
            return EMPTY
        found = software(call).config(props["config"])
        if found is None:
            raise Failed(f"there is no software config {props['config']}", kind="NotFound")
        return found

    def _server_is_there(self, call: Call) -> bool:
        server_id = call.wanted["server"]
        if software(call).has_server(server_id):
            return True
        try:
            call.cloud.compute.get(f"/servers/{server_id}")
        except (CloudGone, ServiceMissing):
            return False
        return True
