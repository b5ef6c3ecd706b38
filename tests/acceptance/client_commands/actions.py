"""``openstack stack …``: what is done to stacks that are there."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.client_commands.life import names
from tests.acceptance.client_commands.row import Row


def states(answer: list[dict[str, Any]]) -> set[str]:
    return {row["Stack Status"] for row in answer}


def waiting(answer: list[dict[str, Any]]) -> list[str]:
    return sorted(row["Resource Name"] for row in answer)


HOOKS = (
    Row(
        "stack create -t {T}/hooked.yaml --pre-create held --pre-create members/two hooked",
        lambda shown: shown["stack_status"] == "CREATE_IN_PROGRESS",
    ),
    Row("stack hook poll hooked", lambda found: waiting(found) == ["held"], again=True),
    Row("stack hook poll --nested-depth 1 hooked", lambda found: waiting(found) == ["held", "two"], again=True),
    Row("stack hook clear hooked held members/t*"),
    Row("stack show hooked", lambda shown: shown["stack_status"] == "CREATE_COMPLETE", again=True),
    Row(
        "stack update -t {T}/hooked.yaml --parameter value=second --pre-update held --pre-update members/one hooked",
        lambda shown: shown["stack_status"] == "UPDATE_IN_PROGRESS",
    ),
    Row("stack hook poll --nested-depth 1 hooked", lambda found: waiting(found) == ["held", "one"], again=True),
    Row("stack hook clear --pre-update hooked h* members/one", rests=("hooked", "UPDATE_COMPLETE")),
    Row(
        "stack update -t {T}/hooked.yaml -e {T}/pre_delete.env.yaml --parameter value=second hooked",
        rests=("hooked", "UPDATE_COMPLETE"),
    ),
    Row("stack delete --yes hooked", rests=("hooked", "DELETE_IN_PROGRESS")),
    Row("stack hook poll hooked", lambda found: waiting(found) == ["held"], again=True),
    Row("stack hook clear --pre-delete hooked held", rests=("hooked", "gone")),
    Row("stack create -t {T}/hooked.yaml --pre-create held hooked"),
    Row("stack hook poll hooked", lambda found: waiting(found) == ["held"], again=True),
    Row("stack hook clear --pre-create hooked held", rests=("hooked", "CREATE_COMPLETE")),
)

CANCEL = (
    Row("stack update --existing --parameter seconds=600 --parameter second=slow life"),
    Row(
        "stack resource list --filter name=slow life",
        lambda found: found[0]["resource_status"] == "UPDATE_IN_PROGRESS",
        again=True,
    ),
    Row("stack cancel --no-rollback life", rests=("life", "UPDATE_FAILED")),
    Row("stack update --existing --parameter seconds=0 life", rests=("life", "UPDATE_COMPLETE")),
    Row("stack update --existing --parameter seconds=600 --parameter second=slower life"),
    Row(
        "stack resource list --filter name=slow life",
        lambda found: found[0]["resource_status"] == "UPDATE_IN_PROGRESS",
        again=True,
    ),
    Row("stack cancel --wait life", lambda found: states(found) == {"ROLLBACK_COMPLETE"}),
)

ACTIONS = (
    Row("stack check --wait hooked life", lambda found: states(found) == {"CHECK_COMPLETE"} and len(found) == 2),
    Row("stack suspend --wait hooked life", lambda found: states(found) == {"SUSPEND_COMPLETE"} and len(found) == 2),
    Row("stack resume --wait hooked life", lambda found: states(found) == {"RESUME_COMPLETE"} and len(found) == 2),
)

FAILURES = (
    Row("stack failures list life", lambda text: text == ""),
    Row("stack create -t {T}/failing.yaml failing", rests=("failing", "CREATE_FAILED")),
    Row(
        "stack failures list failing",
        lambda text: (
            "failing.top.culprit:" in text
            and "resource_type: OS::Heat::TestResource" in text
            and "status: CREATE_FAILED" in text
        ),
    ),
    Row(
        "stack failures list --long failing",
        lambda text: "Test Resource failed culprit" in text,
    ),
)

SNAPSHOTS = (
    Row(
        "stack snapshot create --name monday life",
        lambda shown: (shown["name"], shown["status"]) == ("monday", "IN_PROGRESS"),
        keep={"snapshot": lambda shown: shown["ID"]},
        rests=("life", "SNAPSHOT_COMPLETE"),
    ),
    Row(
        "stack snapshot list life",
        lambda found: [(row["name"], row["status"]) for row in found] == [("monday", "COMPLETE")],
    ),
    Row(
        "stack snapshot show life {snapshot}",
        lambda shown: (
            shown["snapshot"]["name"] == "monday"
            and set(shown["snapshot"]["data"]["resources"]) >= {"word", "slow", "members"}
        ),
    ),
    Row("stack update --existing --parameter first=later life", rests=("life", "UPDATE_COMPLETE")),
    Row("stack snapshot restore life {snapshot}", rests=("life", "RESTORE_COMPLETE")),
    Row("stack output show life first", lambda shown: shown["output_value"] == "again"),
    Row("stack snapshot delete --yes life {snapshot}", lambda text: text == ""),
    Row("stack snapshot list life", lambda found: found == [], again=True),
)

MOVES = (
    Row(
        "stack export hooked",
        lambda shown: shown["name"] == "hooked" and set(shown["resources"]) == {"held", "members"},
    ),
    Row("stack export --output-file {tmp}/export.json hooked", lambda text: text.strip() in ("", "{}")),
    Row("stack abandon --output-file {tmp}/dump.json hooked", rests=("hooked", "gone")),
    Row(
        "stack adopt --adopt-file {tmp}/dump.json --enable-rollback -e {T}/more.env.yaml -e {T}/extra.env.yaml"
        " --parameter other=adopted --parameter value=second --timeout 11 --wait moved",
        lambda shown: shown["stack_status"] == "ADOPT_COMPLETE",
    ),
    Row(
        "stack show moved",
        lambda shown: shown["disable_rollback"] is False and shown["parameters"]["value"] == "second",
    ),
    Row("stack resource list moved", lambda found: {row["resource_status"] for row in found} == {"ADOPT_COMPLETE"}),
    Row("stack abandon moved", lambda shown: shown["action"] == "ADOPT" and "held" in json.dumps(shown["resources"])),
)

END = (
    Row("stack delete --yes --wait life other failing", rests=("life", "gone")),
    Row(
        "stack list --deleted --hidden",
        lambda found: {"life", "other", "failing"} <= set(names(found)) and all(row["Deletion Time"] for row in found),
    ),
    Row("stack list --hidden", lambda found: found == []),
)
