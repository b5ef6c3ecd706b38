from __future__ import annotations

import pathlib
import subprocess

from heat_mq import conf

HERE = pathlib.Path(__file__).parent
STACK = ["stack pre-install", "stack install", "stack post-config", "stack extra", "stack test-config"]


def run(state: pathlib.Path, *phases: str, disabled: str = "") -> list[str]:
    done = subprocess.run(
        ["bash", str(HERE / "phases.sh"), str(HERE.parents[2]), str(state), *phases],
        env={"PATH": "/usr/bin:/bin", "DISABLED": disabled},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    calls = (state / "calls").read_text().splitlines()
    return [call for call in calls if not call.startswith("define_plugin")]


def test_stacking_installs_registers_and_starts(tmp_path: pathlib.Path) -> None:
    calls = run(tmp_path, *STACK)
    assert calls[0].startswith("setup_develop")
    assert "create_service_user heat admin" in calls
    assert "get_or_create_endpoint orchestration RegionOne http://10.0.0.1:8004/v1/$(project_id)s" in calls
    assert "get_or_add_user_domain_role admin u5er d0ma1n" in calls
    sync = calls.index(f"manage --config-file {tmp_path}/etc/heat_mq.conf db sync")
    started = [call.split()[1] for call in calls[sync:] if call.startswith("run_process")]
    assert started == ["hmq-eng", "hmq-api", "hmq-api-cfn"]
    assert "get_or_create_endpoint cloudformation RegionOne http://10.0.0.1:8000/v1" in calls
    assert "wait_for_service 60 http://10.0.0.1:8000/" in calls


def test_the_cfn_api_can_be_left_out(tmp_path: pathlib.Path) -> None:
    calls = run(tmp_path, *STACK, disabled="hmq-api-cfn")
    assert not any(word in call for call in calls for word in ("hmq-api-cfn", "cloudformation", ":8000"))
    loaded = conf.load(files=[tmp_path / "etc" / "heat_mq.conf"])
    assert loaded.heat_metadata_server_url is None


def test_the_written_configuration_is_complete(tmp_path: pathlib.Path) -> None:
    run(tmp_path, *STACK)
    loaded = conf.load(files=[tmp_path / "etc" / "heat_mq.conf"])
    assert conf.notices(loaded) == []
    assert loaded.transport_url == "rabbit://stackrabbit:secret@10.0.0.1:5672/"
    assert loaded.database.connection.endswith("/heat_mq?charset=utf8")
    assert (loaded.heat_api.bind_port, loaded.num_engine_workers) == (8004, 2)
    assert (loaded.heat_api_cfn.bind_port, loaded.heat_api_cfn.workers) == (8000, 2)
    assert loaded.heat_metadata_server_url == "http://10.0.0.1:8000/v1"
    assert loaded.heat_waitcondition_server_url == "http://10.0.0.1:8000/v1/waitcondition"
    assert (loaded.trustee.auth_type, loaded.stack_user_domain_id) == ("password", "d0ma1n")
    assert len(loaded.auth_encryption_key) == 32


def test_unstack_stops_and_clean_removes(tmp_path: pathlib.Path) -> None:
    assert run(tmp_path, *STACK, "unstack")[-3:] == [f"stop_process hmq-{name}" for name in ("api", "api-cfn", "eng")]
    assert (tmp_path / "etc").is_dir()
    run(tmp_path, "clean")
    assert not (tmp_path / "etc").exists()
