"""The users of a stack's own, in Keystone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.clients.credentials import StackDomainAdmin
from heat_mq.clients.session import Clouds
from heat_mq.resources.kit import Record
from tests.unit.resources.stack_users import StackUsers

RECORD = Record("0c1f8e3a-5b7d-4e92-a6c0-9d2b41f7e835", "thing", "T", "stack-id", "stack", "project", "stack-thing")


@pytest.fixture
def users(cloud_of: Callable[[str], Cloud], clouds: Clouds) -> StackUsers:
    clouds.forget(StackDomainAdmin())
    domain = clouds.cloud(StackDomainAdmin())
    project_id = domain.identity.create_project(name="guests", domain_id=domain.domain_id)
    return StackUsers(clouds, cloud_of("demo"), project_id)


def test_a_user_that_an_interrupted_step_has_made_keeps_the_password_that_a_guest_may_have(users: StackUsers) -> None:
    given = users(RECORD, {}).user()
    data: dict[str, Any] = {}
    assert users(RECORD, data).has_user()
    assert users(RECORD, data).user() == given
    users(RECORD, data).remove_user()
    assert not users(RECORD, {}).has_user()


def test_a_user_that_was_removed_is_made_anew_when_it_is_asked_for_again(users: StackUsers) -> None:
    data: dict[str, Any] = {}
    first, keys = users(RECORD, data).user(), users(RECORD, data).key_pair()
    users(RECORD, data).remove_user()
    assert data == {}
    assert users(RECORD, data).user()["user_id"] != first["user_id"]
    assert users(RECORD, data).key_pair().keys() == keys.keys()


def test_two_resources_have_two_passwords(users: StackUsers) -> None:
    other = Record("5d0e2c94-7a61-4f38-b1c9-3e8f6a4d7b02", "other", "T", "stack-id", "stack", "project", "stack-other")
    assert users(RECORD, {}).user()["password"] != users(other, {}).user()["password"]
