"""How a guest reports on a deployment: what it is told about that, and what has to be there for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, Record
from heat_mq.resources.kit.software import CFN, HEAT, TEMP_URL, ZAQAR, told
from heat_mq.resources.kit.waiting import delete_queue, port
from heat_mq.resources.types.heat.software.port import software

URL: Final = "signal_url"
BOXES: Final = "mailboxes"  # data: [kind, names…] of the objects and queues that reports are left in
_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_-]")


def prepare(call: Call, transport: str) -> None:
    """Make what the guest signs or logs in with; it is stored before the guest can be told of it. Can be repeated."""
    if transport == CFN:
        call.data[URL] = port(call).signed_url()
    elif transport in (HEAT, ZAQAR):
        port(call).user()


def instructions(call: Call, record: Record, transport: str, key: str) -> list[dict[str, Any]]:
    """The inputs that tell the guest how to report on the deployment that ``key`` names; makes the place for it."""
    found = [told("deploy_signal_transport", transport, "How to report")]
    if transport == CFN:
        found += _url(call.data[URL], "POST")
    elif transport == TEMP_URL:
        found += _url(_object(call, record, key), "PUT")
    elif transport in (HEAT, ZAQAR):
        found += _login(call, port(call).user())
    if transport == ZAQAR:
        queue = f"{_UNFIT.sub('_', record.physical_name)[:40]}-{_short(key)}"
        _note(call, ["queue", queue])
        found.append(told("deploy_queue_id", queue, "The queue for the report"))
    return found


def clear(call: Call, *, but: str = "") -> None:
    """Remove the places of reports that were taken or given up; that for the key ``but`` stays. Can be repeated."""
    boxes = call.data.get(BOXES, [])
    for box in [box for box in boxes if not (but and box[-1].endswith(_short(but)))]:
        match box:
            case ["object", container, name]:
                call.cloud.service("object-store").delete_object(container, name)
            case ["queue", name]:
                delete_queue(call, name)
        boxes.remove(box)


def remove(call: Call, record: Record, transport: str) -> None:
    """Remove everything that :func:`prepare` and :func:`instructions` have made."""
    clear(call)
    if transport == TEMP_URL:
        call.cloud.service("object-store").delete_container(record.physical_name)
    port(call).remove_user()


def _object(call: Call, record: Record, key: str) -> str:
    """The URL of an object in a container of the deployment's own."""
    store, container, name = call.cloud.service("object-store"), record.physical_name, f"report-{_short(key)}"
    secret = software(call).url_key(container)
    store.make_container(container, secret)
    _note(call, ["object", container, name])
    return str(store.temp_url(container, name, "PUT", secret))


def _note(call: Call, box: list[str]) -> None:
    boxes = call.data.setdefault(BOXES, [])
    if box not in boxes:
        boxes.append(box)


def _url(url: str, verb: str) -> list[dict[str, Any]]:
    return [
        told("deploy_signal_id", url, "The URL to report to"),
        told("deploy_signal_verb", verb, "The HTTP method of the report"),
    ]


def _login(call: Call, user: Mapping[str, Any]) -> list[dict[str, Any]]:
    region = user.get("region_name") or getattr(call.cloud, "region", None) or ""
    return [
        told("deploy_auth_url", user["auth_url"], "Where to log in"),
        told("deploy_username", user["username"], "Name of the user to report as"),
        told("deploy_user_id", user["user_id"], "Id of the user to report as"),
        told("deploy_password", user["password"], "Password of that user"),
        told("deploy_project_id", user["project_id"], "Project of that user"),
        told("deploy_region_name", region, "Region of the API"),
    ]


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
