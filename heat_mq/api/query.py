"""The query string of a request, read strictly."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl, urlencode

from heat_mq import errors
from heat_mq.api.refusals import BadValue

#: More fields than any request needs.
MAX_FIELDS = 1000


class Query:
    """Parameters by name. An empty value counts as not given; of several values of a single one the last counts.

    Every method raises ``BadRequest`` for a value that is not what the parameter takes.
    """

    def __init__(self, text: str) -> None:
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except ValueError as error:
            raise errors.BadRequest(f"The query string cannot be read: {error}.") from error
        if any("\0" in part for pair in pairs for part in pair):
            raise errors.BadRequest("The query string holds a NUL character.")
        self._pairs = [(name, value) for name, value in pairs if value != ""]

    def all(self, name: str) -> list[str]:
        """Every value of a parameter that may be repeated."""
        return [value for key, value in self._pairs if key == name]

    def text(self, name: str) -> str | None:
        values = self.all(name)
        return values[-1] if values else None

    def commas(self, name: str) -> list[str] | None:
        """A comma separated value as a list; nothing is trimmed."""
        value = self.text(name)
        return None if value is None else value.split(",")

    def flag(self, name: str, default: bool = False) -> bool:
        """``true`` or ``false`` in any case."""
        value = self.text(name)
        if value is None:
            return default
        if value.lower() not in ("true", "false"):
            raise errors.BadRequest(f"Query parameter {name!r} is true or false, not {value!r}.")
        return value.lower() == "true"

    def number(self, name: str) -> int | None:
        """A whole number of at least 0."""
        value = self.text(name)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit()) or len(value) > 9:
            raise errors.BadRequest(f"Query parameter {name!r} is a whole number of at least 0, not {value!r}.")
        return int(value)

    def direction(self, name: str = "sort_dir") -> str | None:
        value = self.text(name)
        if value is not None and value not in ("asc", "desc"):
            raise BadValue(f"Query parameter {name!r} is asc or desc, not {value!r}.")
        return value

    def filters(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Those of ``names`` that are given, each with its alternatives."""
        return {name: values for name in names if (values := self.all(name))}

    def refuse_others(self, known: Collection[str]) -> None:
        """Refuse a parameter that is not in ``known``."""
        for name, _ in self._pairs:
            if name not in known:
                raise errors.BadRequest(f"Unknown query parameter {name!r}.{errors.suggestion(name, known)}")

    def with_marker(self, marker: str) -> str:
        """This query, to be sent again for the page that follows ``marker``."""
        return urlencode([(name, value) for name, value in self._pairs if name != "marker"] + [("marker", marker)])
