"""Changes of a server in place: what is done at once, and the steps that take their time.

The steps stand in ``call.progress`` as a list of ``[name, details]``; the first is the one that runs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudGone, Failed, Outcome, Record, Wait
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.nova.server import interfaces, ports, request, resizing, status, unfinished

STEPS: Final = "steps"
SETTLE: Final = "settle"
START: Final = "start"
REBUILD: Final = "rebuild"
TOLD: Final = "told"  # data: digest of the user data that a rebuild has brought last, or is about to
RESIZE: Final = "resize"
NETWORKS: Final = "networks"
REBUILD_WITH_USER_DATA: Final = "2.57"


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


def needs_replace(call: Call, record: Record, props: Mapping[str, Any], changed: frozenset[str]) -> bool:
    """Whether the policies in ``props`` ask for a new server, or the change has no other way."""
    asked = {name for name in changed if not unfinished.is_taken_back(call, record.properties, name)}
    if "flavor" in asked and props["flavor_update_policy"] == "REPLACE":
        return True
    if "image" in asked:
        # A server that runs from a volume cannot be rebuilt from an image, nor the other way round.
        return props["image_update_policy"] == "REPLACE" or not props.get("image") or not call.old.get("image")
    if "user_data" in asked:
        policy = props["user_data_update_policy"]
        return policy == "REPLACE" or (policy == "REBUILD" and not props.get("image"))
    return False


def begin(call: Call, record: Record, server_id: str, props: Mapping[str, Any], changed: Collection[str]) -> None:
    """Do what takes no time, and note the steps that follow.

    After updates that did not end all of it waits until the server is at rest. One that wanted the same is not told
    from this one, but by a resize that it has left.
    """
    if STEPS in call.progress:
        return
    server = status.show(call, server_id)
    if unfinished.tried(call) or status.base(server) == "VERIFY_RESIZE":
        call.progress[STEPS] = [[name, sorted(changed)] for name in (SETTLE, START)]
    else:
        call.progress[STEPS] = _start(call, record, server, props, changed)


def advance(call: Call, record: Record, server_id: str, user_data: Callable[[], str]) -> Outcome:
    """Go on with the steps; DONE after the last. ``user_data`` is what a rebuild may have to bring."""
    steps = call.progress.get(STEPS, [])
    if not steps:
        return DONE
    name, details = steps[0]
    outcome: Outcome = DONE
    if name == SETTLE:
        outcome = unfinished.settle(call, server_id, details)
    elif name == START:
        steps += _start(call, record, status.show(call, server_id), call.wanted, details)
    elif name == NETWORKS:
        outcome = interfaces.advance(call, record, server_id, details)
    elif name == RESIZE:
        outcome = resizing.advance(call, server_id, details)
    else:
        outcome = _rebuild(call, server_id, details, user_data)
    if outcome != DONE:
        return outcome
    steps.pop(0)
    rewind(call)
    # The end of a step is stored before the next one begins: who resumes must not take one for the other.
    return Wait(0) if steps else DONE


def _start(
    call: Call, record: Record, server: Mapping[str, Any], props: Mapping[str, Any], changed: Collection[str]
) -> list[list[Any]]:
    """Do what takes no time; answers the steps that follow."""
    server_id = str(server["id"])
    _change_at_once(call, record, server, props, changed)
    steps: list[list[Any]] = []
    tells = _tells(call, record, props, changed)
    if "image" in changed or tells:
        steps.append([REBUILD, {"asked": False, "tells": tells, "keeps": _keeps(call, record, props)}])
    elif "admin_pass" in changed and props["admin_pass"]:
        status.act(call, server_id, "changePassword", {"adminPass": props["admin_pass"]})
    if tells:
        call.data[TOLD] = _digest(props)
    if "flavor" in changed:
        steps.append([RESIZE, {"flavor": props["flavor"], "sent": False}])
    if "networks" in changed:
        groups = ports.security_groups(call, props["security_groups"] or ())
        if unfinished.tried(call):
            ports.look_again(call, record)
        # What was lost of what the server had is seen by what is attached.
        old, attached = ports.entries_of(call, record), interfaces.attached_ports(call, server_id)
        steps.append([NETWORKS, interfaces.plan(call, old, props["networks"], groups, attached)])
    return steps


def _change_at_once(
    call: Call, record: Record, server: Mapping[str, Any], props: Mapping[str, Any], changed: Collection[str]
) -> None:
    compute, path = call.cloud.compute, f"/servers/{server['id']}"
    if "name" in changed:
        compute.put(path, {"server": {"name": request.name_of(record, props)}})
    if "metadata" in changed:
        compute.put(f"{path}/metadata", {"metadata": request.metadata_of(props["metadata"])})
    if "tags" in changed:
        set_tags(call, server["id"], props["tags"] or ())


def set_tags(call: Call, server_id: str, tags: Any) -> None:
    call.cloud.compute.put(f"/servers/{server_id}/tags", {"tags": list(tags)}, version=status.READ)


def _tells(call: Call, record: Record, props: Mapping[str, Any], changed: Collection[str]) -> bool:
    """Whether a rebuild is to bring user data."""
    if "user_data" not in changed or not props.get("image"):
        return False
    if unfinished.is_taken_back(call, record.properties, "user_data"):
        telling = [each for each in unfinished.tried(call) if each["user_data_update_policy"] == "REBUILD"]
        told = call.data.get(TOLD)
        return told != _digest(props) and any(told == _digest(values) for values in telling)
    return bool(props["user_data_update_policy"] == "REBUILD")


def _digest(props: Mapping[str, Any]) -> str:
    return hashlib.sha256((props["user_data"] or "").encode()).hexdigest()


def _keeps(call: Call, record: Record, props: Mapping[str, Any]) -> bool:
    """Whether ephemeral disks outlive a rebuild; one that takes another back loses nothing that that one kept."""
    taken_back = unfinished.is_taken_back(call, record.properties, "image")
    policies = [values["image_update_policy"] for values in (props, *(unfinished.tried(call) if taken_back else ()))]
    return "REBUILD_PRESERVE_EPHEMERAL" in policies


def _rebuild(call: Call, server_id: str, details: dict[str, Any], user_data: Callable[[], str]) -> Outcome:
    """Ask for the rebuild, unless an interrupted step has, and wait for its end."""
    server = status.show(call, server_id)
    if not details["asked"]:
        if not _is_rebuilt(call, server, details):
            told = user_data() if details["tells"] else None
            if not status.unless_busy(call, server_id, lambda: _ask_for_rebuild(call, server_id, details, told)):
                return wait(call)
        details["asked"] = True
        return wait(call)
    current = status.base(server)
    if current == "ERROR":
        raise Failed(f"Rebuilding the server failed: {status.error_text(server)}")
    if current in status.SETTLED and not status.task_of(server):
        return DONE
    return wait(call)


def _is_rebuilt(call: Call, server: Mapping[str, Any], details: Mapping[str, Any]) -> bool:
    """Whether it is, or is about to be: Nova shows the new image at once."""
    under_way = status.base(server) == "REBUILD" or status.task_of(server).startswith("rebuild")
    as_wanted = not details["tells"] and status.image_of(server) == (call.wanted["image"] or "")
    return under_way or (as_wanted and not call.restoring)


def _ask_for_rebuild(call: Call, server_id: str, details: Mapping[str, Any], user_data: str | None) -> None:
    props = call.wanted
    wanted: dict[str, Any] = {"imageRef": props["image"], "metadata": request.metadata_of(props["metadata"])}
    if details["keeps"]:
        wanted["preserve_ephemeral"] = True
    if props["admin_pass"]:
        wanted["adminPass"] = props["admin_pass"]
    if user_data is not None:
        wanted["user_data"] = base64.b64encode(user_data.encode()).decode() or None
    version = REBUILD_WITH_USER_DATA if user_data is not None else None
    status.act(call, server_id, "rebuild", wanted, version=version)
