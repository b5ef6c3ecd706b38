"""User data in the form that ``user_data_format`` asks for.

``RAW`` is sent unchanged. ``HEAT_CFNTOOLS`` and ``SOFTWARE_CONFIG`` become a MIME message for cloud-init: a part that
takes in the cfn tools' files, the user data, and the resource's metadata as the file ``cfn-init-data``.
"""

from __future__ import annotations

import base64
import email
import hashlib
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any, Final, NamedTuple

import yaml

from heat_mq.resources.kit import Call
from heat_mq.resources.types.nova import guest_files

RAW: Final = "RAW"
CFNTOOLS: Final = "HEAT_CFNTOOLS"
SOFTWARE_CONFIG: Final = "SOFTWARE_CONFIG"
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
INIT_DATA: Final = "x-cfninitdata"


class CfnTools(NamedTuple):
    """How the cfn tools in a guest reach their API; the keys are "" when the template brings its own."""

    url: str
    checks_certificate: bool = True
    access_key_id: str = ""
    secret_access_key: str = ""


class Part(NamedTuple):
    """One part of the message; ``subtype`` is that of ``text/…``."""

    content: str
    filename: str
    subtype: str


def build(
    user_data: str,
    user_data_format: str,
    *,
    metadata: Mapping[str, Any] | None = None,
    admin_user: str = "",
    cfn: CfnTools | None = None,
) -> str:
    """The text to give to Nova (before base64).

    ``metadata`` is what the guest's tools find as ``cfn-init-data``, ``cfn`` how the cfn tools ask for more of it;
    ``admin_user`` is the user that cloud-init sets up.
    """
    if user_data_format == RAW:
        return user_data
    if user_data_format == SOFTWARE_CONFIG:
        ignition = _ignition(user_data)
        if ignition is not None:
            return json.dumps(_with_init_data(ignition, metadata), sort_keys=True)
    return _message(list(_parts(user_data, user_data_format, metadata, admin_user, cfn)))


def content(call: Call, given: str, user_data_format: str) -> str:
    """The user data itself, where the property may give the id of a software config instead."""
    if user_data_format == CFNTOOLS or call.software is None or not _UUID.fullmatch(given):
        return given
    config = call.software.config(given)
    if config is None:
        return given
    text = config["config"] or ""
    return text if isinstance(text, str) else json.dumps(text, sort_keys=True)


def _parts(
    user_data: str, user_data_format: str, metadata: Mapping[str, Any] | None, admin_user: str, cfn: CfnTools | None
) -> Iterator[Part]:
    yield Part(_cloud_config(admin_user), "cloud-config", "cloud-config")
    yield Part(guest_files.BOOTHOOK, "boothook.sh", "cloud-boothook")
    yield Part(guest_files.PART_HANDLER, "part-handler.py", "part-handler")
    if user_data_format == CFNTOOLS:
        yield Part(user_data, "cfn-userdata", INIT_DATA)
        yield Part(guest_files.RUN_USER_DATA, "run-userdata.sh", "x-shellscript")
    else:
        yield from _split(user_data)
    if metadata:
        yield Part(json.dumps(metadata, sort_keys=True), "cfn-init-data", INIT_DATA)
    if user_data_format == CFNTOOLS and cfn is not None:
        yield Part(cfn.url, "cfn-metadata-server", INIT_DATA)
        yield Part(_boto_config(cfn), "cfn-boto-cfg", INIT_DATA)


def _split(user_data: str) -> Iterator[Part]:
    """The parts of user data that is a message itself, or all of it as one."""
    message = email.message_from_string(user_data)
    if not message.is_multipart():
        # Cloud-init looks at the first line of plain text to tell what it is.
        yield Part(user_data, "userdata", "plain")
        return
    for index, part in enumerate(leaf for leaf in message.walk() if not leaf.is_multipart()):
        yield Part(_content(part), part.get_filename() or f"part-{index:03}", part.get_content_subtype())


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return payload.decode(part.get_content_charset() or "utf-8", errors="replace")


def _message(parts: list[Part]) -> str:
    """The same parts always give the same text, so the boundary is made of them."""
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()
    message = MIMEMultipart(boundary=f"==={digest[:40]}===")
    for part in parts:
        text = MIMEText(part.content, part.subtype, "us-ascii" if part.content.isascii() else "utf-8")
        text.add_header("Content-Disposition", "attachment", filename=part.filename)
        message.attach(text)
    return message.as_string()


def _cloud_config(admin_user: str) -> str:
    settings: dict[str, Any] = {"output": {"all": "| tee -a /var/log/cloud-init-output.log"}}
    if admin_user:
        settings["user"] = admin_user
    return f"#cloud-config\n{yaml.safe_dump(settings, default_flow_style=False)}"


def _boto_config(cfn: CfnTools) -> str:
    """Tells the cfn tools' library where the CloudFormation API is, whether it speaks TLS, and who asks."""
    url = urllib.parse.urlsplit(cfn.url)
    secure = url.scheme == "https"
    lines = [
        "[Boto]",
        "debug = 0",
        f"is_secure = {int(secure)}",
        f"https_validate_certificates = {int(cfn.checks_certificate)}",
        "cfn_region_name = heat",
        f"cfn_region_endpoint = {url.hostname or ''}",
        "[Credentials]",
        f"aws_host = {url.hostname or ''}",
        f"aws_port = {url.port or (443 if secure else 80)}",
    ]
    if cfn.access_key_id:
        lines += [f"aws_access_key_id = {cfn.access_key_id}", f"aws_secret_access_key = {cfn.secret_access_key}"]
    return "\n".join(lines) + "\n"


def _ignition(user_data: str) -> dict[str, Any] | None:
    """The user data as an Ignition configuration, or None when it is none."""
    try:
        found = json.loads(user_data)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("ignition"), dict) else None


def _with_init_data(config: dict[str, Any], metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    if not metadata:
        return config
    content = base64.b64encode(json.dumps(metadata, sort_keys=True).encode()).decode()
    file: dict[str, Any] = {
        "path": f"{guest_files.DIRECTORY}/cfn-init-data",
        "mode": 0o600,
        "overwrite": True,
        "contents": {"source": f"data:;base64,{content}"},
    }
    if str(config["ignition"].get("version", "")).startswith("2."):
        file["filesystem"] = "root"
    storage = dict(config.get("storage") or {})
    return {**config, "storage": {**storage, "files": [*(storage.get("files") or []), file]}}
