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
        inputs = {item["name"]: item.get("value") for item in config["inputs"]}
        report = {item["name"]: f"the {item['name']}" for item in config["outputs"]}
        report |= {"deploy_stdout": "applied", "deploy_stderr": "", "deploy_status_code": 0}
        _send(user, inputs, report)
    return len(waiting)


def _send(user: Rest, inputs: Mapping[str, Any], report: Mapping[str, Any]) -> None:
    """As the derived config says: to a URL that needs no proof, or to the API with the server's own login."""
    if inputs["deploy_signal_transport"] == "HEAT_SIGNAL":
        path = f"/stacks/{inputs['deploy_stack_id']}/resources/{inputs['deploy_resource_name']}/signal"
        url = f"{user.url.removesuffix(user.project_id)}{inputs['deploy_project_id']}{path}"
        answer = requests.post(url, json=report, headers={"X-Auth-Token": _token(inputs)}, timeout=PATIENCE)
    else:
        verb, url = inputs["deploy_signal_verb"], inputs["deploy_signal_id"]
        answer = requests.request(verb, url, json=report, timeout=PATIENCE)
    assert answer.status_code < 300, f"{url}: {answer.status_code} {answer.text}"


def _token(inputs: Mapping[str, Any]) -> str:
    user = {"id": inputs["deploy_user_id"], "password": inputs["deploy_password"]}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"id": inputs["deploy_project_id"]}}
    body = {"auth": {"identity": identity, "scope": scope}}
    answer = requests.post(f"{inputs['deploy_auth_url'].rstrip('/')}/auth/tokens", json=body, timeout=PATIENCE)
    answer.raise_for_status()
    return answer.headers["X-Subject-Token"]
