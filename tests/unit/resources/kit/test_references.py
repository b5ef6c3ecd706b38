"""Who a value refers to."""

from __future__ import annotations

from heat_mq.resources.kit.references import references, same_object
from heat_mq.template.marks import UNKNOWN
from heat_mq.template.tree import ResourceReference


def test_references_are_found_at_any_depth() -> None:
    value = {"a": [ResourceReference("one"), "text", 3], "b": {"c": ResourceReference("two")}, "d": UNKNOWN}
    assert references(value) == {"one", "two"}
    assert references("one") == references(None) == set()


def test_two_values_name_the_same_object_by_reference_or_by_text() -> None:
    assert same_object(ResourceReference("net"), ResourceReference("net"))
    assert same_object("public", "public")
    assert not same_object(ResourceReference("net"), ResourceReference("other"))
    assert not same_object(ResourceReference("net"), "net")
    assert not same_object("", "")
    assert not same_object(None, None)
    assert not same_object(UNKNOWN, UNKNOWN)
