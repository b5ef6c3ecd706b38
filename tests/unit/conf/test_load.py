from __future__ import annotations

import pathlib

import pytest

from heat_mq import conf, errors


@pytest.fixture
def write(tmp_path: pathlib.Path):
    def write_file(text: str, name: str = "heat_mq.conf") -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write_file


def test_each_load_is_a_value_of_its_own(write) -> None:
    first = conf.load(files=[write("[DEFAULT]\nmax_stacks_per_tenant = 7\n")])
    second = conf.load(files=[write("")])
    assert (first.max_stacks_per_tenant, second.max_stacks_per_tenant) == (7, 512)


def test_later_files_win(write) -> None:
    first = write("[engine]\nnode_batch = 1\ngreen_threads = 5\n", "a.conf")
    second = write("[engine]\nnode_batch = 2\n", "b.conf")
    loaded = conf.load(["--config-file", first, "--config-file", second])
    assert (loaded.engine.node_batch, loaded.engine.green_threads) == (2, 5)


def test_a_directory_of_files_is_read(write, tmp_path: pathlib.Path) -> None:
    write("[runtime]\nbackend = threads\n")
    assert conf.load(["--config-dir", str(tmp_path)], files=[]).runtime.backend == "threads"


def test_debug_is_an_argument(write) -> None:
    assert conf.load(["--debug"], files=[write("")]).debug is True


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[engine]\nnode_batch = many\n", "node_batch"),
        ("[runtime]\nbackend = asyncio\n", "backend"),
        ("[heat_api]\nbind_port = 70000\n", "bind_port"),
        ("[engine]\nheartbeat_seconds = 20\n", "heartbeat_seconds"),
        ("node_batch = 1\n[engine", "heat_mq.conf"),
    ],
)
def test_a_wrong_value_is_named_when_the_process_starts(write, text: str, named: str) -> None:
    with pytest.raises(errors.BadConfiguration, match=named):
        conf.load(files=[write(text)])


def test_a_missing_file_is_named() -> None:
    with pytest.raises(errors.BadConfiguration, match="/nowhere/heat_mq"):
        conf.load(files=["/nowhere/heat_mq.conf"])


def test_what_has_no_meaning_is_said_once(write) -> None:
    loaded = conf.load(
        files=[
            write(
                "[DEFAULT]\nconvergence_engine = true\nauth_encryption_key = 0123456789abcdef0123456789abcdef\n"
                "max_stacks_per_tenant = 3\n[noauth]\ntoken_response = x\n"
            )
        ]
    )
    assert [line.partition(" has no effect")[0] for line in conf.notices(loaded)] == [
        "option [DEFAULT] convergence_engine",
        "option [noauth] token_response",
    ]


def test_the_known_encryption_key_is_warned_about(write) -> None:
    assert any("auth_encryption_key" in line for line in conf.notices(conf.load(files=[write("")])))


def test_encryption_keys_come_newest_first(write) -> None:
    text = "[DEFAULT]\nauth_encryption_key = new\n[engine]\nformer_encryption_keys = old, older\n"
    assert conf.encryption_keys(conf.load(files=[write(text)])) == ["new", "old", "older"]


def test_options_of_libraries_can_be_read(write) -> None:
    loaded = conf.load(
        files=[
            write(
                "[DEFAULT]\ntransport_url = fake://\n[database]\nconnection = sqlite://\n"
                "[trustee]\nauth_type = password\n[keystone_authtoken]\nwww_authenticate_uri = http://k\n"
            )
        ]
    )
    assert (loaded.transport_url, loaded.database.connection) == ("fake://", "sqlite://")
    assert (loaded.trustee.auth_type, loaded.keystone_authtoken.www_authenticate_uri) == ("password", "http://k")
