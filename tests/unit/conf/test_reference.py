"""Options that Heat has keep Heat's names, groups, types and defaults."""

from __future__ import annotations

import json
import pathlib
import socket
from typing import Any

import pytest
from oslo_config import cfg

from heat_mq.conf import ignored, opts

REFERENCE = json.loads((pathlib.Path(__file__).parents[2] / "reference" / "config_options.json").read_text())
ALL = [(group, name) for group, options in REFERENCE["options"].items() for name in options]

#: oslo.db registers these; comparing them would test oslo.db.
LIBRARY_GROUPS = {"database"}


def registered() -> dict[tuple[str, str], cfg.Opt]:
    found = {}
    for groups in (opts.own(), ignored.groups(), dict(opts.list_library_opts())):
        for group, options in groups.items():
            for option in options:
                found[group, option.dest] = option
    return found


REGISTERED = registered()
READ_HERE = {(group, option.dest) for group, options in opts.own().items() for option in options}


def type_of(option: cfg.Opt) -> str:
    known = {"Integer": "integer", "Boolean": "boolean", "Float": "float", "List": "list", "URI": "uri"}
    if isinstance(option, cfg.StrOpt):
        return "string"
    return known.get(type(option.type).__name__, "type")


def test_the_reference_is_whole() -> None:
    assert len(ALL) == REFERENCE["count"] == 247


@pytest.mark.parametrize(("group", "name"), [pair for pair in ALL if pair[0] not in LIBRARY_GROUPS])
def test_an_option_is_as_in_heat(group: str, name: str) -> None:
    expected: dict[str, Any] = REFERENCE["options"][group][name]
    option = REGISTERED[group, name.replace("-", "_")]
    default = "<hostname>" if option.default == socket.gethostname() else option.default
    assert default == expected["default"]
    # keystoneauth's versions differ in how they type its options.
    if group not in ("trustee", "ec2authtoken"):
        assert type_of(option) == expected["type"]
        assert option.secret == expected.get("secret", False)
    # What has no meaning has no bounds either.
    if (group, name) in READ_HERE:
        assert getattr(option.type, "min", None) == expected.get("min")
        assert getattr(option.type, "max", None) == expected.get("max")
        choices = getattr(option.type, "choices", None)
        assert sorted(choices or []) == sorted(expected.get("choices", []))


def test_options_without_meaning_have_a_reason_and_no_second_meaning() -> None:
    for group, options in ignored.groups().items():
        for option in options:
            assert (group, option.dest) not in READ_HERE
            assert ignored.reason(group, option.dest)


def test_every_option_of_ours_says_what_it_is_for() -> None:
    for group, options in opts.own().items():
        for option in options:
            assert option.help, f"[{group}] {option.name}"
            assert option.help.endswith("."), f"[{group}] {option.name}"
