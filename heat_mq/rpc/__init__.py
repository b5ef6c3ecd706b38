"""How the API and the engine talk: one contract, carried by oslo.messaging."""

from __future__ import annotations

# Before oslo.messaging, in whichever file of this room is imported first.
from heat_mq.concurrency import oslo  # noqa: F401
