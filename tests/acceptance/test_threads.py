"""The main path on the second backend: ``[runtime] backend = threads``.

With ``HEAT_MQ_TEST_BACKEND=threads`` every test of this ring runs on it.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.processes import until
from tests.acceptance.systems import Deployment, start_quickstart
from tests.integration import services
from tests.ports import free_ports

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("threads")]

WEB = (pathlib.Path(__file__).parent / "templates" / "web.yaml").read_text()
#: Steps that a worker runs at once, and the threads that it has beside those: its loops, RPC, the interpreter's own.
STEPS, OTHERS = 10, 90
MANY = 400
WAITING = f"""\
heat_template_version: 2018-08-31
resources:
  group:
    type: OS::Heat::ResourceGroup
    properties:
      count: {MANY}
      resource_def: {{type: OS::Heat::TestResource, properties: {{action_wait_secs: {{create: 3600}}}}}}
"""


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    directory = tmp_path_factory.mktemp("threads")
    few = f"[engine]\ngreen_threads = {STEPS}\n"
    with services.database("postgresql", directory) as database, services.broker() as transport:
        found = Deployment(directory, database, transport, few, backend="threads")
        yield found
        found.close()


def workers(deployment: Deployment) -> list[pathlib.Path]:
    """The directories in /proc of the engines' worker processes."""
    mains = [pathlib.Path(f"/proc/{engine.process.pid}/task") for engine in deployment.engines.values()]
    children = [path.read_text().split() for main in mains for path in main.glob("*/children")]
    return [pathlib.Path("/proc", pid) for pids in children for pid in pids]


def threads(worker: pathlib.Path) -> int:
    return len(list((worker / "task").iterdir()))


def test_a_stack_lives_on_native_threads(native: Deployment):
    before = native.cloud.objects()
    rest = native.rest
    assert rest.create("web", WEB, parameters={"mail_password": "hidden-word-3307"}).status_code == 201
    until(lambda: rest.status("web") != "CREATE_IN_PROGRESS", "the creation")
    assert rest.status("web") == "CREATE_COMPLETE"
    body = {"template": WEB, "parameters": {"mail_password": "hidden-word-3308"}}
    assert rest.request("PUT", f"/stacks/web/{rest.get('/stacks/web')['stack']['id']}", json=body).status_code == 202
    until(lambda: rest.status("web") != "UPDATE_IN_PROGRESS", "the update")
    assert rest.status("web") == "UPDATE_COMPLETE"
    assert all(threads(worker) > 5 for worker in workers(native)), "the loops of a worker are not threads"
    rest.clear()
    assert added(before, native.cloud.objects()) == {}


def test_what_waits_has_no_thread(native: Deployment):
    assert native.rest.create("waiting", WAITING).status_code == 201

    def in_progress() -> int:
        listed = native.rest.get("/stacks/waiting/resources?nested_depth=1&type=OS::Heat::TestResource")
        return [item["resource_status"] for item in listed["resources"]].count("CREATE_IN_PROGRESS")

    until(lambda: in_progress() == MANY, "all in progress")
    assert max(threads(worker) for worker in workers(native)) <= STEPS + OTHERS
    native.rest.clear()


def test_engines_on_threads_drain(native: Deployment):
    for name, engine in native.engines.items():
        assert engine.stop() == 0
        assert "Traceback" not in engine.said()
        native.start_engine(name)


def test_the_quick_start_runs_on_threads(tmp_path: pathlib.Path):
    running = start_quickstart(tmp_path, free_ports(), "--boot-seconds", "0.2", "--exit", backend="threads")
    assert running.ends() == 0, running.said()
    assert "example: CREATE_COMPLETE" in running.said()
    assert "Traceback" not in running.said()
