"""Many processes: engines share the work, take over from the dead, drain and reload."""

from __future__ import annotations

import functools
import pathlib
import re
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.acceptance.cloud import added
from tests.acceptance.processes import PATIENCE, Running, program, until
from tests.acceptance.stock_client import Openstack, read_openrc
from tests.acceptance.systems import Deployment
from tests.ports import free_ports

WEB = (pathlib.Path(__file__).parent / "templates" / "web.yaml").read_text()
RANDOM = """\
heat_template_version: 2018-08-31
resources:
  group:
    type: OS::Heat::ResourceGroup
    properties: {count: 10, resource_def: {type: OS::Heat::RandomString}}
"""
FEW = 5
PARAMETERS = {"mail_password": "hidden-word-3307"}

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


@pytest.fixture(autouse=True)
def nothing_is_left(deployment: Deployment) -> Iterator[None]:
    """Both engines run before a test; after it no stack is left, and nothing of any in the cloud."""
    for name, engine in deployment.engines.items():
        if engine.process.poll() is not None:
            deployment.start_engine(name)
    until(lambda: workers(deployment, "up") == 4, "four engine workers")
    before = deployment.cloud.objects()
    yield
    deployment.rest.clear()
    assert added(before, deployment.cloud.objects()) == {}


def workers(deployment: Deployment, status: str) -> int:
    """How many workers ``heat-mq-manage service list`` shows in a status."""
    command = [program("heat-mq-manage"), *deployment.files, "service", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    return len(re.findall(rf"^[0-9a-f-]{{36}} .* {status} ", listed, re.MULTILINE))


def complete(deployment: Deployment, names: list[str]) -> None:
    """Return when all stacks are; AssertionError when one has failed."""

    def settled() -> bool:
        status = {name: deployment.rest.status(name) for name in names}
        assert not any(word.endswith("FAILED") for word in status.values()), status
        return set(status.values()) == {"CREATE_COMPLETE"}

    until(settled, f"the creation of {', '.join(names)}", seconds=2 * PATIENCE)


def begin(deployment: Deployment, count: int, template: str = WEB, **options: Any) -> list[str]:
    names = [f"stack-{number}" for number in range(count)]
    for name in names:
        answer = deployment.rest.create(name, template, **options)
        assert answer.status_code == 201, answer.text
    return names


def counts(before: dict[str, dict[str, Any]], deployment: Deployment) -> dict[str, int]:
    """How many new objects of each kind the cloud holds; not trusts, which stacks share."""
    new = added(before, deployment.cloud.objects())
    return {kind: len(names) for kind, names in new.items() if kind != "identity/trusts"}


@pytest.fixture
def objects_of_one(deployment: Deployment) -> dict[str, int]:
    """How many objects of each kind one stack has, when nobody dies."""
    return _objects_of_one(deployment)


@functools.cache
def _objects_of_one(deployment: Deployment) -> dict[str, int]:
    before = deployment.cloud.objects()
    complete(deployment, begin(deployment, 1, parameters=PARAMETERS))
    found = counts(before, deployment)
    deployment.rest.clear()
    return found


def test_both_engines_do_part_of_the_work(deployment: Deployment):
    logs = deployment.logs()
    idle = {"one", "two"}
    # Which engine is faster is chance; that one is so every time is not.
    for _ in range(10):
        complete(deployment, begin(deployment, 12, RANDOM))
        deployment.rest.clear()
        now = deployment.logs()
        idle -= {
            name
            for name in idle
            if "CREATE COMPLETE" in now[f"engine-{name}.log"].removeprefix(logs[f"engine-{name}.log"])
        }
        if not idle:
            break
    assert not idle, "an engine has finished no stack"


def test_what_a_killed_engine_had_in_hand_is_finished_by_others_once(
    deployment: Deployment, objects_of_one: dict[str, int]
):
    before = deployment.cloud.objects()
    names = begin(deployment, FEW, parameters=PARAMETERS)
    until(lambda: counts(before, deployment).get("compute/servers", 0) >= 2, "two servers", every=0.02)
    deployment.engines["one"].kill()
    complete(deployment, names)
    assert counts(before, deployment) == {kind: FEW * count for kind, count in objects_of_one.items()}


def test_an_engine_that_is_told_to_end_drains_and_harms_no_stack(
    deployment: Deployment, objects_of_one: dict[str, int]
):
    before = deployment.cloud.objects()
    names = begin(deployment, FEW, parameters=PARAMETERS)
    until(lambda: counts(before, deployment).get("network/ports", 0) >= 2, "two ports", every=0.02)
    assert deployment.engines["two"].stop() == 0
    assert "Traceback" not in deployment.engines["two"].said()
    complete(deployment, names)
    assert counts(before, deployment) == {kind: FEW * count for kind, count in objects_of_one.items()}


def test_programs_that_are_told_to_reload_keep_serving(deployment: Deployment):
    names = begin(deployment, 2, parameters=PARAMETERS)
    for running in (deployment.api, *deployment.engines.values()):
        running.signal(signal.SIGHUP)
    complete(deployment, names)
    for running in (deployment.api, *deployment.engines.values()):
        assert running.process.poll() is None
    assert deployment.openstack.json("stack", "list")
    until(lambda: workers(deployment, "up") == 4, "four engine workers again")


def test_the_services_are_listed_for_administrators(deployment: Deployment):
    admin = Openstack(read_openrc(deployment.state / "openrc.admin"))
    listed = admin.json("orchestration", "service", "list")
    assert [service["Status"] for service in listed].count("up") == 4
    assert "service:index" in deployment.openstack.refusal("orchestration", "service", "list")


def test_the_api_is_served_by_gunicorn_too(deployment: Deployment):
    port = free_ports()
    files = ":".join(deployment.files[1::2])
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    gunicorn = Running(
        deployment.directory / "gunicorn.log",
        "gunicorn",
        *options,
        "heat_mq.api.wsgi:application",
        environment={"HEAT_MQ_CONFIG_FILES": files},
    )
    try:
        gunicorn.serves(port)
        rest = deployment.rest
        url = re.sub(r":\d+/", f":{port}/", rest.url)
        for _ in range(10):
            answer = requests.get(f"{url}/stacks", headers=rest.session.headers, timeout=PATIENCE)
            assert (answer.status_code, answer.json()) == (200, {"stacks": []})
        assert requests.get(f"{url}/stacks", timeout=PATIENCE).status_code == 401
    finally:
        assert gunicorn.stop() == 0
    assert "Traceback" not in gunicorn.said()
