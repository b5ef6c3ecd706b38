"""How long the template of a request may be."""

from __future__ import annotations

from heat_mq.errors import LimitExceeded


def check_size(size: int, limit: int) -> None:
    """Raise ``LimitExceeded`` for a template of ``size`` bytes when more than ``limit`` are not taken; -1: any are."""
    if 0 <= limit < size:
        raise LimitExceeded(f"The template has {size} bytes; at most {limit} are taken (max_template_size).")
