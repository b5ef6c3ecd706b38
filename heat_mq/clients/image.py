"""Glance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.clients.service import Kind, Service


class Image(Service):
    KINDS: ClassVar[Mapping[str, Kind]] = {"image": Kind("/images", "images", "")}
