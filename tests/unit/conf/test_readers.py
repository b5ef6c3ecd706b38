from __future__ import annotations

import pathlib
import re

from heat_mq.conf import opts

SOURCES = pathlib.Path(__file__).parents[3] / "heat_mq"


def test_every_option_of_our_own_is_read_by_somebody():
    text = "\n".join(path.read_text() for path in SOURCES.rglob("*.py") if path.parent.name != "conf")
    words = set(re.findall(r"[a-z_0-9]+", text))
    unread = [
        f"[{group}] {option.name}"
        for group, options in opts.own().items()
        for option in options
        if option.dest not in words
    ]
    assert unread == [], "an option that nobody reads belongs into heat_mq/conf/ignored.py"
