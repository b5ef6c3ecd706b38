from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.arn import Arn, parse_arn

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1)


def test_an_arn_names_a_stack() -> None:
    assert str(Arn("p", "web", "1-2")) == "arn:openstack:heat::p:stacks/web/1-2"
    assert parse_arn("arn:openstack:heat::p:stacks/web/1-2") == Arn("p", "web", "1-2")


def test_an_arn_names_a_resource_of_a_stack() -> None:
    arn = parse_arn("arn:openstack:heat::p:stacks/web/1-2/resources/handle")
    assert arn is not None
    assert arn.resource_name == "handle"
    assert Arn("p", "web", "1-2", "/resources/a/events/b").resource_name is None


@given(NAMES, NAMES, NAMES)
def test_every_name_comes_back(project: str, stack: str, resource: str) -> None:
    arn = Arn(project, stack, "1-2", f"/resources/{resource}")
    assert parse_arn(str(arn)) == arn
    assert arn.resource_name == resource


@pytest.mark.parametrize(
    "text",
    ["", "web", "arn:aws:cloudformation::p:stacks/web/1", "arn:openstack:heat::p:stacks/web", "arn:openstack:heat::p"],
)
def test_other_text_is_no_arn(text: str) -> None:
    assert parse_arn(text) is None
