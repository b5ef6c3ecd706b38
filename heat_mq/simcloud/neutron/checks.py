"""Checks of single values in request bodies. Each returns the value to keep or raises :class:`Invalid`."""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from heat_mq.simcloud.refusal import not_found

Check = Callable[[Any], Any]

_MAC = re.compile(r"^[0-9a-f]{2}(:[0-9a-f]{2}){5}$")


class Invalid(ValueError):
    """A value that an attribute cannot have; the text is the reason that Neutron gives."""


class Inconvertible(Invalid):
    """A value of the wrong type, of which Neutron does not say to which attribute it was given."""


def anything(value: Any) -> Any:
    return value


def text(longest: int = 255) -> Check:
    """A string of at most ``longest`` characters."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Invalid(f"'{value}' is not a valid string")
        if len(value) > longest:
            raise Invalid(f"'{value}' exceeds maximum length of {longest}")
        return value

    return check


def boolean(value: Any) -> bool:
    """True and false as JSON, as 1 and 0, or written out in any case."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if value in (0, 1):
        return bool(value)
    raise Inconvertible(f"'{value}' cannot be converted to boolean")


def uuid_text(value: Any) -> str:
    """An id, as it was written."""
    try:
        uuid.UUID(str(value))
    except ValueError:
        raise Invalid(f"'{value}' is not a valid UUID") from None
    return str(value)


def integer(least: int | None = None, most: int | None = None) -> Check:
    """A number, also as text, from ``least`` to ``most``."""

    def check(value: Any) -> int:
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Inconvertible(f"'{value}' is not an integer") from None
        if least == 0 and number < 0:
            raise Invalid(f"'{value}' should be non-negative")
        if least is not None and number < least:
            raise Invalid(f"'{value}' is too small - must be at least '{least}'")
        if most is not None and number > most:
            raise Invalid(f"'{value}' is too large - must be no larger than '{most}'")
        return number

    return check


def one_of(*values: Any) -> Check:
    def check(value: Any) -> Any:
        if value not in values:
            raise Invalid(f"{value} is not in valid_values")
        return value

    return check


def optional(check: Check) -> Check:
    """``check`` or null."""
    return lambda value: None if value is None else check(value)


def list_of(check: Check, what: str = "list") -> Check:
    """A list in which every item passes ``check``; null is the empty list."""

    def check_all(value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise Invalid(
                f"'{value}' is not a list" if what == "list" else f"Invalid data format for {what}: '{value}'"
            )
        return [check(each) for each in value]

    return check_all


def unique(check: Check, what: str = "") -> Check:
    """A list, as ``check`` makes it, without duplicates; ``what`` an item is called in the refusal."""

    def check_unique(value: Any) -> list[Any]:
        found = check(value)
        again = [each for place, each in enumerate(found) if each in found[:place]]
        if again:
            raise Invalid(f"Duplicate {what} '{again[0]}'" if what else f"Duplicate items in the list: '{again[0]}'")
        return list(found)

    return check_unique


def ip_address(value: Any) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise Invalid(f"'{value}' is not a valid IP address") from None


def nameserver(value: Any) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise Invalid(f"'{value}' is not a valid nameserver. '{value}' is not a valid IP address") from None


def subnet_cidr(value: Any) -> str:
    """A network in its canonical form; host bits are dropped."""
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise Inconvertible(f"{value} is not in a CIDR format") from None


def cidr(value: Any) -> str:
    """A network as the destination of a route."""
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise Invalid(f"'{value}' is not a valid CIDR") from None


def prefix(value: Any) -> str:
    """A network or a single address, host bits allowed, in the form ``address/length``."""
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise Invalid(f"'{value}' is neither a valid IP address, nor is it a valid IP subnet") from None
    return str(value)


def mac_address(value: Any) -> str:
    mac = str(value).lower().replace("-", ":")
    if not _MAC.match(mac) or mac == "00:00:00:00:00:00":
        raise Invalid(f"'{value}' is not a valid MAC address")
    return mac


def mapping(required: Sequence[str] = (), **keys: Check) -> Check:
    """An object with those keys only, all of ``required`` present."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid(f"'{value}' is not a dictionary")
        if set(required) - set(value):
            raise Invalid(
                f"Validation of dictionary's keys failed. Expected keys: {_set(required)} Provided keys: {_set(value)}"
            )
        if unknown := set(value) - set(keys):
            raise Invalid(f"Unexpected key(s) {sorted(unknown)} in '{value}'")
        return {key: keys[key](item) for key, item in value.items()}

    return check


def an_object(value: Any) -> dict[str, Any]:
    """Any object; null is the empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid(f"'{value}' is not a dictionary")
    return value


def fqdn(value: Any) -> str:
    """A full domain name with its final dot; "" is none."""
    name = text()(value)
    if name and not name.endswith("."):
        raise Invalid(f"'{name}' is not a FQDN")
    return name


def no_policy(value: Any) -> None:
    """The QoS policy of a router's gateway: null, as this cloud limits no gateways."""
    if value is not None:
        raise not_found(f"QoS policy {value} could not be found.", "QosPolicyNotFound")


def _set(keys: Iterable[str]) -> str:
    return "{" + ", ".join(repr(each) for each in sorted(keys)) + "}"
