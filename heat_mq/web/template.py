"""The template of a request: how long it may be, and fetched from where the client says it is."""

from __future__ import annotations

from oslo_config import cfg

from heat_mq.errors import LimitExceeded
from heat_mq.fetch import Fetcher


def check_size(size: int, limit: int) -> None:
    """Raise ``LimitExceeded`` for a template of ``size`` bytes when more than ``limit`` are not taken; -1: any are."""
    if 0 <= limit < size:
        raise LimitExceeded(f"The template has {size} bytes; at most {limit} are taken (max_template_size).")


def fetcher(conf: cfg.ConfigOpts) -> Fetcher:
    """Fetches within the size, time and hosts of the configuration."""
    return Fetcher(conf.template_fetch_timeout, conf.max_template_size, tuple(conf.template.fetch_hosts))
