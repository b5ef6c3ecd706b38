"""Changes of a server in place: what is done at once, and the steps that take their time.

The steps stand in ``call.progress`` as a list of ``[name, details]``; the first is the one that runs.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudError,
    CloudGone,
    CloudTransient,
    Failed,
    Outcome,
    Props,
    Record,
    Wait,
)
from heat_mq.resources.kit.polling import looks, rewind, wait
from heat_mq.resources.types.nova.server import interfaces, ports, request, status

STEPS: Final = "steps"
REBUILD: Final = "rebuild"
RESIZE: Final = "resize"
NETWORKS: Final = "networks"
REBUILD_WITH_USER_DATA: Final = "2.57"
PATIENCE: Final = 60  # looks at a server whose resize was confirmed, about seven minutes
SETTLED: Final = ("ACTIVE", "SHUTOFF")


def seen(call: Call, record: Record, server: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that a live server shows, for :meth:`Resource.live_properties`; raises CloudGone."""
    if server["status"] in status.GONE:
        raise CloudGone(f"The server is in status {server['status']}")
    metadata = server.get("metadata") or {}
    wanted = call.wanted.get("metadata")
    found = {
        "name": server.get("name"),
        "flavor": status.flavor_of(server),
        "metadata": wanted if metadata == request.metadata_of(wanted) else metadata,
        "tags": server.get("tags") or [],
    }
    if image := status.image_of(server):
        found["image"] = image
    if not interfaces.is_whole(call, record, str(server["id"])):
        found["networks"] = []
    return found


def needs_replace(props: Mapping[str, Any], old: Mapping[str, Any], changed: frozenset[str]) -> bool:
    """Whether the policies in ``props`` ask for a new server, or the change has no other way."""
    if "flavor" in changed and props["flavor_update_policy"] == "REPLACE":
        return True
    if "image" in changed:
        # A server that runs from a volume cannot be rebuilt from an image, nor the other way round.
        return props["image_update_policy"] == "REPLACE" or not props.get("image") or not old.get("image")
    if "user_data" in changed:
        policy = props["user_data_update_policy"]
        return policy == "REPLACE" or (policy == "REBUILD" and not props.get("image"))
    return False


def needs_rebuild(props: Mapping[str, Any], changed: frozenset[str]) -> bool:
    return "image" in changed or _tells(props, changed)


def begin(call: Call, record: Record, server_id: str, props: Props, changed: frozenset[str], user_data: str) -> None:
    """Do what takes no time, begin a rebuild, and note the steps that follow."""
    if STEPS in call.progress:
        return
    server = status.show(call, server_id)
    _change_at_once(call, record, server, props, changed)
    steps: list[list[Any]] = []
    if needs_rebuild(props, changed):
        _rebuild(call, server, props, user_data if _tells(props, changed) else None)
        steps.append([REBUILD, None])
    elif "admin_pass" in changed and props.admin_pass:
        status.act(call, server_id, "changePassword", {"adminPass": props.admin_pass})
    if "flavor" in changed:
        steps.append([RESIZE, {"flavor": props.flavor, "sent": False, "confirmed": False}])
    if "networks" in changed:
        groups = ports.security_groups(call, props.security_groups or ())
        # The slots of the entries are those of the stored ones; what was lost of these is seen by what is attached.
        old = record.properties.get("networks")
        attached = interfaces.attached_ports(call, server_id)
        steps.append([NETWORKS, interfaces.plan(call, old, props.networks, groups, attached)])
    call.progress[STEPS] = steps


def advance(call: Call, record: Record, server_id: str) -> Outcome:
    """Go on with the steps; DONE after the last."""
    steps = call.progress.get(STEPS, [])
    if not steps:
        return DONE
    name, details = steps[0]
    if name == NETWORKS:
        outcome = interfaces.advance(call, record, server_id, details)
    elif name == RESIZE:
        outcome = _resize(call, server_id, details)
    else:
        outcome = _settle_rebuild(call, server_id)
    if outcome != DONE:
        return outcome
    steps.pop(0)
    rewind(call)
    # The end of a step is stored before the next one begins: who resumes must not take one for the other.
    return Wait(0) if steps else DONE


def _change_at_once(
    call: Call, record: Record, server: Mapping[str, Any], props: Props, changed: frozenset[str]
) -> None:
    compute, path = call.cloud.compute, f"/servers/{server['id']}"
    if "name" in changed:
        compute.put(path, {"server": {"name": request.name_of(record, props)}})
    if "metadata" in changed:
        compute.put(f"{path}/metadata", {"metadata": request.metadata_of(props.metadata)})
    if "tags" in changed:
        set_tags(call, server["id"], props.tags or ())


def set_tags(call: Call, server_id: str, tags: Any) -> None:
    call.cloud.compute.put(f"/servers/{server_id}/tags", {"tags": list(tags)}, version=status.READ)


def _tells(props: Mapping[str, Any], changed: frozenset[str]) -> bool:
    """Whether a rebuild is to bring new user data."""
    return "user_data" in changed and props["user_data_update_policy"] == "REBUILD"


def _rebuild(call: Call, server: Mapping[str, Any], props: Props, user_data: str | None) -> None:
    """Ask for the rebuild, unless an interrupted step has: Nova shows the new image at once."""
    under_way = status.base(server) == "REBUILD" or status.task_of(server).startswith("rebuild")
    as_wanted = user_data is None and status.image_of(server) == props.image
    if under_way or (as_wanted and not call.restoring):
        return
    details: dict[str, Any] = {"imageRef": props.image, "metadata": request.metadata_of(props.metadata)}
    if props.image_update_policy == "REBUILD_PRESERVE_EPHEMERAL":
        details["preserve_ephemeral"] = True
    if props.admin_pass:
        details["adminPass"] = props.admin_pass
    if user_data is not None:
        details["user_data"] = base64.b64encode(user_data.encode()).decode() or None
    version = REBUILD_WITH_USER_DATA if user_data is not None else None
    status.act(call, server["id"], "rebuild", details, version=version)


def _settle_rebuild(call: Call, server_id: str) -> Outcome:
    server = status.show(call, server_id)
    current = status.base(server)
    if current == "ERROR":
        raise Failed(f"Rebuilding the server failed: {status.error_text(server)}")
    if current in SETTLED and not status.task_of(server):
        return DONE
    return wait(call)


def _resize(call: Call, server_id: str, details: dict[str, Any]) -> Outcome:
    """Ask for the new flavor, confirm it when Nova has it ready, and wait for the end."""
    server = status.show(call, server_id)
    current = status.base(server)
    if current == "ERROR":
        raise Failed(f"Resizing the server failed: {status.error_text(server)}")
    if current == "VERIFY_RESIZE":
        return _confirm(call, server_id, details)
    if current not in SETTLED or status.task_of(server):
        return wait(call)
    if status.flavor_of(server) == details["flavor"]:
        return DONE
    if details["sent"]:
        raise Failed(
            f"Resizing to flavor {details['flavor']} failed: the server is {current} with flavor "
            f"{status.flavor_of(server)}{_reason(server)}"
        )
    status.act(call, server_id, "resize", {"flavorRef": details["flavor"]})
    details["sent"] = True
    return wait(call)


def _confirm(call: Call, server_id: str, details: dict[str, Any]) -> Outcome:
    """Confirm once; the server leaves VERIFY_RESIZE some time after."""
    if not details["confirmed"]:
        rewind(call)
        try:
            status.act(call, server_id, "confirmResize")
        except CloudTransient:
            raise
        except CloudError as error:
            # An interrupted step has confirmed it already: 409 when that is done, 400 while it is under way.
            if error.status not in (400, 409):
                raise
        details["confirmed"] = True
    elif looks(call) > PATIENCE:
        raise Failed(f"The resize to flavor {details['flavor']} was confirmed, but the server stays in VERIFY_RESIZE")
    return wait(call)


def _reason(server: Mapping[str, Any]) -> str:
    message = (server.get("fault") or {}).get("message")
    return f": {message}" if message else ""
