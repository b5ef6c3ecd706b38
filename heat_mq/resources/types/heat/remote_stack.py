"""OS::Heat::Stack: a stack of an orchestration service, in this region, in another one, or in another cloud.

The remote stack has the resource's physical name, by which an interrupted create is found. Nobody tells when it is
done, so it is looked at from time to time. Each update of the stack is passed on: only the other side knows whether
something in it must change.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    CloudGone,
    Failed,
    Int,
    Map,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.nested import nested_failure
from heat_mq.resources.kit.polling import looks, rewind, wait
from heat_mq.resources.types.heat import remote_cloud
from heat_mq.template.marks import is_known

#: What a name of a stack may not have: a resource may be called anything.
_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_.-]")
#: Looks after which an action that was accepted must have begun: about five minutes.
PATIENCE: Final = 40
NAME: Final = "stack_name"  # data: what the stack is called there
SNAPSHOT: Final = "snapshot"  # data of a copy: the id of the remote snapshot
CHECKING: Final = "checking"  # progress: the remote stack was asked to check

CONTEXT: Final = {
    "region_name": Str("Region in which the stack is; the own one when not given."),
    "credential_secret_id": Str(
        "Id of the secret in the key manager that holds a login at another cloud: a JSON map with auth_type and auth, "
        "which has auth_url.",
        update=IN_PLACE,
        support=Support(version="12.0.0"),
    ),
    "ca_cert": Str(
        "Certificate (PEM) that the other cloud's own certificates are checked with.",
        update=IN_PLACE,
        support=Support(version="12.0.0"),
    ),
    "insecure": Bool(
        "Whether the other cloud's certificates are not checked at all.",
        default=False,
        update=IN_PLACE,
        support=Support(version="12.0.0"),
    ),
}


class RemoteStack(Resource, type="OS::Heat::Stack"):
    service = "orchestration"
    always_looks: ClassVar[bool] = True
    passes_on: ClassVar[bool] = True
    wants_surroundings: ClassVar[bool] = True

    class Properties(Schema):
        context = Map("Where the stack is.", schema=CONTEXT, update=IN_PLACE)
        template = Str("Text of the template.", required=True, update=IN_PLACE)
        timeout = Int("Minutes that an action on the stack may take.", update=IN_PLACE)
        parameters = Map("Values of the template's parameters.", default={}, update=IN_PLACE)

    class Attributes(Schema):
        stack_name = Str("Name of the stack.")
        outputs = Map("Values of the stack's outputs.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        place = props.get("context")
        if isinstance(place, Mapping) and not place.get("credential_secret_id"):
            for name in ("ca_cert", "insecure"):
                if place.get(name):
                    message = f"{name} is for another cloud, and credential_secret_id does not say how to log in there"
                    yield Problem(message, path=f"context.{name}")

    @classmethod
    def validate_elsewhere(cls, call: Call, props: Mapping[str, Any]) -> None:
        """The other side says whether it would take the template, as far as its values are known."""
        place, template, parameters = props.get("context"), props["template"], props.get("parameters")
        if not is_known([place, template]):
            return
        known = parameters.items() if isinstance(parameters, Mapping) else ()
        body = {
            "template": template,
            "parameters": {name: value for name, value in known if value is not None and is_known(value)},
            "files": dict(call.files),
            "environment": dict(call.environment),
        }
        remote_cloud.validate(call, place, body)

    # --- create -------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        try:
            found = remote_cloud.api(call, props.context).get(f"/stacks/{self._name}")["stack"]
        except CloudGone:
            return None
        call.data[NAME] = self._name
        return str(found["id"])

    def adopt(self, call: Call, props: Props) -> str:
        """The stack keeps the name that it has."""
        found = remote_cloud.api(call, props.context).get(f"/stacks/{self.physical_id}")["stack"]
        call.data[NAME] = str(found["stack_name"])
        return self.physical_id

    def create(self, call: Call, props: Props) -> str:
        call.data[NAME] = self._name
        body = {"stack_name": self._name, **self._body(call, props)}
        return str(remote_cloud.api(call, props.context).post("/stacks", body)["stack"]["id"])

    def check_create(self, call: Call) -> Outcome:
        return self._reached(call, "CREATE")

    # --- update -------------------------------------------------------------------------------

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        """A stack does not move to another region. A new login is taken to lead to the same cloud."""
        return remote_cloud.region_of(call.old.get("context")) != remote_cloud.region_of(props.context)

    def needs_replace_failed(self, call: Call) -> bool:
        """What is in it decides what must be made anew."""
        return remote_cloud.action_of(self.read(call)) == "DELETE"

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        """In a restore the other side restores what it has saved, its template and values too."""
        api, path = remote_cloud.api(call, props.context), self._path(call)
        if saved := call.restoring.get(SNAPSHOT):
            api.post(f"{path}/snapshots/{saved}/restore")
        else:
            api.put(path, self._body(call, props))

    def check_update(self, call: Call) -> Outcome:
        return self._reached(call, "RESTORE" if SNAPSHOT in call.restoring else "UPDATE")

    # --- delete -------------------------------------------------------------------------------

    def delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            self._api(call).delete(self._path(call))

    def check_delete(self, call: Call) -> Outcome:
        if self.record.physical_id is None:
            return DONE
        try:
            return self._reached(call, "DELETE")
        except CloudGone:
            return DONE

    # --- suspend, resume, check ---------------------------------------------------------------

    def suspend(self, call: Call) -> None:
        self._act(call, "suspend")

    def check_suspend(self, call: Call) -> Outcome:
        return self._reached(call, "SUSPEND")

    def resume(self, call: Call) -> None:
        self._act(call, "resume")

    def check_resume(self, call: Call) -> Outcome:
        return self._reached(call, "RESUME")

    def check(self, call: Call) -> Outcome:
        """The other side checks what is in it."""
        if CHECKING not in call.progress:
            self._act(call, "check", again=True)
            call.progress[CHECKING] = True
            rewind(call)
        return self._reached(call, "CHECK")

    # --- snapshots ----------------------------------------------------------------------------

    def snapshot(self, call: Call) -> None:
        """The other side saves what is in it."""
        copy = remote_cloud.copy_of(call)
        copy.data[SNAPSHOT] = self._saved(call) or str(
            self._api(call).post(f"{self._path(call)}/snapshots", {"name": copy.name})["id"]
        )

    def check_snapshot(self, call: Call) -> Outcome:
        snapshot = self._api(call).get(f"{self._path(call)}/snapshots/{remote_cloud.copy_of(call).data[SNAPSHOT]}")[
            "snapshot"
        ]
        if snapshot["status"] == "FAILED":
            raise Failed(f"The remote stack could not be saved: {snapshot.get('status_reason')}")
        return DONE if snapshot["status"] == "COMPLETE" else wait(call)

    def delete_snapshot(self, call: Call) -> None:
        if self.record.physical_id is None:
            return
        with contextlib.suppress(CloudGone):
            id = remote_cloud.copy_of(call).data.get(SNAPSHOT) or self._saved(call)
            if id is not None:
                self._api(call).delete(f"{self._path(call)}/snapshots/{id}")

    def _saved(self, call: Call) -> str | None:
        """The id of the remote snapshot that was begun, by its name."""
        name = remote_cloud.copy_of(call).name
        listed = self._api(call).get(f"{self._path(call)}/snapshots")["snapshots"]
        return next((str(each["id"]) for each in listed if each.get("name") == name), None)

    # --- look ---------------------------------------------------------------------------------

    def read(self, call: Call) -> dict[str, Any]:
        """The stack as its service shows it; CloudGone also for one that is shown as deleted."""
        stack = dict(self._api(call).get(self._path(call))["stack"])
        if stack.get("stack_status") == "DELETE_COMPLETE":
            raise CloudGone(f"The stack {self.physical_id} is deleted")
        return stack

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if name == "outputs":
            return {output["output_key"]: output.get("output_value") for output in live.get("outputs") or ()}
        return live.get(name)

    def reference_id(self, data: Mapping[str, Any]) -> str | None:
        return self.record.physical_id

    # --- inside -------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return _UNFIT.sub("_", self.record.physical_name)

    def _path(self, call: Call) -> str:
        return f"/stacks/{call.data.get(NAME) or self._name}/{self.physical_id}"

    def _api(self, call: Call) -> Any:
        return remote_cloud.api(call, call.wanted.get("context"))

    def _body(self, call: Call, props: Props) -> dict[str, Any]:
        """What the stack is to be; it sees the files and types that this stack's own nested stacks would see."""
        body: dict[str, Any] = {
            "template": props.template,
            "parameters": {name: value for name, value in (props.parameters or {}).items() if value is not None},
            "files": dict(call.files),
            "environment": dict(call.environment),
            "disable_rollback": True,  # what failed is shown, and mended by the next update
        }
        return {**body, "timeout_mins": props.timeout} if props.timeout else body

    def _act(self, call: Call, verb: str, *, again: bool = False) -> None:
        """Ask for an action, unless it is under way or (but for ``again``) done."""
        action, status = remote_cloud.state_of(self.read(call))
        if action != verb.upper() or status == "FAILED" or (again and status != "IN_PROGRESS"):
            self._api(call).post(f"{self._path(call)}/actions", {verb: None})

    def _reached(self, call: Call, wanted: str) -> Outcome:
        """DONE when the action that was asked for is complete; raises with the remote reason when it failed."""
        stack = self.read(call)
        action, status = remote_cloud.state_of(stack)
        if status == "IN_PROGRESS":
            return wait(call)
        if action != wanted:
            if looks(call) > PATIENCE:
                raise Failed(f"The remote stack is in {action}_{status}: {wanted} has not begun, or was superseded")
            return wait(call)
        if status == "FAILED":
            raise nested_failure(str(stack.get("stack_status_reason") or f"{action}_{status}"))
        return DONE
