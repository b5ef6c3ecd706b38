"""OS::Heat::MultipartMime: several configs as one MIME message, as cloud-init takes it."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Mapping
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from heat_mq.resources.kit import List, Map, Props, Schema, Str, Support
from heat_mq.resources.kit.software import UNGROUPED, Software
from heat_mq.resources.types.heat.software.stored_config import ConfigAttributes, StoredConfig


class MultipartMime(StoredConfig, type="OS::Heat::MultipartMime"):
    support = Support(version="2014.1")

    class Properties(Schema):
        parts = List(
            "Parts of the message.",
            default=[],
            of=Map(
                "A part.",
                schema={
                    "config": Str("Content, or the id of a config.", required=True),
                    "filename": Str("Name of the part's file."),
                    "type": Str(
                        "Whether the content is one part, or a message whose parts are taken over.",
                        default="text",
                        allowed=["text", "multipart"],
                    ),
                    "subtype": Str("What kind of text it is, like x-shellscript; plain when nothing is said."),
                },
            ),
        )
        group = Str("The tool that the message is for.", default=UNGROUPED, support=Support(version="14.0.0"))

    class Attributes(ConfigAttributes):
        pass

    def content(self, port: Software, props: Props) -> Mapping[str, Any]:
        parts = [message for part in props.parts or () for message in _parts(port, part)]
        digest = hashlib.sha256("".join(part.as_string() for part in parts).encode()).hexdigest()
        whole = MIMEMultipart(boundary=f"==={digest[:40]}===")  # the same parts give the same text
        for part in parts:
            whole.attach(part)
        return {"group": props.group or UNGROUPED, "config": whole.as_string()}


def _parts(port: Software, part: Mapping[str, Any]) -> list[Message]:
    stored = port.config(part["config"])
    content = str(stored["config"] or "") if stored is not None else part["config"]
    if part["type"] == "multipart":
        message = email.message_from_string(content)
        inner = message.get_payload()
        return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else [message]
    made = MIMEText(content, part.get("subtype") or "plain", "us-ascii" if content.isascii() else "utf-8")
    if part.get("filename"):
        made.add_header("Content-Disposition", "attachment", filename=part["filename"])
    return [made]
