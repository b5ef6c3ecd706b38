"""``heat_mq.rpc`` before ``oslo_messaging``: it silences what that import would announce."""

from __future__ import annotations

import heat_mq.rpc  # noqa: F401
