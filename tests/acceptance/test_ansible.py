"""Ansible's modules for stacks, as its users have them, lead a stack through its life."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

from tests.acceptance.processes import program
from tests.acceptance.stock_client import OURS
from tests.acceptance.systems import Quickstart

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("clients")]

PLAYBOOK = pathlib.Path(__file__).parent / "templates" / "playbook.yaml"
COLLECTION = "ansible_collections/openstack/cloud/"


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A directory with the collection openstack.cloud, which the registry has in the package ``ansible`` alone."""
    directory = tmp_path_factory.mktemp("ansible")
    download = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*download, "-d", os.fspath(directory), "ansible"], check=True, timeout=300)
    with zipfile.ZipFile(next(directory.glob("*.whl"))) as wheel:
        wheel.extractall(directory, [name for name in wheel.namelist() if name.startswith(COLLECTION)])
    # The collection takes it for granted that the SDK has imported this, which newer ones do not.
    (directory / "sitecustomize.py").write_text("import openstack.version\n")
    return directory


def test_a_playbook_makes_changes_and_deletes_a_stack(
    quickstart: Quickstart, collections: pathlib.Path, tmp_path: pathlib.Path
):
    ours = {"ANSIBLE_COLLECTIONS_PATH": collections, "PYTHONPATH": collections, "ANSIBLE_HOME": tmp_path}
    interpreter = ["-e", f"ansible_python_interpreter={sys.executable}"]
    done = subprocess.run(
        [program("ansible-playbook"), "-v", "-i", "localhost,", "-c", "local", *interpreter, os.fspath(PLAYBOOK)],
        env={**OURS, **quickstart.openstack.variables, **{name: str(value) for name, value in ours.items()}},
        cwd=PLAYBOOK.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
