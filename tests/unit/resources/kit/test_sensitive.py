"""Secret properties are masked wherever they stand."""

from __future__ import annotations

from heat_mq.resources.kit import List, Map, Schema, Str, registry
from heat_mq.resources.kit.sensitive import marked
from heat_mq.template.marks import UNKNOWN, Secret, mask


class Some(Schema):
    key = Str("A.", secret=True)
    name = Str("B.")
    users = List("C.", of=Map("D.", schema={"name": Str("E."), "password": Str("F.", secret=True)}))
    free = Map("G.")


def test_values_of_secret_properties_are_masked_at_any_depth() -> None:
    raw = {"key": "k", "name": "n", "users": [{"name": "u", "password": "p"}], "free": {"key": "shown"}}
    assert mask(marked(Some, raw)) == {
        "key": "******",
        "name": "n",
        "users": [{"name": "u", "password": "******"}],
        "free": {"key": "shown"},
    }


def test_what_does_not_fit_the_schema_or_is_not_known_stays() -> None:
    raw = {"key": None, "users": "text", "other": 1, "name": Secret("n")}
    assert marked(Some, raw) == raw
    assert marked(Some, {"key": UNKNOWN})["key"] is UNKNOWN
    assert marked(Some, {"users": [{"password": UNKNOWN}, "x"]})["users"][0]["password"] is UNKNOWN


def test_the_key_of_a_vpn_and_a_servers_password_are_secret() -> None:
    for name, key in (("OS::Neutron::IPsecSiteConnection", "psk"), ("OS::Nova::Server", "admin_pass")):
        assert mask(marked(registry.get(name).Properties, {key: "value"})) == {key: "******"}
