from __future__ import annotations

import pytest

from heat_mq.errors import InvalidHook, InvalidTemplate
from heat_mq.template import Environment, Registry


def resolved(entries, name, resource="", operator=None):
    found = Registry(entries, Registry(operator) if operator else None).resolve(name, resource)
    return found.template or found.type


@pytest.mark.parametrize(
    ("entries", "name", "result"),
    [
        ({}, "OS::A", "OS::A"),
        ({"OS::A": "OS::B"}, "OS::A", "OS::B"),
        ({"OS::A": "OS::B", "OS::B": "b.yaml"}, "OS::A", "b.yaml"),
        ({"OS::A": "OS::A"}, "OS::A", "OS::A"),
        ({"OS::Quantum*": "OS::Neutron*"}, "OS::Quantum::Net", "OS::Neutron::Net"),
        ({"OS::Net*": "OS::None"}, "OS::Net::Port", "OS::None"),
        ({"OS::*": "OS::None"}, "OS::None", "OS::None"),
        ({"OS::A": None}, "OS::A", "OS::A"),
        ({}, "server.yaml", "server.yaml"),
        ({}, "http://host/server.template", "http://host/server.template"),
        ({"My::A": "http://host/a.yaml"}, "My::A", "http://host/a.yaml"),
    ],
)
def test_a_name_leads_where_its_mappings_lead(entries, name, result):
    assert resolved(entries, name) == result


def test_a_mapping_for_one_resource_comes_before_general_ones():
    entries = {"OS::A": "general.yaml", "resources": {"web": {"OS::A": "web.yaml"}}}
    assert resolved(entries, "OS::A", "web") == "web.yaml"
    assert resolved(entries, "OS::A", "web2") == "general.yaml"


def test_a_user_s_mapping_comes_before_the_operator_s():
    operator = {"OS::A": "operator.yaml", "OS::B": "OS::C"}
    assert resolved({"OS::A": "user.yaml"}, "OS::A", operator=operator) == "user.yaml"
    assert resolved({}, "OS::A", operator=operator) == "operator.yaml"
    assert resolved({"OS::C": "user.yaml"}, "OS::B", operator=operator) == "user.yaml"


def test_what_the_operator_takes_away_is_removed_unless_the_user_maps_it():
    operator = Registry({"OS::A": None, "AWS::*": None})
    assert Registry({}, operator).resolve("OS::A").removed
    assert Registry({}, operator).resolve("AWS::EC2::Instance").removed
    assert not Registry({}, operator).resolve("OS::B").removed
    assert Registry({"OS::A": "a.yaml"}, operator).resolve("OS::A").template == "a.yaml"


def test_a_resolution_tells_the_mapping_that_led_to_the_template():
    found = Registry({"My::*": "My::Server", "My::Server": "server.yaml"}).resolve("My::Web")
    assert (found.template, found.mapping) == ("server.yaml", "My::Server")


def test_mappings_in_a_circle_are_refused_with_the_circle():
    with pytest.raises(InvalidTemplate, match="a -> b -> a"):
        Registry({"a": "b", "b": "a"}).resolve("a")


def test_hooks_and_restrictions_match_names_as_globs():
    registry = Registry(
        {
            "resources": {
                "web*": {"hooks": "pre-create", "restricted_actions": ["replace", "update"]},
                "web1": {"hooks": ["post-update"]},
            }
        }
    )
    assert registry.hooks("web1") == {"pre-create", "post-update"}
    assert registry.hooks("Web1") == frozenset()
    assert registry.restricted_actions("web2") == {"replace", "update"}


def test_a_nested_stack_gets_what_is_written_below_its_resource():
    entries = {
        "OS::A": "a.yaml",
        "resources": {
            "group": {"OS::A": "own.yaml", "hooks": "pre-create", "0": {"OS::A": "zero.yaml"}},
            "gr*": {"1": {"hooks": "pre-delete"}},
            "other": {"0": {"OS::A": "other.yaml"}},
        },
    }
    child = Registry(entries).child("group")
    assert child.resolve("OS::A").template == "a.yaml"
    assert child.resolve("OS::A", "0").template == "zero.yaml"
    assert child.hooks("1") == {"pre-delete"}
    assert child.hooks("group") == frozenset()


def test_a_template_that_replaces_a_type_may_use_that_type():
    registry = Registry({"OS::Nova::Server": "server.yaml"})
    found = registry.resolve("OS::Nova::Server")
    assert registry.child("web", found.mapping).resolve("OS::Nova::Server").type == "OS::Nova::Server"
    by_operator = Registry({}, Registry({"OS::Nova::Server": "server.yaml"})).child("web", "OS::Nova::Server")
    assert by_operator.resolve("OS::Nova::Server").template == ""


@pytest.mark.parametrize(
    ("registry", "words"),
    [
        ({"A": 5}, "type or a template"),
        ({"A": "B*"}, r"without a \*"),
        ({"A*B": "C"}, "only at the end"),
        ({"resources": []}, "map"),
        ({"resources": {"r": "x"}}, "map"),
        ({"resources": {"r": {"restricted_actions": "delete"}}}, "restricted"),
        ({"resources": {"r": {"hooks": {"a": 1}}}}, "string"),
    ],
)
def test_a_wrong_registry_is_refused(registry, words):
    with pytest.raises(InvalidTemplate, match=words):
        Environment.parse({"resource_registry": registry})


def test_an_unknown_hook_is_refused_by_name():
    with pytest.raises(InvalidHook, match="pre-craete"):
        Environment.parse({"resource_registry": {"resources": {"r": {"hooks": ["pre-craete"]}}}})
