"""Properties that several types share."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Lookup, Str


def name(of: str) -> Str:
    return Str(f"Name of the {of}; one made of stack and resource when not given.", update=IN_PLACE)


def description(of: str) -> Str:
    return Str(f"Description of the {of}.", default="", update=IN_PLACE)


def domain(of: str) -> Str:
    return Str(
        f"Name or id of the domain that the {of} is in. Another one needs a new {of}: Keystone moves none.",
        default="default",
        update=IN_PLACE,
        constraint="keystone.domain",
        lookup=Lookup("identity", "domain"),
    )
