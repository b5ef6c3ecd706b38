"""Queues as the engine reads and fills them for guests."""

from __future__ import annotations

import uuid
from typing import Any

CLIENT = str(uuid.uuid4())


def test_every_message_is_read_in_order_however_many_pages_there_are(cloud: Any) -> None:
    queues, name = cloud.service("message"), f"q-{uuid.uuid4().hex[:8]}"
    assert queues.messages(name, CLIENT) == []
    for number in range(45):
        queues.post_messages(name, [{"body": number, "ttl": 600}], CLIENT)
    assert [message["body"] for message in queues.messages(name, CLIENT)] == list(range(45))
    queues.delete_queue(name)
    assert queues.messages(name, CLIENT) == []
