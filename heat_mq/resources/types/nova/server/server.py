"""The type itself: each verb says what happens, the modules beside it how.

What an interrupted create may have left is found by name and, since names are not unique, by the server's description,
which holds the resource's id. Only a server whose description was changed in between would be made twice.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudError,
    CloudGone,
    CloudTransient,
    Failed,
    Outcome,
    Props,
    Replace,
    Resource,
    Sibling,
)
from heat_mq.resources.kit import collect as guest
from heat_mq.resources.kit.polling import looks, rewind, wait
from heat_mq.resources.types.nova import user_data
from heat_mq.resources.types.nova.server import (
    attributes,
    changes,
    collect,
    dependencies,
    floating,
    image,
    ports,
    request,
    rules,
    status,
    successor,
    unfinished,
    volumes,
)
from heat_mq.resources.types.nova.server.schema import ServerAttributes, ServerProperties

AFTERWARDS: Final = "afterwards"  # progress: what is left to do when the server is up
DELETING: Final = "deleting"  # progress: the deletion was accepted, and nobody has looked since
POSTPONED: Final = "postponed"  # progress: the deletion is not asked for yet
REPEATED: Final = "repeated"  # progress: how often the deletion of a server in ERROR was asked for again
MOST_REPEATED: Final = 3
PATIENCE: Final = 60  # looks at a server that is rebuilt, about seven minutes, before it is deleted all the same
LIST: Final = "2.19"
SPECIAL: Final = re.compile(r"[^A-Za-z0-9 _-]")


class Server(Resource, type="OS::Nova::Server"):
    service = "compute"
    name_limit: ClassVar[int | None] = 53
    snapshots: ClassVar[bool] = True
    takes_deployments: ClassVar[bool] = True
    made_in_parts: ClassVar[bool] = True  # its ports, and what its guest is told by

    class Properties(ServerProperties):
        pass

    class Attributes(ServerAttributes):
        pass

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        return rules.check(props)

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        return dependencies.subnets(me, others)

    # --- create -------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        ports.adopt(call, self.record)
        name = request.name_of(self.record, props)
        # Nova's filter is a regular expression: a name with special characters is compared here alone.
        query = {} if SPECIAL.search(name) else {"name": name}
        for server in call.cloud.compute.each("/servers/detail", "servers", query=query, version=LIST):
            if server["name"] == name and server.get("description") == request.mark_of(self.record):
                self._note_afterwards(call, props)
                if guest.can_be_told_again(call, props.software_config_transport):
                    self._user_data(call, props)
                return str(server["id"])
        return None

    def create(self, call: Call, props: Props) -> str:
        self._note_afterwards(call, props)
        try:
            body = request.server_body(
                self.record,
                props,
                interfaces=self._interfaces(call, props),
                user_data=self._user_data(call, props),
            )
            answer = call.cloud.compute.post("/servers", body, version=request.version_for(props))
        except CloudTransient:
            raise
        except CloudError:
            # Nova said no, so nothing is left that would lead to these ports.
            ports.remove_all(call, self.record)
            raise
        return str(answer["server"]["id"])

    def check_create(self, call: Call) -> Outcome:
        if not looks(call):  # it was asked for a moment ago
            return status.wait(call, self.physical_id, "BUILD")
        server = status.show(call, self.physical_id)
        if not status.reached(server, "ACTIVE"):
            return status.wait(call, self.physical_id, server["status"])
        afterwards = call.progress.get(AFTERWARDS, {})
        if afterwards.get("tags"):
            changes.set_tags(call, self.physical_id, afterwards["tags"])
        for slot, words in afterwards.get("words", ()):
            if (port_id := ports.known(call, slot)) is not None:
                ports.word(call, port_id, words)
        for slot, given, address in afterwards.get("floating", ()):
            port_id = given or ports.known(call, slot)
            if port_id is not None:
                floating.associate(call, address, port_id)
        return DONE

    # --- update -------------------------------------------------------------------------------

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        return changes.needs_replace(call, self.record, props, changed)

    def needs_replace_failed(self, call: Call) -> bool:
        if self.record.physical_id is None:
            return True
        server = status.find(call, self.physical_id)
        return server is None or status.base(server) == "ERROR"

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        if self.needs_replace(call, props, changed):
            raise Replace("the server's update policy asks for a new server")
        changes.begin(call, self.record, self.physical_id, props, changed)
        if guest.concerned(changed) and guest.CONFIG in call.data:
            guest.prepare(call, self.record, props)

    def check_update(self, call: Call) -> Outcome:
        return changes.advance(call, self.record, self.physical_id, lambda: self._user_data(call, Props(call.wanted)))

    def prepare_replace(self, call: Call) -> Outcome:
        return successor.release(call, self.record, self.physical_id) if self.record.physical_id else DONE

    def restore_replaced(self, call: Call) -> Outcome:
        return successor.take_back(self, call, self.physical_id) if self.record.physical_id else DONE

    # --- delete -------------------------------------------------------------------------------

    def snapshot_delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            image.begin(call, self.record, self.physical_id)

    def check_snapshot_delete(self, call: Call) -> Outcome:
        return image.check(call)

    def delete(self, call: Call) -> None:
        """Nova loses a volume that it is attaching again: a rebuild that an unfinished update began is waited for."""
        if self.record.physical_id is not None and unfinished.is_rebuilding(call, self.physical_id):
            call.progress[POSTPONED] = True
        else:
            self._delete(call)

    def _delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            volumes.leave_behind(call, self.record, self.physical_id)
            with contextlib.suppress(CloudGone):
                call.cloud.compute.delete(f"/servers/{self.physical_id}")
                call.progress[DELETING] = True
        else:
            guest.look_for_what_was_made(call, self.record)
        guest.remove(call, self.record)
        if call.signals is not None:
            call.signals.remove_user()

    def check_delete(self, call: Call) -> Outcome:
        if call.progress.get(POSTPONED):
            if unfinished.is_rebuilding(call, self.physical_id) and looks(call) < PATIENCE:
                return wait(call)
            rewind(call)
            self._delete(call)
            del call.progress[POSTPONED]
        if call.progress.pop(DELETING, False):  # it was asked for a moment ago
            return status.wait(call, self.physical_id, "ACTIVE")
        server = status.find(call, self.physical_id) if self.record.physical_id is not None else None
        if server is not None:
            if status.base(server) == "ERROR" and not status.task_of(server):
                return self._delete_again(call, server)
            # In ERROR the end of the task tells more than the status.
            return wait(call) if status.base(server) == "ERROR" else status.wait(call, server["id"], server["status"])
        return DONE if ports.remove_all(call, self.record) else wait(call)

    def _delete_again(self, call: Call, server: Mapping[str, Any]) -> Outcome:
        """A build that the deletion cuts off ends in ERROR before the server goes; a failed deletion does so too."""
        repeated = call.progress.get(REPEATED, 0)
        if repeated == MOST_REPEATED:
            raise Failed(f"Deleting the server failed: {status.error_text(server)}")
        call.progress[REPEATED] = repeated + 1
        with contextlib.suppress(CloudGone):
            call.cloud.compute.delete(f"/servers/{self.physical_id}")
        return wait(call)

    # --- snapshots ----------------------------------------------------------------------------

    def snapshot(self, call: Call) -> None:
        image.save(call, self.physical_id)

    def check_snapshot(self, call: Call) -> Outcome:
        return image.check_saved(call)

    def delete_snapshot(self, call: Call) -> None:
        image.remove(call)

    @classmethod
    def restored(cls, saved: Mapping[str, Any]) -> dict[str, Any]:
        return {"image": saved[image.SAVED]} if image.SAVED in saved else {}

    # --- suspend and resume -------------------------------------------------------------------

    def suspend(self, call: Call) -> None:
        server = status.show(call, self.physical_id)
        if status.base(server) != "SUSPENDED" and not status.task_of(server):
            status.act(call, self.physical_id, "suspend")

    def check_suspend(self, call: Call) -> Outcome:
        server = status.show(call, self.physical_id)
        there = status.reached(server, "SUSPENDED", {*status.PASSING, "ACTIVE"})
        return DONE if there else status.wait(call, server["id"], server["status"])

    def resume(self, call: Call) -> None:
        server = status.show(call, self.physical_id)
        if status.base(server) != "ACTIVE" and not status.task_of(server):
            status.act(call, self.physical_id, "resume")

    def check_resume(self, call: Call) -> Outcome:
        server = status.show(call, self.physical_id)
        return DONE if status.reached(server, "ACTIVE") else status.wait(call, server["id"], server["status"])

    # --- look ---------------------------------------------------------------------------------

    def check(self, call: Call) -> Outcome:
        server = status.show(call, self.physical_id)
        if status.base(server) == "ERROR":
            raise Failed(status.error_text(server))
        if status.base(server) != "ACTIVE":
            raise Failed(f"The server is in status {server['status']}, not ACTIVE")
        return DONE

    def read(self, call: Call) -> dict[str, Any]:
        return status.show(call, self.physical_id)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        return changes.seen(call, self.record, live)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        match name:
            case "addresses":
                return attributes.addresses(call, live)
            case "networks":
                return attributes.networks(call, live)
            case "first_address":
                return attributes.first_address(live)
            case "instance_name":
                return live.get(attributes.INSTANCE_NAME)
            case "console_urls":
                return attributes.ConsoleUrls(call, self.physical_id)
            case "os_collect_config":
                return call.data.get(guest.CONFIG, {})
        return live.get(name)

    @classmethod
    def guest_settings(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return guest.metadata(data)

    @classmethod
    def hands_over(cls, data: Mapping[str, Any]) -> bool:
        return guest.PLACE in data

    def hand_over(self, call: Call, metadata: Mapping[str, Any]) -> None:
        guest.hand_over(call, metadata)

    # --- what create needs --------------------------------------------------------------------

    def _note_afterwards(self, call: Call, props: Props) -> None:
        entries = props.networks or ()
        placed = list(zip(ports.slots(call, entries), entries, strict=True))
        call.data.setdefault(ports.NEXT_SLOT, len(entries))
        call.progress[AFTERWARDS] = {
            "tags": list(props.tags or ()),
            "words": [[slot, words] for slot, entry in placed if (words := ports.words_of(entry))],
            "floating": [
                [slot, entry.get("port"), entry["floating_ip"]] for slot, entry in placed if entry.get("floating_ip")
            ],
        }

    def _interfaces(self, call: Call, props: Props) -> Any:
        """``networks`` of the request; makes the ports that the server is to have."""
        choice = request.networks_choice(props.networks)
        if choice is None or isinstance(choice, str):
            return choice
        own = any(ports.makes_port(entry) for entry in choice)
        groups = ports.security_groups(call, props.security_groups or ()) if own else []
        out = []
        for slot, entry in zip(ports.slots(call, choice), choice, strict=True):
            port_id = entry.get("port") or ports.ensure(call, self.record, slot, entry, groups)
            out.append({"port": port_id, **({"tag": entry["tag"]} if entry.get("tag") else {})})
        return out

    def _user_data(self, call: Call, props: Props) -> str:
        metadata = dict(self.record.metadata)
        if props.user_data_format == user_data.SOFTWARE_CONFIG:
            guest.prepare(call, self.record, props)
            metadata |= guest.metadata(call.data)
        return user_data.build(
            user_data.content(call, props.user_data or "", props.user_data_format),
            props.user_data_format,
            metadata=metadata,
            admin_user=props.admin_user or "",
            cfn=collect.cfn_tools(call, self.record) if props.user_data_format == user_data.CFNTOOLS else None,
        )
