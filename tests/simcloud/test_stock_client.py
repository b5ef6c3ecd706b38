"""The stock ``openstack`` client makes networks and servers and takes them away again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simcloud.serving import Served

Client = Callable[..., Any]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """Runs one command against a cloud with the clock of the day; answers its JSON output, None for none."""
    program = Path(sys.executable).with_name("openstack")
    assert program.exists(), "python-openstackclient is missing: install the project with its extra 'test'"
    served = Served(boot_seconds=0.5)
    auth = {f"OS_{key.upper()}": value for key, value in served.auth().items()}
    environment = {**auth, "OS_IDENTITY_API_VERSION": "3", "PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def run(*arguments: str, silent: bool = False) -> Any:
        done = subprocess.run(
            [str(program), *arguments, *([] if silent else ["-f", "json"])],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return None if silent else json.loads(done.stdout)

    yield run
    served.close()


@pytest.mark.slow
def test_a_server_behind_a_router_from_nothing_and_back(client: Client):
    network = client("network", "create", "n")
    client("subnet", "create", "s", "--network", "n", "--subnet-range", "192.168.1.0/24")
    client("router", "create", "r", "--external-gateway", "public")
    client("router", "add", "subnet", "r", "s", silent=True)
    client("security", "group", "create", "g")
    client("security", "group", "rule", "create", "g", "--protocol", "tcp", "--dst-port", "22")
    made = client(
        *("server", "create", "web", "--image", "cirros", "--flavor", "m1.nano", "--network", "n"),
        *("--security-group", "g", "--key-name", "my_key", "--property", "a=b", "--wait"),
    )
    assert made["status"] == "ACTIVE"
    assert made["addresses"]["n"][0].startswith("192.168.1.")
    address = client("floating", "ip", "create", "public")["floating_ip_address"]
    client("server", "add", "floating", "ip", "web", address, silent=True)
    listed = client("server", "list")
    assert [(each["Name"], each["Flavor"]) for each in listed] == [("web", "m1.nano")]
    assert address in listed[0]["Networks"]["n"]
    client("server", "delete", "web", "--wait", silent=True)
    client("floating", "ip", "delete", address, silent=True)
    client("router", "remove", "subnet", "r", "s", silent=True)
    client("router", "delete", "r", silent=True)
    client("network", "delete", network["id"], silent=True)
    assert [each["Name"] for each in client("network", "list")] == ["public", "private-net"]


@pytest.mark.slow
def test_a_volume_is_attached_to_a_server_that_is_resized(client: Client):
    client(
        *("server", "create", "db", "--image", "cirros", "--flavor", "m1.nano"),
        *("--network", "private-net", "--wait"),
    )
    client("volume", "create", "--size", "1", "v")
    client("server", "add", "volume", "db", "v")
    client("server", "resize", "db", "--flavor", "m1.small", "--wait", silent=True)
    client("server", "resize", "confirm", "db", silent=True)
    shown = client("server", "show", "db")
    assert (shown["status"], shown["flavor"]["name"], len(shown["volumes_attached"])) == ("ACTIVE", "m1.small", 1)
    client("server", "stop", "db", silent=True)
    client("console", "log", "show", "db", silent=True)
    assert client("keypair", "list")[0]["Name"] == "my_key"
    client("quota", "show")
