"""What sends notifications, made from configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import oslo_messaging
from oslo_config import cfg

from heat_mq.errors import BadConfiguration

SERVICE: Final = "orchestration"
LEVELS: Final = ("audit", "debug", "info", "warn", "error", "critical", "sample")
SILENT: Final = frozenset({"", "noop"})
RETRIES: Final = 2
"""oslo.messaging's own default tries for ever, and whoever sends would wait as long."""

#: ``(event type, payload, failed)``
Send = Callable[[str, Mapping[str, Any], bool], None]


def make_send(conf: cfg.ConfigOpts) -> Send | None:
    """Sends a notification as ``[oslo_messaging_notifications]`` says; None when no driver is configured but noop.

    Raises BadConfiguration for an unknown default_notification_level.
    """
    level = conf.default_notification_level.lower()
    if level not in LEVELS:
        raise BadConfiguration(
            f"default_notification_level: {conf.default_notification_level!r} is none of {', '.join(LEVELS)}"
        )
    transport = oslo_messaging.get_notification_transport(conf)
    options = conf.oslo_messaging_notifications
    if set(options.driver) <= SILENT:
        return None
    publisher = conf.default_publisher_id or f"{SERVICE}.{conf.host}"
    retry = options.retry if options.retry >= 0 else RETRIES
    notifier = oslo_messaging.Notifier(transport, publisher, retry=retry)

    def send(event_type: str, payload: Mapping[str, Any], failed: bool) -> None:
        getattr(notifier, "error" if failed else level)({}, event_type, dict(payload))

    return send
