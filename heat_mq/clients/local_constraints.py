"""Custom constraints that need no cloud: addresses, host names, times, JSON.

Each function answers what is wrong with a value, or None. What is allowed is Heat's rule, which for
names is Neutron's.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import re
import time
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any, Final

import croniter
import iso8601

_MAC: Final = re.compile(
    r"([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}|([0-9a-f]{1,2}-){5}[0-9a-f]{1,2}|([0-9a-f]{4}[.:-]){2}[0-9a-f]{4}|[0-9a-f]{12}",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LONGEST_NAME: Final = 255
#: Neutron appends a domain of at least "x.": room for it, the dot between and the one at the end.
_LONGEST_RELATIVE_NAME: Final = 252


def ip_addr(value: Any) -> str | None:
    """An IPv4 address without leading zeros, or an IPv6 address without zone."""
    try:
        if not isinstance(value, str) or "%" in value:
            raise ValueError
        ipaddress.ip_address(value)
    except ValueError:
        return "Invalid IP address"
    return None


def net_cidr(value: Any) -> str | None:
    """An address with the length of its prefix; bits of the host may be set."""
    address, slash, prefix = str(value).partition("/")
    if not slash:
        return f"Invalid net cidr {value}: a prefix length is missing (192.0.2.0/24)"
    if ip_addr(address) is not None or not prefix.isdecimal():
        return f"Invalid net cidr {value}"
    if int(prefix) > (128 if ":" in address else 32):
        return f"Invalid net cidr {value}: the prefix is longer than the address"
    return None


def ip_or_cidr(value: Any) -> str | None:
    """An address, or with a slash what :func:`net_cidr` takes."""
    return net_cidr(value) if "/" in str(value) else ip_addr(value)


def mac_addr(value: Any) -> str | None:
    """Six bytes, with colons, hyphens or dots between, or bare."""
    if isinstance(value, str) and _MAC.fullmatch(value):
        return None
    return "Invalid MAC address"


def dns_name(value: Any) -> str | None:
    """A name of lower case labels, relative or with the dot at its end; empty takes a name away."""
    text = str(value) if value is not None else ""
    if not text:
        return None
    if len(text) > _LONGEST_NAME:
        return f"'{text[:40]}…' is no DNS name: {len(text)} characters are more than {_LONGEST_NAME}"
    labels = text.removesuffix(".").split(".")
    for label in labels:
        if not label:
            return f"'{text}' is no DNS name: a label is empty"
        if not _LABEL.fullmatch(label):
            return (
                f"'{text}' is no DNS name: label {label!r} must be 1 to 63 of a-z, 0-9 and '-', without '-' at its ends"
            )
    if text.endswith(".") and labels[-1].isdecimal():
        return f"'{text}' is no DNS name: the last label {labels[-1]!r} is a number"
    return None


def rel_dns_name(value: Any) -> str | None:
    """A name to which a domain is added: no dot at its end."""
    text = str(value) if value is not None else ""
    if text.endswith("."):
        return f"'{text}' is a whole DNS name: a relative one, without the dot at the end, is expected"
    if len(text) > _LONGEST_RELATIVE_NAME:
        return (
            f"'{text[:40]}…' leaves no room for a domain: {len(text)} characters are more than {_LONGEST_RELATIVE_NAME}"
        )
    return dns_name(text)


def dns_domain(value: Any) -> str | None:
    """A whole name with the dot at its end."""
    text = str(value) if value is not None else ""
    if text and not text.endswith("."):
        return f"'{text}' is no DNS domain: a dot is expected at its end"
    return dns_name(text)


def cron_expression(value: Any) -> str | None:
    if not value:
        return None
    if isinstance(value, str) and croniter.croniter.is_valid(value):
        return None
    return f"Invalid CRON expression: {value}"


def timezone(value: Any) -> str | None:
    """A name of the IANA time zone database."""
    if not value:
        return None
    try:
        zoneinfo.ZoneInfo(str(value))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return f"Invalid timezone: {value!r}"
    return None


def iso_8601(value: Any) -> str | None:
    return None if _time(value) is not None else f"'{value}' is not a valid ISO 8601 time"


def expiration(value: Any) -> str | None:
    """A time that is still to come."""
    if not value:
        return None
    moment = _time(value)
    if moment is None:
        return f"Expiration {value} is invalid: it is no ISO 8601 time"
    if moment <= datetime.datetime.now(datetime.UTC):
        return f"Expiration {value} is invalid: it is in the past"
    return None


def json_string(value: Any) -> str | None:
    if not value:
        return None
    try:
        json.loads(value)
    except (TypeError, ValueError) as error:
        return f"JSON string {str(value)[:80]} is invalid: {error}"
    return None


def test_constr(value: Any) -> str | None:
    """For tests of the engine: takes ``value`` seconds and passes."""
    try:
        time.sleep(float(value))
    except (TypeError, ValueError):
        return f"{value!r} is no number of seconds"
    return None


test_constr.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's

RULES: Final[Mapping[str, Callable[[Any], str | None]]] = {
    rule.__name__: rule
    for rule in (
        *(ip_addr, ip_or_cidr, net_cidr, mac_addr, dns_name, rel_dns_name, dns_domain),
        *(cron_expression, timezone, iso_8601, expiration, json_string, test_constr),
    )
}


def _time(value: Any) -> datetime.datetime | None:
    try:
        moment = iso8601.parse_date(str(value))
    except (iso8601.ParseError, ValueError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)
