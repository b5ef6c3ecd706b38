"""What is told to other services. Where to, and whether at all, stands in [oslo_messaging_notifications]."""

from __future__ import annotations

from oslo_config import cfg

DEFAULT = [
    cfg.StrOpt(
        "default_notification_level",
        default="INFO",
        help="Priority of notifications: AUDIT, DEBUG, INFO, WARN, ERROR, CRITICAL or SAMPLE. Those of failures are "
        "always errors.",
    ),
    cfg.StrOpt("default_publisher_id", help="Sender that notifications name. Unset: orchestration.HOST."),
]

GROUPS = {"DEFAULT": DEFAULT}
