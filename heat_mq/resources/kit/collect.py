"""How the guest on a server learns what is deployed to it: the settings of os-collect-config, by transport.

A guest polls one of the APIs with credentials of its own, or it is handed its whole metadata: as an object of Swift
that it reads at a temporary URL, or as messages in a queue of Zaqar.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final

from heat_mq.errors import Bug
from heat_mq.resources.kit.call import Call, Record
from heat_mq.resources.kit.schema import IN_PLACE, Map, Str, Support
from heat_mq.resources.kit.software import Software
from heat_mq.resources.kit.waiting import delete_queue, port

KEY: Final = "os-collect-config"
CONFIG: Final = "os_collect_config"  # data: the settings
PLACE: Final = "metadata_place"  # data: where metadata is handed over, {"container", "object"} or {"queue"}
LOCAL: Final = "local"
CFN, HEAT, TEMP_URL, ZAQAR = "POLL_SERVER_CFN", "POLL_SERVER_HEAT", "POLL_TEMP_URL", "ZAQAR_MESSAGE"
TTL: Final = 1209600
"""Seconds for which Zaqar keeps a message at most."""
SENDER: Final = str(uuid.uuid5(uuid.NAMESPACE_URL, "heat_mq:metadata"))
_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_-]")


def transport() -> Str:
    """Property ``software_config_transport``."""
    values = [CFN, HEAT, TEMP_URL, ZAQAR]
    return Str("How the guest gets its deployments.", default=CFN, allowed=values, update=IN_PLACE)


def swift_data() -> Map:
    """Property ``deployment_swift_data``."""
    return Map(
        "Where the deployments' metadata is put in Swift, for POLL_TEMP_URL.",
        schema={
            "container": Str("Name of the container.", length=(1, None)),
            "object": Str("Name of the object.", length=(1, None)),
        },
        default={},
        update=IN_PLACE,
        support=Support(version="9.0.0"),
    )


def attribute() -> Map:
    """Attribute ``os_collect_config``."""
    return Map("Settings for os-collect-config in the guest.", cached=False, support=Support(version="9.0.0"))


def concerned(changed: Collection[str]) -> bool:
    """Whether a change of these properties needs :func:`prepare` again."""
    return bool({"software_config_transport", "deployment_swift_data"} & set(changed))


def prepare(call: Call, record: Record, props: Mapping[str, Any]) -> None:
    """Make what the guest needs, keep it in ``call.data``, and hand over what there is to tell. Can be repeated.

    What an update that did not end has made for another transport goes.
    """
    place = _place(record, props)
    for made in (call.data.get(PLACE), *(_place(record, values) for values in call.tried)):
        if made != place:
            _remove(call, made)
    if call.data.get(PLACE) != place:
        call.data.pop(PLACE, None)
    if not _needs_user(call, props) and any(_needs_user(call, values) for values in call.tried) and _note_user(call):
        port(call).remove_user()
    call.data[CONFIG] = settings(call, record, props["software_config_transport"], place)
    if place is not None:
        call.data[PLACE] = place
        hand_over(call, {**_software(call).server_metadata(), **metadata(call.data)})


def settings(call: Call, record: Record, chosen: str, place: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The settings for a transport, with the credentials of the resource's own user.

    Without the port to signals, or where there is no API for the transport, the guest is left with its local collector.
    """
    if call.signals is None:
        return {"collectors": [LOCAL]}
    match chosen:
        case "POLL_SERVER_HEAT":
            return {"heat": _heat(call.signals.user(), record), "collectors": ["heat", LOCAL]}
        case "POLL_SERVER_CFN" if (server := call.signals.metadata_server()) is not None:
            return {"cfn": _cfn(call.signals.key_pair(), record, server.url), "collectors": ["cfn", LOCAL]}
        case "POLL_TEMP_URL" if place is not None:
            return {"request": {"metadata_url": _temp_url(call, place)}, "collectors": ["request", LOCAL]}
        case "ZAQAR_MESSAGE" if place is not None:
            queue = {**_login(call.signals.user()), "queue_id": place["queue"]}
            return {"zaqar": queue, "collectors": ["zaqar", LOCAL]}
    return {"collectors": [LOCAL]}


def can_be_told_again(call: Call, chosen: str) -> bool:
    """Whether a guest has been given something, to be noted now, by a worker that has died."""
    return chosen == TEMP_URL or (call.signals is not None and call.signals.has_user())


def look_for_what_was_made(call: Call, record: Record) -> None:
    """Note, so that it can be removed, what a worker may have made that died before it could: user and place."""
    _note_user(call)
    chosen = record.properties.get("software_config_transport")
    if PLACE not in call.data and chosen and can_be_told_again(call, chosen):
        place = _place(record, record.properties)
        if place is not None:
            call.data[PLACE] = place


def metadata(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is added to the metadata that the guest reads, so that it hears of changed settings."""
    return {KEY: data[CONFIG]} if CONFIG in data else {}


def hand_over(call: Call, content: Mapping[str, Any]) -> None:
    """Give the guest its whole metadata where it is told to look for it; quiet when it asks an API."""
    match call.data.get(PLACE):
        case {"container": container, "object": name}:
            call.cloud.service("object-store").put_object(container, name, content)
        case {"queue": queue}:
            message = {"body": dict(content), "ttl": TTL}
            port(call).cloud().service("message").post_messages(queue, [message], SENDER)


def remove(call: Call, record: Record) -> None:
    """Before the resource's user: remove the places where metadata was handed over; quiet when there are none."""
    if call.tried and CONFIG in call.data:
        look_for_what_was_made(call, record)
        for values in call.tried:
            _remove(call, _place(record, values))
    _remove(call, call.data.get(PLACE))
    call.data.pop(PLACE, None)


def _remove(call: Call, place: Mapping[str, Any] | None) -> None:
    match place:
        case {"container": container, "object": name}:
            store = call.cloud.service("object-store")
            store.delete_object(container, name)
            store.delete_container(container)  # nothing that others have put something into, whoever named it
        case {"queue": queue} if port(call).has_user():  # it is that user's
            delete_queue(call, queue)


def _note_user(call: Call) -> bool:
    """Note the resource's user, so that it can be removed; False when there is none."""
    if call.signals is None or not call.signals.has_user():
        return False
    call.signals.user()
    return True


def _needs_user(call: Call, props: Mapping[str, Any]) -> bool:
    """Whether the guest has credentials of its own."""
    chosen = props["software_config_transport"]
    with_api = call.signals is not None and call.signals.metadata_server() is not None
    return chosen in (HEAT, ZAQAR) or (chosen == CFN and with_api)


def _place(record: Record, props: Mapping[str, Any]) -> dict[str, Any] | None:
    match props["software_config_transport"]:
        case "POLL_TEMP_URL":
            wanted = props.get("deployment_swift_data") or {}
            container = wanted.get("container") or record.physical_name
            return {"container": container, "object": wanted.get("object") or record.id}
        case "ZAQAR_MESSAGE":
            return {"queue": _UNFIT.sub("_", record.physical_name)[:64]}
    return None


def _temp_url(call: Call, place: Mapping[str, Any]) -> str:
    store, key = call.cloud.service("object-store"), _software(call).url_key(place["container"])
    store.make_container(place["container"], key)
    return str(store.temp_url(place["container"], place["object"], "GET", key))


def _heat(user: Mapping[str, Any], record: Record) -> dict[str, Any]:
    return {**_login(user), "stack_id": f"{record.stack_name}/{record.stack_id}", "resource_name": record.name}


def _login(user: Mapping[str, Any]) -> dict[str, Any]:
    region = {"region_name": user["region_name"]} if user.get("region_name") else {}
    return {**{key: user[key] for key in ("user_id", "password", "auth_url", "project_id")}, **region}


def _cfn(keys: Mapping[str, str], record: Record, url: str) -> dict[str, Any]:
    return {
        "metadata_url": url,
        **keys,
        "stack_name": record.stack_name,
        "path": f"{record.name}.Metadata",
    }


def _software(call: Call) -> Software:
    if call.software is None:
        raise Bug("metadata is handed over without the port to what is deployed")
    return call.software
