"""Properties that several types share."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, REPLACE, Bool, List, Map, Str, Support


def name(of: str) -> Str:
    return Str(f"Name of the {of}; one made of the names of stack and resource when none is given.", update=IN_PLACE)


def description(of: str, *, update: str = IN_PLACE) -> Str:
    return Str(f"Description of the {of}.", update=update)


def admin_state_up(of: str) -> Bool:
    return Bool(f"Whether the {of} carries traffic.", default=True, update=IN_PLACE)


def value_specs(*, update: str = IN_PLACE, since: str | None = None) -> Map:
    return Map(
        "Further attributes for the network service, by its own names, sent as they are.",
        default={},
        update=update,
        support=Support(version=since),
    )


def tags(of: str) -> List:
    return List(
        f"Tags of the {of}.",
        update=IN_PLACE,
        of=Str("A tag."),
        support=Support(version="9.0.0"),
        extension="standard-attr-tag",
    )


def project(of: str, *, since: str | None = None, update: str = REPLACE) -> Str:
    return Str(
        f"Id of the project that owns the {of}; giving another than one's own is for administrators.",
        update=update,
        support=Support(version=since),
    )
