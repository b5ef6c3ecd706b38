"""The programs at their edges: help, configuration that is wrong, a database that is not ready."""

from __future__ import annotations

import pathlib
import subprocess

import pytest

from tests.acceptance.processes import program
from tests.waiting import PATIENCE

PROGRAMS = ("heat-mq", "heat-mq-api", "heat-mq-api-cfn", "heat-mq-engine", "heat-mq-manage")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program(command[0]), *command[1:]], capture_output=True, text=True, check=False, timeout=PATIENCE
    )


@pytest.fixture
def conf(tmp_path: pathlib.Path) -> pathlib.Path:
    """A configuration with an empty SQLite database."""
    file = tmp_path / "heat_mq.conf"
    file.write_text(f"[DEFAULT]\ntransport_url = fake://\n[database]\nconnection = sqlite:///{tmp_path}/db\n")
    return file


def manage(conf: pathlib.Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run("heat-mq-manage", "--config-file", str(conf), *words)


@pytest.mark.parametrize("name", PROGRAMS)
def test_help_says_what_a_program_is_for(name: str):
    done = run(name, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: ")
    sentences = [line for line in done.stdout.splitlines() if line.endswith(".")]
    assert sentences
    assert done.stderr == ""


def test_help_of_a_command_names_its_options():
    said = run("heat-mq", "quickstart", "--help").stdout
    for option in ("--state-dir", "--host", "--port", "--cfn-port", "--no-example", "--exit", "--boot-seconds"):
        assert option in said


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_unknown_argument_is_named(name: str):
    done = run(name, "--nonsense")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "usage: " in done.stderr


def test_the_schema_is_made_once_and_its_revision_told(conf: pathlib.Path):
    assert manage(conf, "db", "version").stdout == "none\n"
    first, again, told = (manage(conf, "db", word).stdout for word in ("sync", "sync", "version"))
    assert first == again == told != "none\n"
    listed = manage(conf, "service", "list")
    assert (listed.returncode, listed.stdout.split()) == (0, ["Engine", "Host", "Status", "Last", "sign", "of", "life"])
    wrong = manage(conf, "db", "sync", "9999")
    assert wrong.returncode == 2
    assert "9999" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_database_without_the_schema_is_told_what_to_do(conf: pathlib.Path):
    for done in (run("heat-mq-engine", "--config-file", str(conf)), manage(conf, "service", "list")):
        assert done.returncode == 2
        assert "run 'heat-mq-manage db sync'" in done.stderr
        assert "Traceback" not in done.stderr


def test_an_upgrade_is_checked_before_it_is_made(conf: pathlib.Path):
    command = ("heat-mq-status", "--config-file", str(conf), "upgrade", "check")
    before = run(*command)
    assert before.returncode == 2
    assert "heat-mq-manage db sync" in " ".join(before.stdout.replace("|", " ").split())
    manage(conf, "db_sync")
    after = run(*command)
    assert after.returncode == 1
    assert "auth_encryption_key is not set" in after.stdout
    assert "Traceback" not in before.stderr + after.stderr
    wrong = run("heat-mq-status", "--config-file", "/nowhere.conf", "upgrade", "check")
    assert wrong.returncode == 255
    assert "/nowhere.conf" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_sample_of_the_configuration_is_printed():
    said = run("heat-mq-manage", "config", "sample").stdout
    for part in ("[DEFAULT]", "#num_engine_workers", "[database]", "[keystone_authtoken]", "[trustee]"):
        assert part in said


def test_a_reader_that_has_seen_enough_is_no_error():
    command = [program("heat-mq-manage"), "config", "sample"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(PATIENCE) == 1


WRONG = {
    "rubbish": ("rubbish\n", "heat_mq.conf:1"),
    "a value of the wrong kind": ("[DEFAULT]\nnum_engine_workers = many\n", "num_engine_workers"),
    "no database": ("[DEFAULT]\ntransport_url = fake://\n", "[database] connection"),
    "a database that is no URL": ("[database]\nconnection = nonsense\n", "DIALECT+DRIVER"),
    "a driver that is not there": ("[database]\nconnection = oracle://a:s3cret-word@h/d\n", "oracle"),
    "a heartbeat that is too slow": (
        "[database]\nconnection = sqlite://\n[engine]\nlease_seconds = 5\nheartbeat_seconds = 4\n",
        "heartbeat_seconds",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_configuration_is_explained(tmp_path: pathlib.Path, what: str):
    text, words = WRONG[what]
    file = tmp_path / "heat_mq.conf"
    file.write_text(text)
    done = manage(file, "db", "version")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret-word" not in done.stderr


@pytest.mark.parametrize("name", ["heat-mq-api", "heat-mq-engine", "heat-mq-manage"])
def test_a_file_that_is_not_there_is_named(name: str):
    done = run(name, "--config-file", "/nowhere.conf", *(["db", "version"] if name == "heat-mq-manage" else []))
    assert done.returncode == 2
    assert "/nowhere.conf" in done.stderr
    assert "Traceback" not in done.stderr
