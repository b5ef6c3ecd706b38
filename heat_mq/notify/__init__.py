"""Notifications for other services (telemetry, billing), sent by oslo.messaging."""
