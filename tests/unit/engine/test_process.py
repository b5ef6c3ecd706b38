"""What the configuration says of templates reaches the engine."""

from __future__ import annotations

import pytest
from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.cmd.engine_process import EngineProcess
from heat_mq.errors import BadConfiguration
from heat_mq.rpc.transport import make_transport


@pytest.fixture
def build(tmp_path):
    def build(text: str) -> EngineProcess:
        (tmp_path / "env").mkdir(exist_ok=True)
        file = tmp_path / "heat_mq.conf"
        file.write_text(
            f"[DEFAULT]\ntransport_url = fake://\nenvironment_dir = {tmp_path}/env\n{text}\n"
            f"[database]\nconnection = sqlite:///{tmp_path}/db\n"
        )
        conf: cfg.ConfigOpts = configuration.load(files=[file])
        return EngineProcess(conf, make_transport(conf))

    return build


def test_limits_of_templates_come_from_the_configuration(build):
    text = "max_template_size = 1000\ntemplate_fetch_timeout = 5\n"
    text += "[yaql]\nlimit_iterators = 7\nmemory_quota = 8\n[template]\nfetch_hosts = a.example.com, 10.0.0.0/8\n"
    service = build(text).service
    assert (service.language.yaql_iterations, service.language.yaql_memory) == (7, 8)
    assert service.limits.template_bytes == service.fetcher.size == 1000
    assert (service.fetcher.seconds, service.fetcher.hosts) == (5, ("a.example.com", "10.0.0.0/8"))


def test_an_engine_with_a_broken_environment_does_not_start(build, tmp_path):
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "bad.yaml").write_text("resource_registry:\n  A: [1]\n")
    with pytest.raises(BadConfiguration, match=r"bad\.yaml line 2"):
        build("")
