"""``openstack software …``: configurations and their deployment to servers."""

from __future__ import annotations

import json

from tests.acceptance.client_commands.row import Call, Row

SERVER = "8f2c4b50-3d67-4d0e-9a25-52c1f1a7f0b3"
CREATE = "software config create --config-file {T}/script.sh --definition-file {T}/definition.yaml --group script"

CONFIGS = (
    Row(
        f"{CREATE} greet",
        lambda shown: (
            (shown["name"], shown["group"], shown["options"]) == ("greet", "script", {"retries": 3})
            and [each["name"] for each in shown["inputs"]] == ["greeting"]
            and "echo" in shown["config"]
        ),
        keep={"config": lambda shown: shown["id"]},
    ),
    Row(
        "software config create bare",
        lambda shown: (shown["group"], shown["config"]) == ("Heat::Ungrouped", ""),
        keep={"bare": lambda shown: shown["id"]},
    ),
    Row("software config list", lambda found: {row["name"] for row in found} >= {"greet", "bare"}),
    Row(
        "software config list --limit 1",
        lambda found: len(found) == 1,
        keep={"page": lambda found: found[0]["id"], "page_name": lambda found: found[0]["name"]},
    ),
    Row(
        "software config list --limit 1 --marker {page}",
        lambda found: len(found) == 1,
        keep={"next": lambda found: found[0]["id"]},
    ),
    Row("software config show {config}", lambda shown: shown["outputs"][0]["name"] == "result"),
    Row("software config show --config-only {config} -f yaml", lambda text: 'echo "$greeting"' in text),
)

# With TEMP_URL_SIGNAL, for which --timeout and --container are, this client fails before it asks anybody: it reads the
# token from a place that is empty when it runs as a plugin.
DEPLOYMENTS = (
    Row(
        f"software deployment create --config {{config}} --server {SERVER} --action CREATE --input-value greeting=moin"
        " --input-value more=yes --signal-transport NO_SIGNAL greeting",
        lambda shown: (shown["server_id"], shown["action"], shown["status"]) == (SERVER, "CREATE", "IN_PROGRESS"),
        keep={"deployment": lambda shown: shown["id"], "derived": lambda shown: shown["config_id"]},
    ),
    Row(
        f"software deployment create --config {{config}} --server {SERVER} --signal-transport NO_SIGNAL"
        " --timeout 5 --container reports other",
        lambda shown: shown["action"] == "UPDATE",
        keep={"second": lambda shown: shown["id"]},
    ),
    Row(
        f"software deployment list --server {SERVER}",
        lambda found: {row["action"] for row in found} == {"CREATE", "UPDATE"} and len(found[0]) == 5,
    ),
    Row(
        "software deployment list --long",
        lambda found: all(row["creation_time"] for row in found if row["server_id"] == SERVER),
    ),
    Row("software deployment list --server nobody", lambda found: found == []),
    Row(
        f"software deployment metadata show {SERVER}",
        lambda text: (
            {part["name"]: {each["name"]: each.get("value") for each in part["inputs"]} for part in json.loads(text)}[
                "greeting"
            ]["greeting"]
            == "moin"
        ),
    ),
    Call(
        "PUT",
        "/software_deployments/{deployment}",
        {"status": "COMPLETE", "output_values": {"deploy_stdout": "moin\n", "result": "done"}},
    ),
    Row(
        "software deployment show {deployment}",
        lambda shown: shown["status"] == "COMPLETE" and "output_values" not in shown,
    ),
    Row("software deployment show --long {deployment}", lambda shown: shown["output_values"]["result"] == "done"),
    Row("software deployment output show {deployment} result", lambda text: "done" in text and "moin" not in text),
    Row("software deployment output show --all --long {deployment}", lambda text: "done" in text and "moin" in text),
    Row("software deployment delete {deployment} {second}", lambda text: text == ""),
    Row(f"software deployment list --server {SERVER}", lambda found: found == []),
    Row("software config delete {config} {bare}", lambda text: text == ""),
    Row(
        "software config list",
        lambda found: not {"greet", "bare", "greeting", "other"} & {row["name"] for row in found},
    ),
)
