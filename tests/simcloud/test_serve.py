"""The files for users and operators work with the stock client and libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from keystoneauth1 import loading, session
from oslo_config import cfg

from heat_mq.simcloud.serve import Files, write_files
from tests.simcloud.serving import Served


@pytest.fixture
def files(served: Served, tmp_path: Path) -> Files:
    return write_files(served.cloud, tmp_path / "state")


@pytest.fixture
def client(files: Files) -> Callable[..., Any]:
    """The stock ``openstack`` client; answers its JSON output."""
    program = Path(sys.executable).with_name("openstack")
    assert program.exists(), "python-openstackclient is missing: install the project with its extra 'test'"

    def run(*arguments: str, openrc: Path = files.openrc) -> Any:
        command = f'. "{openrc}" && exec "$0" "$@" -f json'
        environment = {"PATH": os.environ["PATH"], "HOME": str(openrc.parent)}
        done = subprocess.run(
            ["sh", "-c", command, str(program), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_the_files_are_for_their_owner_only(files: Files):
    for path in (files.openrc, files.openrc_admin, files.conf):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_start_writes_the_same(served: Served, files: Files):
    before = files.conf.read_text()
    assert write_files(served.cloud, files.conf.parent) == files
    assert files.conf.read_text() == before


def test_the_configuration_logs_the_service_user_in(files: Files):
    conf = cfg.ConfigOpts()
    for group in ("keystone_authtoken", "trustee"):
        loading.register_auth_conf_options(conf, group)
    conf.register_opts([cfg.StrOpt("auth_encryption_key"), cfg.StrOpt("stack_user_domain_name")])
    conf(args=[], default_config_files=[str(files.conf)])
    service = loading.load_auth_from_conf_options(conf, "keystone_authtoken")
    assert set(service.get_access(session.Session()).role_names) >= {"admin", "service"}
    trustee = loading.load_auth_from_conf_options(conf, "trustee")
    assert trustee.get_access(session.Session()).project_id is None
    assert len(conf.auth_encryption_key) == 32
    assert conf.stack_user_domain_name == "heat"


@pytest.mark.slow
def test_the_stock_client_works_as_the_member_and_as_the_administrator(client: Callable[..., Any], files: Files):
    assert client("token", "issue")["project_id"]
    assert {each["Name"] for each in client("image", "list")} >= {"cirros"}
    assert client("volume", "create", "--size", "1", "v1")["status"] == "creating"
    assert [each["Name"] for each in client("volume", "list")] == ["v1"]
    admin = files.openrc_admin
    assert {each["Name"] for each in client("user", "list", openrc=admin)} >= {"admin", "demo", "heat"}
    assert {each["Type"] for each in client("catalog", "list", openrc=admin)} >= {"identity", "orchestration"}
    made = client("user", "create", "--domain", "heat", "--password", "x", "u1", openrc=admin)
    assert made["name"] == "u1"
    roles = client("role", "assignment", "list", "--names", "--user", "demo", openrc=admin)
    assert {each["Role"] for each in roles} == {"member", "heat_stack_owner"}
