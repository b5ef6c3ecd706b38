"""OS::Heat::RandomString: a random text that stays the same for the life of the resource."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import Call, Int, List, Map, Props, Resource, Schema, Str, Support
from heat_mq.template.marks import UNKNOWN

CLASSES: Final = {
    "lettersdigits": string.ascii_letters + string.digits,
    "letters": string.ascii_letters,
    "lowercase": string.ascii_lowercase,
    "uppercase": string.ascii_uppercase,
    "digits": string.digits,
    "hexdigits": string.digits + "ABCDEF",
    "octdigits": string.octdigits,
}
MAX_LENGTH: Final = 512


class RandomString(Resource, type="OS::Heat::RandomString"):
    support = Support(version="2014.1")
    secret_reference = True

    class Properties(Schema):
        length = Int("Number of characters.", default=32, within=(1, MAX_LENGTH))
        sequence = Str(
            "One class of characters to draw from; character_classes took over.",
            allowed=list(CLASSES),
            hidden=True,
            support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2")),
        )
        character_classes = List(
            "Classes of characters to draw from, each with the least number of characters of it.",
            default=[{"class": "lettersdigits", "min": 1}],
            of=Map(
                "A class.",
                schema={
                    "class": Str("Name of the class.", default="lettersdigits", allowed=list(CLASSES)),
                    "min": Int("At least this many characters are of the class.", default=1, within=(1, MAX_LENGTH)),
                },
            ),
        )
        character_sequences = List(
            "Sets of characters to draw from, each with the least number of characters of it.",
            of=Map(
                "A set.",
                schema={
                    "sequence": Str("The characters.", required=True),
                    "min": Int("At least this many characters are of the set.", default=1, within=(1, MAX_LENGTH)),
                },
            ),
        )
        salt = Str("Any text; another one makes a new random string.")

    class Attributes(Schema):
        value = Str("The random text.", cached=False, secret=True)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        parts = [*(props.get("character_classes") or ()), *(props.get("character_sequences") or ())]
        if UNKNOWN in (props.get("length"), props.get("character_classes"), props.get("character_sequences")):
            return
        minimum = sum(part["min"] for part in parts if part is not UNKNOWN and isinstance(part["min"], int))
        if props.get("length") is not None and props["length"] < minimum:
            yield Problem(
                f"length {props['length']} is too short: classes and sequences ask for {minimum} characters",
                path="length",
            )

    def create(self, call: Call, props: Props) -> str:
        call.data["value"] = draw(props)
        return self.record.physical_name

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return call.data.get(name)

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        return data.get("value")


def draw(props: Props) -> str:
    """A random text with at least ``min`` characters of each class and sequence, in random order."""
    if props.sequence:
        pools = [(CLASSES[props.sequence], 1)]
    else:
        pools = [(part["sequence"], part["min"]) for part in props.character_sequences or ()]
        pools += [(CLASSES[part["class"]], part["min"]) for part in props.character_classes or ()]
    chosen = [secrets.choice(pool) for pool, minimum in pools for _ in range(minimum)]
    alphabet = "".join(pool for pool, _ in pools)
    chosen += [secrets.choice(alphabet) for _ in range(props.length - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen[: props.length])
