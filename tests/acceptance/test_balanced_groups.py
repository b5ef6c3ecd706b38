"""HAProxy's configuration names the servers of a group, however many an alarm has made of them."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.acceptance.cloud import added
from tests.acceptance.processes import PATIENCE, until
from tests.acceptance.systems import Deployment, Quickstart

TEMPLATE = str(pathlib.Path(__file__).parent / "templates" / "balanced_group.yaml")
NAME = "balanced"

System = Quickstart | Deployment


@pytest.fixture
def balanced(system: System) -> Iterator[System]:
    """A system with the stack of ``balanced_group.yaml``; in the end nothing of it is left."""
    before = system.cloud.objects()
    system.openstack("stack", "create", "--wait", "--poll", "1", "-t", TEMPLATE, NAME)
    yield system
    system.openstack("stack", "delete", "--yes", "--wait", NAME)
    assert added(before, system.cloud.objects()) == {}


def outputs(system: System) -> dict[str, Any]:
    found = system.rest.get(f"/stacks/{NAME}")["stack"]["outputs"]
    return {item["output_key"]: item["output_value"] for item in found}


def told(system: System) -> set[str]:
    """The addresses that the load balancer's guest reads."""
    stack = system.rest.get(f"/stacks/{NAME}")["stack"]["id"]
    nested = system.rest.get(f"/stacks/{NAME}/{stack}/resources/balancer")["resource"]["physical_resource_id"]
    name = system.rest.get(f"/stacks/{nested}")["stack"]["stack_name"]
    found = system.rest.get(f"/stacks/{name}/{nested}/resources/LB_instance/metadata")["metadata"]
    files = found["AWS::CloudFormation::Init"]["config"]["files"]
    return set(re.findall(r"server server-\d+ (\S+):8080", files["/etc/haproxy/haproxy.cfg"]["content"]))


@pytest.mark.slow
def test_an_alarm_makes_a_group_larger_and_its_load_balancer_knows_the_new_server(balanced: System) -> None:
    first = outputs(balanced)
    assert told(balanced) == {first["members"]}
    assert requests.post(first["up"], timeout=PATIENCE).status_code == 200
    until(lambda: len(told(balanced)) == 2, "a load balancer that knows two servers")
    until(lambda: "," in outputs(balanced)["members"], "a group of two servers")
    second = outputs(balanced)
    assert told(balanced) == set(second["members"].split(","))
    assert second["address"] == first["address"]
