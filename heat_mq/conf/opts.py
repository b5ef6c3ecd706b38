"""All options, for oslo.config's generator and for :func:`heat_mq.conf.load`."""

from __future__ import annotations

from collections.abc import Iterator

from oslo_config import cfg

from heat_mq.conf import api, clients, engine, identity, notifications, template

ROOMS = (engine, notifications, template, api, identity, clients)


def own() -> dict[str, list[cfg.Opt]]:
    """Every option that heat_mq itself reads, by group, the default group first."""
    found: dict[str, list[cfg.Opt]] = {"DEFAULT": []}
    for room in ROOMS:
        for group, options in room.GROUPS.items():
            found.setdefault(group, []).extend(options)
    return found


def list_opts() -> Iterator[tuple[str, list[cfg.Opt]]]:
    """Entry point of oslo.config's generator: heat_mq's own options."""
    yield from own().items()


def list_library_opts() -> Iterator[tuple[str, list[cfg.Opt]]]:
    """Entry point of oslo.config's generator: options of libraries in groups that heat_mq names."""
    yield "trustee", identity.trustee_opts()
    yield "ec2authtoken", identity.ec2_opts()
    yield "noauth", identity.noauth_opts()
