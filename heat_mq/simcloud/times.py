"""Moments as the services write them. All take epoch seconds; the answers are UTC."""

from __future__ import annotations

import datetime


def seconds(moment: float) -> str:
    """``2026-01-31T12:00:00Z``, of Nova, Neutron and Glance."""
    return _utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def micros(moment: float) -> str:
    """``2026-01-31T12:00:00.000000``, of Cinder."""
    return _utc(moment).strftime("%Y-%m-%dT%H:%M:%S.%f")


def micros_zulu(moment: float) -> str:
    """``2026-01-31T12:00:00.000000Z``, of Keystone."""
    return _utc(moment).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> float:
    """Epoch seconds of any of the above; ValueError when it is none."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.timestamp()


def _utc(moment: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC)
