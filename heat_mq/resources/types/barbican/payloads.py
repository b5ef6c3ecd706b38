"""What a secret holds, as an attribute gives it."""

from __future__ import annotations

import base64
from typing import Any

from heat_mq.resources.kit import Call, CloudGone
from heat_mq.resources.types.barbican.barbican_object import path


def read_payload(call: Call, reference: str, live: dict[str, Any] | None = None) -> str | None:
    """The payload of a secret: text as it is, what is no text in base64; None when the secret is empty or gone.

    ``live`` is the secret as Barbican shows it, when that is known.
    """
    try:
        secret = call.api.get(path("secret", reference)) if live is None else live
        content_type = (secret.get("content_types") or {}).get("default")
        if content_type is None:
            return None
        content: bytes = call.api.content(reference, content_type)
    except CloudGone:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()
