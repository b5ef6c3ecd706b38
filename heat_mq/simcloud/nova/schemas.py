"""JSON schemas of request bodies, and errors as Nova words them."""

from __future__ import annotations

import base64
import binascii
import copy
import uuid
from typing import Any

import jsonschema

from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.store import Document

Schema = dict[str, Any]

USER_DATA_LONGEST = 65535
METADATA_LONGEST = 255

NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^(?!\s)(.*\S)?$"}
TRUE = [True, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes"]
FALSE = [False, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no"]
BOOLEAN: Schema = {"enum": [*TRUE, *FALSE]}
COUNT: Schema = {"type": ["integer", "string"], "pattern": "^[0-9]+$", "minimum": 0}
POSITIVE: Schema = {"type": ["integer", "string"], "pattern": "^[0-9]*$", "minimum": 1}
METADATA: Schema = {
    "type": "object",
    "patternProperties": {r"^[a-zA-Z0-9-_:. ]{1,255}$": {"type": "string", "maxLength": METADATA_LONGEST}},
    "additionalProperties": False,
}
TAG: Schema = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": r"^[^,/]*$"}
HOSTNAME: Schema = {
    "type": "string",
    "minLength": 2,
    "maxLength": 63,
    "pattern": r"^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$",
}
DESCRIPTION: Schema = {"type": ["string", "null"], "maxLength": 255}
DISK_CONFIG: dict[str, Schema] = {"OS-DCF:diskConfig": {"enum": ["AUTO", "MANUAL"]}}
FLAVOR_EXTRAS: dict[str, Schema] = {"OS-FLV-EXT-DATA:ephemeral": COUNT, "os-flavor-access:is_public": BOOLEAN}
ADDRESS: Schema = {"oneOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]}
UUID: Schema = {"type": "string", "format": "uuid"}


def _object(required: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _wrapped(key: str, inner: Schema, **more: Schema) -> Schema:
    return _object((key,), **{key: inner}, **more)


NETWORK = _object(
    uuid={"type": "string"}, port={"type": ["string", "null"], "format": "uuid"}, fixed_ip=ADDRESS, tag=TAG
)
BLOCK_DEVICE = _object(
    boot_index={"type": ["integer", "string", "null"], "pattern": "^-?[0-9]+$"},
    delete_on_termination=BOOLEAN,
    destination_type={"enum": ["local", "volume"]},
    source_type={"enum": ["volume", "image", "snapshot", "blank"]},
    device_name={"type": ["string", "null"], "maxLength": 255},
    device_type={"type": ["string", "null"]},
    disk_bus={"type": ["string", "null"]},
    guest_format={"type": ["string", "null"]},
    no_device={"type": ["string", "boolean", "null"]},
    tag=TAG,
    uuid={"type": ["string", "null"], "minLength": 1, "maxLength": 255},
    volume_id=UUID,
    volume_size=COUNT,
    volume_type={"type": ["string", "null"], "maxLength": 255},
)
OLD_BLOCK_DEVICE = _object(
    device_name={"type": "string"},
    volume_id=UUID,
    snapshot_id=UUID,
    volume_size=COUNT,
    delete_on_termination=BOOLEAN,
)
SERVER_PROPERTIES: dict[str, Schema] = {
    "name": NAME,
    "imageRef": {"oneOf": [UUID, {"type": "string", "maxLength": 0}]},
    "flavorRef": {"type": ["string", "integer"], "minLength": 1},
    "adminPass": {"type": "string"},
    "metadata": METADATA,
    "networks": {"type": "array", "items": NETWORK},
    "security_groups": {"type": "array", "items": _object(name={"type": "string", "minLength": 1, "maxLength": 255})},
    "availability_zone": {"type": ["string", "null"], "minLength": 1, "maxLength": 255},
    "config_drive": BOOLEAN,
    "key_name": {"type": ["string", "null"], "minLength": 1, "maxLength": 255},
    "min_count": POSITIVE,
    "max_count": POSITIVE,
    "return_reservation_id": BOOLEAN,
    "user_data": {"type": ["string", "null"], "format": "base64", "maxLength": USER_DATA_LONGEST},
    "block_device_mapping": {"type": "array", "items": OLD_BLOCK_DEVICE},
    "block_device_mapping_v2": {"type": "array", "items": BLOCK_DEVICE},
    "OS-DCF:diskConfig": {"enum": ["AUTO", "MANUAL"]},
    "accessIPv4": {"type": "string", "format": "ipv4"},
    "accessIPv6": {"type": "string", "format": "ipv6"},
    "os:scheduler_hints": {"type": "object"},
    "OS-SCH-HNT:scheduler_hints": {"type": "object"},
    "personality": {
        "type": "array",
        "items": _object(
            ("path", "contents"), path={"type": "string"}, contents={"type": "string", "format": "base64"}
        ),
    },
}
FLAVOR = _wrapped(
    "flavor",
    _object(
        ("name", "ram", "vcpus", "disk"),
        name=NAME,
        id={"type": ["string", "number", "null"], "maxLength": 255},
        ram=POSITIVE,
        vcpus=POSITIVE,
        disk=COUNT,
        swap={"type": ["integer", "string", "null"], "pattern": "^[0-9]*$", "minimum": 0},
        rxtx_factor={"type": ["number", "string"]},
        description=DESCRIPTION,
        **FLAVOR_EXTRAS,
    ),
)
SERVER_UPDATE = _wrapped(
    "server",
    _object(
        name=NAME,
        accessIPv4={"type": "string", "format": "ipv4"},
        accessIPv6={"type": "string", "format": "ipv6"},
        description=DESCRIPTION,
        hostname=HOSTNAME,
        **DISK_CONFIG,
    ),
)
INTERFACE = _wrapped(
    "interfaceAttachment",
    _object(
        net_id=UUID,
        port_id=UUID,
        fixed_ips={
            "type": "array",
            "minItems": 1,
            "items": _object(("ip_address",), ip_address=ADDRESS),
        },
        tag=TAG,
    ),
)
VOLUME_ATTACHMENT = _wrapped(
    "volumeAttachment",
    _object(("volumeId",), volumeId=UUID, device={"type": ["string", "null"]}, tag=TAG, delete_on_termination=BOOLEAN),
)
REBUILD = _object(
    ("imageRef",),
    name=NAME,
    imageRef=UUID,
    adminPass={"type": "string"},
    metadata=METADATA,
    preserve_ephemeral=BOOLEAN,
    description=DESCRIPTION,
    key_name={"type": ["string", "null"]},
    user_data={"type": ["string", "null"], "format": "base64", "maxLength": USER_DATA_LONGEST},
    trusted_image_certificates={"type": ["array", "null"]},
    hostname=HOSTNAME,
    accessIPv4={"type": "string", "format": "ipv4"},
    accessIPv6={"type": "string", "format": "ipv6"},
    personality={"type": "array"},
    **DISK_CONFIG,
)


REBOOT = _object(("type",), type={"enum": ["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]})
RESIZE = _object(("flavorRef",), flavorRef={"type": ["string", "integer"], "minLength": 1}, **DISK_CONFIG)
CREATE_IMAGE = _object(("name",), name=NAME, metadata=METADATA)
CHANGE_PASSWORD = _object(("adminPass",), adminPass={"type": "string"})
RESET_STATE = _object(("state",), state={"enum": ["active", "error"]})
SECURITY_GROUP = _object(("name",), name=NAME)
VNC_CONSOLE = _object(("type",), type={"enum": ["novnc", "xvpvnc"]})
REMOTE_CONSOLE = _object(
    ("protocol", "type"),
    protocol={"enum": ["vnc", "spice", "serial", "rdp", "mks"]},
    type={"enum": ["novnc", "xvpvnc", "spice-html5", "serial", "rdp-html5"]},
)


def keypair_schema(version: tuple[int, int]) -> Schema:
    """What a key pair's creation may say in a version of the API."""
    properties: dict[str, Schema] = {"name": NAME, "public_key": {"type": "string", "minLength": 1}}
    if version >= (2, 2):
        properties["type"] = {"enum": ["ssh", "x509"]}
    if version >= (2, 10):
        properties["user_id"] = {"type": "string", "minLength": 1, "maxLength": 255}
    required = ("name", "public_key") if version >= (2, 92) else ("name",)
    return _wrapped("keypair", _object(required, **properties))


def server_schema(version: tuple[int, int]) -> Schema:
    """What a server's creation may say in a version of the API."""
    properties = copy.deepcopy(SERVER_PROPERTIES)
    required = ["name", "flavorRef"]
    if version >= (2, 19):
        properties["description"] = DESCRIPTION
    if version >= (2, 37):
        properties["networks"] = {"oneOf": [properties["networks"], {"type": "string", "enum": ["none", "auto"]}]}
        required.append("networks")
    if version >= (2, 52):
        properties["tags"] = {"type": "array", "items": TAG, "maxItems": 50}
    if version >= (2, 57):
        del properties["personality"]
    if version >= (2, 63):
        properties["trusted_image_certificates"] = {
            "type": ["array", "null"],
            "items": {"type": "string"},
            "maxItems": 50,
        }
    if version >= (2, 74):
        properties["host"] = properties["hypervisor_hostname"] = {"type": "string"}
    if version >= (2, 90):
        properties["hostname"] = HOSTNAME
    hint: Schema = {"type": "object", "properties": {"group": {"oneOf": [UUID, {"type": "array", "items": UUID}]}}}
    hints = dict.fromkeys(("os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"), hint)
    inner = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return _wrapped("server", inner, **hints)


def checked(schema: Schema, body: Document) -> Document:
    """The body, when it suits the schema; Refusal 400 in Nova's words for the first thing that does not."""
    problem = next(_VALIDATOR(schema, format_checker=_FORMATS).iter_errors(body), None)
    if problem is None:
        return body
    message = problem.message
    if path := list(problem.absolute_path):
        message = f"Invalid input for field/attribute {path[-1]}. Value: {problem.instance}. {message}"
    raise bad_request(message)


def argument(schema: Schema, action: str, value: Any) -> Document:
    """What an action was given, when it suits the schema; Refusal as :func:`checked`."""
    found: Document = checked({"type": "object", "properties": {action: schema}}, {action: value})[action]
    return found


def as_boolean(value: Any) -> bool:
    """A value that :data:`BOOLEAN` lets through."""
    return value in TRUE


def _number(check: Any) -> Any:
    """Numbers may come as text."""

    def compare(validator: Any, limit: int, instance: Any, schema: Schema) -> Any:
        if isinstance(instance, str) and instance.lstrip("-").isdigit():
            instance = int(instance)
        return check(validator, limit, instance, schema)

    return compare


_VALIDATOR = jsonschema.validators.extend(
    jsonschema.Draft4Validator,
    {key: _number(jsonschema.Draft4Validator.VALIDATORS[key]) for key in ("minimum", "maximum")},
)
_FORMATS = jsonschema.FormatChecker(formats=("ipv4", "ipv6"))


@_FORMATS.checks("uuid", raises=ValueError)
def _is_uuid(value: Any) -> bool:
    return not isinstance(value, str) or bool(uuid.UUID(value))


@_FORMATS.checks("base64", raises=(ValueError, binascii.Error))
def _is_base64(value: Any) -> bool:
    if isinstance(value, str):
        base64.b64decode(value)
    return True
