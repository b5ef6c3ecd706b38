"""The ``openstack`` client as users run it, and the same API by plain requests."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests

from tests.acceptance.processes import program
from tests.waiting import PATIENCE, until

#: A variable that a developer has set must not reach the client.
OURS = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}


def read_openrc(path: pathlib.Path) -> dict[str, str]:
    """The variables that a shell has after it has sourced the file."""
    words = (shlex.split(line)[1] for line in path.read_text().splitlines() if line.startswith("export "))
    return dict(word.split("=", 1) for word in words)


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


class Openstack:
    """The stock client with the variables of an openrc."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = dict(variables)

    def run(self, *arguments: str, commands: str = "", timeout: float = 180) -> Done:
        """``openstack ARGUMENTS``, however it ends; without arguments it reads ``commands``, one on a line."""
        done = subprocess.run(
            [program("openstack"), *arguments],
            env={**OURS, **self.variables, "PYTHONWARNINGS": "ignore"},
            input=commands,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def __call__(self, *arguments: str) -> str:
        """What a command that must succeed prints."""
        done = self.run(*arguments)
        assert done.status == 0, f"openstack {shlex.join(arguments)}: status {done.status}\n{done.out}\n{done.err}"
        return done.out

    def json(self, *arguments: str) -> Any:
        """The answer of a command that must succeed; what ``--wait`` prints before it is skipped."""
        out = self(*arguments, "-f", "json")
        starts = [place for place in (out.find("\n{"), out.find("\n[")) if place >= 0]
        return json.loads(out if out[:1] in "{[" else out[min(starts) :])

    def refusal(self, *arguments: str) -> str:
        """What a command that must fail says."""
        done = self.run(*arguments)
        assert done.status != 0, f"openstack {shlex.join(arguments)} succeeded:\n{done.out}"
        return done.err

    def refusals(self, commands: Iterable[Sequence[str]]) -> list[str]:
        """What the service says to each of many commands that must fail, all run by one client."""
        lines = [shlex.join(command) for command in commands]
        done = self.run(commands="\n".join(lines) + "\n")
        said = done.err.split("ERROR: ")[1:]
        assert len(said) == len(lines), f"{len(lines)} commands, {len(said)} errors:\n{done.err}\n{done.out}"
        return said


class Rest:
    """The orchestration API by plain HTTP, as the user of an openrc's variables."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        password = {
            "name": variables["OS_USERNAME"],
            "password": variables["OS_PASSWORD"],
            "domain": {"name": variables["OS_USER_DOMAIN_NAME"]},
        }
        scope = {"name": variables["OS_PROJECT_NAME"], "domain": {"name": variables["OS_PROJECT_DOMAIN_NAME"]}}
        answer = requests.post(
            f"{variables['OS_AUTH_URL']}/auth/tokens",
            json={
                "auth": {
                    "identity": {"methods": ["password"], "password": {"user": password}},
                    "scope": {"project": scope},
                }
            },
            timeout=PATIENCE,
        )
        answer.raise_for_status()
        token = answer.json()["token"]
        self.project_id: str = token["project"]["id"]
        self.catalog: list[dict[str, Any]] = token["catalog"]
        self.url: str = next(
            endpoint["url"]
            for service in token["catalog"]
            if service["type"] == "orchestration"
            for endpoint in service["endpoints"]
            if endpoint["interface"] == "public"
        ).rstrip("/")
        self.session = requests.Session()
        self.session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; ``path`` follows the project's URL. A redirection makes it a GET."""
        return self.session.request(method, self.url + path, timeout=PATIENCE, allow_redirects=True, **options)

    def get(self, path: str) -> Any:
        """The body of an answer that must be 200."""
        answer = self.request("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, name: str, template: str | dict[str, Any], **more: Any) -> requests.Response:
        """Ask for a stack."""
        return self.request("POST", "/stacks", json={"stack_name": name, "template": template, **more})

    def status(self, name: str) -> str:
        """``CREATE_COMPLETE``, or ``gone``."""
        answer = self.request("GET", f"/stacks/{name}")
        return "gone" if answer.status_code == 404 else str(answer.json()["stack"]["stack_status"])

    def clear(self) -> None:
        """Delete every stack of the project, and return when they are gone."""
        for stack in self.get("/stacks")["stacks"]:
            answer = self.request("DELETE", f"/stacks/{quote(stack['stack_name'], '')}/{stack['id']}")
            assert answer.status_code in (204, 404), answer.text
        until(lambda: not self.stack_names(), "the end of all stacks")

    def stack_names(self) -> list[str]:
        """Of all stacks of the project."""
        return [stack["stack_name"] for stack in self.get("/stacks")["stacks"]]


def after_a_new_password(variables: Mapping[str, str]) -> Rest:
    """A user whose password was just set: Keystone takes no token of the second in which that happened."""
    until(lambda: Rest(variables).request("GET", "/stacks").status_code != 401, "a token that Keystone takes")
    return Rest(variables)
