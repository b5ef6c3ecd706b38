"""What agents on servers do: look for deployments that wait for them and report that they have been applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from tests.acceptance.stock_client import Rest
from tests.waiting import PATIENCE


def apply_deployments(user: Rest) -> int:
    """Report each deployment of the user's project that is in progress; answers how many there were."""
    waiting = [
        each
        for each in user.get("/software_deployments")["software_deployments"]
        if each["status"] == "IN_PROGRESS" and each["config_id"] is not None
    ]
    for each in waiting:
        config = user.get(f"/software_configs/{each['config_id']}")["software_config"]
        _report(config)
    return len(waiting)


def _report(config: Mapping[str, Any]) -> None:
    """As the derived config says; every output gets its own name as value."""
    inputs = {item["name"]: item.get("value") for item in config["inputs"]}
    report = {item["name"]: f"the {item['name']}" for item in config["outputs"]}
    report |= {"deploy_stdout": "applied", "deploy_stderr": "", "deploy_status_code": 0}
    answer = requests.request(inputs["deploy_signal_verb"], inputs["deploy_signal_id"], json=report, timeout=PATIENCE)
    answer.raise_for_status()
