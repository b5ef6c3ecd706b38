"""OS::Heat::Stack against an orchestration service that is a dict."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.errors import CloudError, CloudGone, CloudTransient, InvalidTemplate, ServiceMissing, StepFailed, UserError
from heat_mq.resources.kit import DONE, Call, Copy, Replace, Wait
from heat_mq.resources.kit.testing import Driver, _State
from heat_mq.resources.types.heat.remote_stack import RemoteStack
from heat_mq.template import UNKNOWN

LOGIN = {"auth_type": "v3password", "auth": {"auth_url": "https://far.example/v3", "password": "top secret"}}


class Stacks:
    """An orchestration service; each look at a stack that is in progress brings it to its end."""

    def __init__(self) -> None:
        self.stacks: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.ends: dict[str, str] = {}
        self.refusal: Exception | None = None

    def get(self, path: str) -> Any:
        if "/snapshots" in path:
            path, _, id = path.partition("/snapshots")
            saved = self._at(path).setdefault("saved", [])
            for each in saved:
                if id == f"/{each['id']}":
                    shown = {"snapshot": dict(each)}
                    each["status"] = "COMPLETE"
                    return shown
            return {"snapshots": saved}
        stack = self._at(path)
        shown = dict(stack)
        action, _, status = stack["stack_status"].partition("_")
        if status == "IN_PROGRESS":
            stack["stack_status"] = f"{action}_{self.ends.get(action, 'COMPLETE')}"
        return {"stack": shown}

    def post(self, path: str, body: Any = None) -> Any:
        self.asked.append(("POST", path, body))
        if path == "/stacks":
            id = f"id-{len(self.stacks) + 1}"
            outputs = [{"output_key": "answer", "output_value": 42}, {"output_key": "broken", "output_error": "no"}]
            made = {"id": id, "stack_name": body["stack_name"], "stack_status": "CREATE_IN_PROGRESS"}
            self.stacks[id] = {**made, "outputs": outputs, "stack_status_reason": ""}
            return {"stack": {"id": id, "links": []}}
        if path.endswith("/snapshots"):
            made = {"id": "snap-1", "name": body["name"], "status": "IN_PROGRESS"}
            self._at(path.removesuffix("/snapshots")).setdefault("saved", []).append(made)
            return dict(made)
        if path.endswith("/restore"):
            self._at(path.partition("/snapshots/")[0])["stack_status"] = "RESTORE_IN_PROGRESS"
            return None
        if path == "/validate":
            if self.refusal is not None:
                raise self.refusal
            return {}
        (verb,) = body
        self._at(path.removesuffix("/actions"))["stack_status"] = f"{verb.upper()}_IN_PROGRESS"
        return None

    def put(self, path: str, body: Any = None) -> None:
        self.asked.append(("PUT", path, body))
        self._at(path)["stack_status"] = "UPDATE_IN_PROGRESS"

    def delete(self, path: str) -> None:
        self.asked.append(("DELETE", path, None))
        if "/snapshots/" in path:
            self._at(path.partition("/snapshots/")[0])["saved"].clear()
            return
        self._at(path)["stack_status"] = "DELETE_IN_PROGRESS"

    def _at(self, path: str) -> dict[str, Any]:
        _, _, name, *rest = path.split("/")
        for stack in self.stacks.values():
            if name in (stack["stack_name"], stack["id"]) and (not rest or stack["id"] == rest[0]):
                return stack
        raise CloudGone(f"no stack {path}")


class Secrets:
    def __init__(self, **payloads: str) -> None:
        self.payloads = payloads

    def payload(self, id: str) -> str:
        try:
            return self.payloads[id]
        except KeyError:
            raise CloudGone("Secret not found.") from None


class Clouds:
    """Fulfils ``Cloud``; ``log`` tells where it was gone to."""

    region = "here"

    def __init__(self) -> None:
        self.stacks, self.log = Stacks(), []  # type: Stacks, list[Any]
        self.secrets = Secrets(login=json.dumps(LOGIN), garbage="{'", list="[]")

    def service(self, service_type: str) -> Any:
        return {"orchestration": self.stacks, "key-manager": self.secrets}[service_type]

    def in_region(self, region: str) -> Clouds:
        self.log.append(region)
        if region == "nowhere":
            raise ServiceMissing("The cloud offers no orchestration service: no endpoint", reason="no endpoint")
        return self

    def logged_in(self, auth_type: str, auth: Mapping[str, Any], **more: Any) -> Clouds:
        self.log.append((auth_type, dict(auth), more))
        return self


@pytest.fixture
def cloud() -> Clouds:
    return Clouds()


@pytest.fixture
def driver(cloud: Clouds) -> Driver:
    environment = {"parameter_defaults": {"flavor": "small"}}
    return Driver(cloud, files={"inner.yaml": "text"}, environment=environment)  # type: ignore[arg-type]


def test_a_stack_is_made_read_and_deleted(driver: Driver, cloud: Clouds) -> None:
    raw = {"template": "{}", "parameters": {"a": 1, "b": None}, "timeout": 5}
    record = driver.create(RemoteStack, "far away", raw)
    assert cloud.stacks.asked == [
        (
            "POST",
            "/stacks",
            {
                "stack_name": record.physical_name.replace(" ", "_"),
                "template": "{}",
                "parameters": {"a": 1},
                "files": {"inner.yaml": "text"},
                "environment": {"parameter_defaults": {"flavor": "small"}},
                "disable_rollback": True,
                "timeout_mins": 5,
            },
        )
    ]
    assert driver.reference(record) == record.physical_id == "id-1"
    assert driver.attribute(record, "outputs") == {"answer": 42, "broken": None}
    assert driver.attribute(record, "stack_name") == record.physical_name.replace(" ", "_")
    driver.delete(record)
    assert cloud.stacks.stacks["id-1"]["stack_status"] == "DELETE_COMPLETE"
    with pytest.raises(CloudGone):
        driver.read(record)


@pytest.mark.parametrize("lose", [["create"], ["check_create"], ["create", "check_create"]])
def test_a_worker_that_dies_leaves_one_stack(driver: Driver, cloud: Clouds, lose: list[str]) -> None:
    record = driver.create(RemoteStack, "far", {"template": "{}"}, lose=lose)
    assert list(cloud.stacks.stacks) == [record.physical_id]
    driver.delete(record, lose=["delete", "check_delete"])


def test_what_failed_there_is_told_with_its_path(driver: Driver, cloud: Clouds) -> None:
    cloud.stacks.ends["CREATE"] = "FAILED"
    made = cloud.stacks.post

    def post(path: str, body: Any = None) -> Any:
        answer = made(path, body)
        reason = "Resource CREATE failed: ResourceInError: resources.server: it went to ERROR"
        cloud.stacks.stacks["id-1"]["stack_status_reason"] = reason
        return answer

    cloud.stacks.post = post  # type: ignore[method-assign]
    with pytest.raises(StepFailed) as caught:
        driver.create(RemoteStack, "far", {"template": "{}"})
    assert str(caught.value) == "resources.server: it went to ERROR"
    assert caught.value.fields == {"kind": "ResourceInError", "below": True}


def test_an_update_is_passed_on(driver: Driver, cloud: Clouds) -> None:
    record = driver.create(RemoteStack, "far", {"template": "{}"})
    driver.update(record, {"template": "[]", "parameters": {"a": "b"}}, lose=["update"])
    methods = [(method, path) for method, path, _ in cloud.stacks.asked[1:]]
    assert methods == [("PUT", f"/stacks/{record.physical_name}/id-1")] * 2
    assert cloud.stacks.asked[-1][2]["template"] == "[]"


def test_it_is_suspended_resumed_and_checked_once(driver: Driver, cloud: Clouds) -> None:
    record = driver.create(RemoteStack, "far", {"template": "{}"})
    for verb in ("suspend", "suspend", "resume"):
        driver.run(record, verb)
        while cloud.stacks.get(f"/stacks/{record.physical_name}")["stack"]["stack_status"].endswith("PROGRESS"):
            pass
    assert [next(iter(body)) for _, _, body in cloud.stacks.asked[1:]] == ["suspend", "resume"]
    driver.check(record)
    driver.check(record)
    assert [next(iter(body)) for _, _, body in cloud.stacks.asked[3:]] == ["check", "check"]
    cloud.stacks.ends["CHECK"] = "FAILED"
    with pytest.raises(StepFailed):
        driver.check(record)


def test_another_region_has_its_own_service_and_needs_a_new_stack(driver: Driver, cloud: Clouds) -> None:
    def raw(region: str) -> dict[str, Any]:
        return {"template": "{}", "context": {"region_name": region}}

    record = driver.create(RemoteStack, "far", raw("north"))
    assert set(cloud.log) == {"north"}
    with pytest.raises(Replace):
        driver.update(record, raw("south"))


def test_a_login_is_read_from_its_secret(driver: Driver, cloud: Clouds) -> None:
    place = {"credential_secret_id": "login", "region_name": "north", "ca_cert": "PEM", "insecure": False}
    driver.create(RemoteStack, "far", {"template": "{}", "context": place})
    more = {"region": "north", "ca_cert": "PEM", "insecure": False}
    assert cloud.log[0] == ("v3password", LOGIN["auth"], more)


@pytest.mark.parametrize("secret", ["none", "garbage", "list"])
def test_a_secret_that_is_no_login_is_told_without_its_content(driver: Driver, cloud: Clouds, secret: str) -> None:
    with pytest.raises(StepFailed, match=f"credential_secret_id: .*secret {secret}") as caught:
        driver.create(RemoteStack, "far", {"template": "{}", "context": {"credential_secret_id": secret}})
    assert "top secret" not in str(caught.value)


def test_a_certificate_without_a_login_is_refused(driver: Driver) -> None:
    with pytest.raises(InvalidTemplate, match="ca_cert is for another cloud"):
        driver.create(RemoteStack, "far", {"template": "{}", "context": {"ca_cert": "PEM"}})


def test_an_action_that_never_begins_fails_in_the_end(driver: Driver, cloud: Clouds) -> None:
    record = driver.create(RemoteStack, "far", {"template": "{}"})
    cloud.stacks.put = lambda path, body=None: None  # type: ignore[method-assign]
    with pytest.raises(StepFailed, match="CREATE_COMPLETE: UPDATE has not begun"):
        driver.update(record, {"template": "[]"})


def test_a_remote_stack_that_is_deleted_is_gone(driver: Driver, cloud: Clouds) -> None:
    record = driver.create(RemoteStack, "far", {"template": "{}"})
    cloud.stacks.stacks["id-1"]["stack_status"] = "DELETE_COMPLETE"
    with pytest.raises(CloudGone):
        driver.drift(record, {"template": "{}"})


def test_a_snapshot_is_taken_there_once_and_deleted(cloud: Clouds) -> None:
    copy = Copy("id", "stack-far-copy")
    driver = Driver(cloud, copy=copy)  # type: ignore[arg-type]
    record = driver.create(RemoteStack, "far", {"template": "{}"})
    driver.run(record, "snapshot")
    copy.data.clear()  # the worker died before it could store anything
    driver.run(record, "snapshot")
    assert copy.data == {"snapshot": "snap-1"}
    assert isinstance(driver.run(record, "check_snapshot"), Wait)
    assert driver.run(record, "check_snapshot") == DONE
    assert [each["name"] for each in cloud.stacks.stacks["id-1"]["saved"]] == ["stack-far-copy"]
    copy.data.clear()
    for _ in range(2):
        driver.run(record, "delete_snapshot")
    assert cloud.stacks.stacks["id-1"]["saved"] == []


def test_a_restore_is_done_there(cloud: Clouds) -> None:
    copy = Copy("id", "stack-far-copy")
    driver = Driver(cloud, copy=copy)  # type: ignore[arg-type]
    record = driver.create(RemoteStack, "far", {"template": "{}"})
    driver.run(record, "snapshot")
    driver.ports["restoring"] = dict(copy.data)
    props = driver.props(RemoteStack, {"template": "{}"})
    state = _State(driver, RemoteStack, record)
    state.call("update", lambda resource, call: resource.update(call, props, frozenset()))
    state.wait("check_update", ())
    assert cloud.stacks.stacks["id-1"]["stack_status"] == "RESTORE_COMPLETE"
    assert cloud.stacks.asked[-1][1] == f"/stacks/{record.physical_name}/id-1/snapshots/snap-1/restore"


def test_an_adopted_stack_is_found_by_the_name_that_it_has(driver: Driver, cloud: Clouds) -> None:
    made = driver.create(RemoteStack, "far", {"template": "{}"})
    again = dataclasses.replace(made, id="other", physical_name="another-far-name")
    driver.data["other"] = {}
    state = _State(driver, RemoteStack, again)
    props = driver.props(RemoteStack, {"template": "{}"})
    assert state.call("adopt", lambda resource, call: resource.adopt(call, props)) == made.physical_id
    asked: list[str] = []
    there = cloud.stacks.get

    def get(path: str) -> Any:
        asked.append(path)
        return there(path)

    cloud.stacks.get = get  # type: ignore[method-assign]
    assert driver.read(again)["id"] == made.physical_id
    assert asked == [f"/stacks/{made.physical_name}/{made.physical_id}"]


# --- before anything is made ----------------------------------------------------------------------


def ask(cloud: Clouds, **props: Any) -> None:
    call = Call(cloud=cloud, clock=FakeClock(), files={"inner.yaml": "text"}, environment={})  # type: ignore[arg-type]
    RemoteStack.validate_elsewhere(call, props)


def test_the_other_side_checks_the_template_with_what_is_known(cloud: Clouds) -> None:
    ask(cloud, template="{}", parameters={"a": 1, "b": None, "c": UNKNOWN}, context={"region_name": "far"})
    body = {"template": "{}", "parameters": {"a": 1}, "files": {"inner.yaml": "text"}, "environment": {}}
    assert (cloud.stacks.asked, cloud.log) == ([("POST", "/validate", body)], ["far"])


@pytest.mark.parametrize("unknown", [{"template": UNKNOWN}, {"template": "{}", "context": {"region_name": UNKNOWN}}])
def test_what_is_not_known_yet_is_asked_of_nobody(cloud: Clouds, unknown: dict[str, Any]) -> None:
    ask(cloud, **unknown)
    assert (cloud.stacks.asked, cloud.log) == ([], [])


def test_a_region_without_an_orchestration_service_is_refused(cloud: Clouds) -> None:
    with pytest.raises(UserError) as refused:
        ask(cloud, template="{}", context={"region_name": "nowhere"})
    message = 'Cannot establish connection to Heat endpoint at region "nowhere" due to "no endpoint"'
    assert (refused.value.message, refused.value.type) == (message, "StackValidationFailed")


def test_a_secret_that_is_not_there_is_refused_before_anything_is_made(cloud: Clouds) -> None:
    with pytest.raises(UserError, match="there is no secret lost"):
        ask(cloud, template="{}", context={"credential_secret_id": "lost"})


@pytest.mark.parametrize(
    ("path", "message", "told"),
    [
        ("resource", "The template section is invalid: resource", "The template section is invalid: resource"),
        ("resources.a.type", "no such type", "resources.a.type: no such type"),
    ],
)
def test_what_the_other_side_refuses_is_told_in_its_words(cloud: Clouds, path: str, message: str, told: str) -> None:
    problem = {"message": message, "path": path, "line": 3, "column": 1}
    cloud.stacks.refusal = CloudError(f"{path}: {message} (line 3, column 1)", status=400, problems=[problem])
    with pytest.raises(UserError) as refused:
        ask(cloud, template="{}")
    due = f'due to "ERROR: {told}"'
    assert refused.value.message == f'Failed validating stack template using Heat endpoint at region "here" {due}'
    assert refused.value.fields["problems"] == [problem]


def test_another_service_lists_no_problems_and_is_told_by_its_message(cloud: Clouds) -> None:
    cloud.stacks.refusal = CloudError("The template section is invalid: resource", status=400)
    with pytest.raises(UserError, match='due to "ERROR: The template section is invalid: resource"'):
        ask(cloud, template="{}")


def test_a_service_that_does_not_answer_is_no_mistake_of_the_user(cloud: Clouds) -> None:
    cloud.stacks.refusal = CloudTransient("down for maintenance")
    with pytest.raises(CloudTransient):
        ask(cloud, template="{}")
