"""``openstack stack …``: what the stack ``life`` shows from its creation on."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.client_commands.orchestration import previewed
from tests.acceptance.client_commands.row import Row

TEMPLATE = "-t {T}/life.yaml -e {T}/life.env.yaml -e {T}/more.env.yaml"
CREATE = (
    f"stack create {TEMPLATE} --parameter seconds=0 --parameter key=hidden-word-5167"
    " --parameter-file story={T}/story.txt --parameter-file second={T}/greeting.txt"
    " --tags red,blue --timeout 17 --enable-rollback"
)
HIDDEN = "kept-apart"


def names(answer: list[dict[str, Any]]) -> list[str]:
    return [row["Stack Name"] for row in answer]


def resources(answer: list[dict[str, Any]]) -> list[str]:
    return sorted(row["resource_name"] for row in answer)


def events(answer: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["resource_name"], row["resource_status"]) for row in answer]


CREATION = (
    Row(
        f"{CREATE} --dry-run life",
        lambda shown: (
            previewed(shown["resources"]) == {"word", "slow", "handle", "one", "two"}
            and shown["parameters"]["story"] == "once upon a time"
        ),
    ),
    Row("stack list", lambda found: "life" not in names(found)),
    Row(
        f"{CREATE} --wait --poll 1 life",
        lambda shown: shown["stack_status"] == "CREATE_COMPLETE",
        keep={"life": lambda shown: shown["id"]},
    ),
    Row(
        f"stack create -t {{T}}/hooked.yaml --tags {HIDDEN},red other",
        lambda shown: shown["stack_status"].startswith("CREATE"),
        keep={"other": lambda shown: shown["id"]},
        rests=("other", "CREATE_COMPLETE"),
    ),
)

SHOWN = (
    Row(
        "stack show life",
        lambda shown: (
            shown["id"]
            and shown["parameters"].items()
            >= {
                "first": "from the environment",
                "second": "hello\n",
                "story": "once upon a time",
                "key": "******",
                "OS::stack_name": "life",
            }.items()
            and {each["output_key"] for each in shown["outputs"]} == {"first", "second", "greeting"}
            and (shown["timeout_mins"], shown["disable_rollback"], shown["tags"]) == (17, False, ["red", "blue"])
            and shown["stack_status_reason"] == "Stack CREATE completed successfully"
        ),
    ),
    Row(
        "stack show --no-resolve-outputs {life}",
        lambda shown: shown["stack_name"] == "life" and "outputs" not in shown,
    ),
    Row(
        "stack environment show life",
        lambda shown: (
            shown["parameters"]["first"] == "from the environment"
            and shown["parameters"]["key"] == "******"
            and shown["parameter_defaults"] == {"second": "from the defaults"}
            and shown["resource_registry"]["My::Members"].endswith("/members.yaml")
        ),
    ),
    Row(
        "stack file list life",
        lambda shown: (
            {name.rpartition("/")[2] for name in shown["files"]}
            == {"members.yaml", "greeting.txt", "life.env.yaml", "more.env.yaml"}
            and "hello\n" in shown["files"].values()
        ),
    ),
    Row("stack template show life", lambda shown: set(shown["resources"]) == {"word", "slow", "members", "handle"}),
    Row(
        "stack output list life",
        lambda found: (
            {row["output_key"]: row["description"] for row in found}.items() >= {"first": "The first word"}.items()
            and len(found) == 3
        ),
    ),
    Row(
        "stack output show life first",
        lambda shown: (shown["output_key"], shown["output_value"]) == ("first", "from the environment"),
    ),
    Row(
        "stack output show --all life",
        lambda shown: (
            {key: each["output_value"] for key, each in shown.items()}.items()
            >= {"greeting": "hello\n", "second": "hello\n"}.items()
        ),
    ),
)

LISTS = (
    Row("stack list", lambda found: names(found) == ["other", "life"] and len(found[0]) == 5),
    Row("stack list --short", lambda found: names(found) == ["other", "life"] and len(found[0]) == 3),
    Row("stack list --hidden --sort stack_name:asc", lambda found: names(found) == ["life", "other"]),
    Row("stack list --hidden --tags red", lambda found: sorted(names(found)) == ["life", "other"]),
    Row("stack list --hidden --tags red,blue", lambda found: names(found) == ["life"]),
    Row(f"stack list --hidden --tags blue,{HIDDEN} --tag-mode any", lambda found: len(found) == 2),
    Row("stack list --hidden --tags red,blue --tag-mode not", lambda found: names(found) == ["other"]),
    Row("stack list --hidden --tags blue,green --tag-mode not-any", lambda found: names(found) == ["other"]),
    Row(
        "stack list --hidden --property name=life --property status=COMPLETE --property action=CREATE",
        lambda found: names(found) == ["life"],
    ),
    Row("stack list --hidden --property stack_name=nobody", lambda found: found == []),
    Row(
        "stack list --hidden --limit 1 --sort stack_name:asc",
        lambda found: len(found) == 1,
        keep={"newest": lambda found: found[0]["ID"]},
    ),
    Row("stack list --hidden --limit 1 --marker {newest}", lambda found: len(found) == 1),
    Row(
        "stack list --hidden --nested",
        lambda found: (
            len(found) == 4
            and {row["Parent"] for row in found if row["Stack Name"] in ("life", "other")} == {None}
            and all(row["Parent"] for row in found if row["Stack Name"] not in ("life", "other"))
        ),
    ),
    Row(
        "stack list --all-projects --hidden",
        lambda found: set(names(found)) >= {"life", "other"} and all(row["Project"] for row in found),
        admin=True,
    ),
    Row(
        "stack list --long",
        lambda found: {row["Stack Owner"] for row in found if row["Stack Name"] == "life"} == {"demo"},
        admin=True,
    ),
    Row(
        "stack list --all-projects --project demo --project-domain Default",
        lambda found: names(found) == ["other", "life"],
        admin=True,
    ),
    Row(
        "stack list --all-projects --project alt_demo --project-domain Default",
        lambda found: found == [],
        admin=True,
    ),
)

RESOURCES = (
    Row(
        "stack resource list life",
        lambda found: resources(found) == ["handle", "members", "slow", "word"] and "stack_name" not in found[0],
    ),
    Row(
        "stack resource list -n 2 --long life",
        lambda found: (
            resources(found) == ["handle", "members", "one", "slow", "two", "word"]
            and {row["stack_name"] == "life" for row in found} == {True, False}
        ),
    ),
    Row(
        "stack resource list life --filter type=OS::Heat::TestResource --filter status=COMPLETE --filter action=CREATE",
        lambda found: resources(found) == ["slow", "word"],
    ),
    Row(
        "stack resource list --nested-depth 1 --filter name=one life",
        lambda found: resources(found) == ["one"],
        keep={"one": lambda found: found[0]["physical_resource_id"]},
    ),
    Row(
        "stack resource list --nested-depth 1 --filter physical_resource_id={one} life",
        lambda found: resources(found) == ["one"],
    ),
    Row(
        "stack resource list -n 2 -f dot life",
        # word -> slow, one -> two, and members to what is in it
        lambda text: text.startswith("digraph") and text.count(" -> ") == 3 and 'label="members";' in text,
    ),
    Row(
        "stack resource show --with-attr output --with-attr show life word",
        lambda shown: (
            shown["resource_status"] == "CREATE_COMPLETE" and shown["attributes"]["output"] == "from the environment"
        ),
    ),
    Row(
        'stack resource signal life handle --data \'{{"id": "by-data", "status": "SUCCESS", "data": "typed"}}\'',
        rests=("life", "CREATE_COMPLETE"),
    ),
    Row("stack resource signal life handle --data-file {T}/signal.json", rests=("life", "CREATE_COMPLETE")),
    Row(
        "stack resource metadata life handle",
        lambda shown: (
            {key: (each["data"], each["status"]) for key, each in shown.items()}
            == {"by-data": ("typed", "SUCCESS"), "by-file": ("from a file", "SUCCESS")}
        ),
    ),
    Row("stack resource mark unhealthy life word 'it does not answer'", rests=("life", "CREATE_COMPLETE")),
    Row(
        "stack resource show life word",
        lambda shown: (
            (shown["resource_status"], shown["resource_status_reason"]) == ("CHECK_FAILED", "it does not answer")
        ),
    ),
    Row("stack resource mark unhealthy --reset life word", rests=("life", "CREATE_COMPLETE")),
    Row("stack resource show life word", lambda shown: shown["resource_status"] == "CHECK_COMPLETE"),
)

EVENTS = (
    Row(
        "stack event list life",
        lambda found: (
            events(found)[0] == ("life", "CREATE_IN_PROGRESS")
            and {("handle", "SIGNAL_COMPLETE"), ("word", "CHECK_FAILED"), ("life", "CREATE_COMPLETE")}
            <= set(events(found))
        ),
    ),
    Row(
        "stack event list --limit 2 life",
        lambda found: len(found) == 2 and events(found)[0] == ("life", "CREATE_IN_PROGRESS"),
        keep={"second": lambda found: found[1]["id"], "first": lambda found: found[0]["id"]},
    ),
    Row(
        "stack event list --marker {second} --limit 1 life",
        lambda found: len(found) == 1,
        keep={"third": lambda found: found[0]["id"]},
    ),
    Row(
        "stack event list --marker {first} --limit 2 life",
        lambda found: len(found) == 2,
    ),
    Row(
        "stack event list --resource word --filter resource_action=CREATE --filter resource_status=COMPLETE life",
        lambda found: events(found) == [("word", "CREATE_COMPLETE")],
        keep={"event": lambda found: found[0]["id"]},
    ),
    Row(
        "stack event list --sort resource_name:desc --sort event_time:asc life",
        lambda found: (
            [row["resource_name"] for row in found] == sorted((row["resource_name"] for row in found), reverse=True)
        ),
    ),
    Row("stack event list --sort :desc life", lambda found: events(found)[-1] == ("life", "CREATE_IN_PROGRESS")),
    Row(
        "stack event list --nested-depth 2 life",
        lambda found: (
            {row["stack_name"] for row in found if row["resource_name"] in ("one", "two")} not in (set(), {"life"})
        ),
    ),
    Row("stack event list life -f log", lambda text: "[life]: CREATE_COMPLETE" in text),
    Row("stack event list --follow life", lambda text: "[life.word]: CREATE_COMPLETE" in text, says="CHECK_COMPLETE"),
    Row(
        "stack event show life word {event}",
        lambda shown: (
            (shown["resource_name"], shown["resource_status"], shown["resource_type"])
            == ("word", "CREATE_COMPLETE", "OS::Heat::TestResource")
            and shown["resource_properties"]["value"] == "from the environment"
        ),
    ),
)


def changes(shown: dict[str, Any]) -> dict[str, list[str]]:
    """Names by what would happen to them."""
    decoded = {key: json.loads(each) if isinstance(each, str) else each for key, each in shown.items()}
    return {key: sorted(part["resource_name"] for part in each) for key, each in decoded.items() if each}


UPDATES = (
    Row(
        "stack update --dry-run --existing --parameter first=changed life",
        lambda shown: changes(shown) == {"unchanged": ["handle", "slow"], "updated": ["members", "word"]},
    ),
    Row(
        f"stack update --dry-run --show-nested {TEMPLATE} --parameter story=anew life",
        lambda shown: "one" in changes(shown)["updated"] and "two" in changes(shown)["unchanged"],
    ),
    Row(
        "stack update --wait --existing --parameter first=changed --clear-parameter second --clear-parameter key"
        " --rollback disabled --timeout 9 --tags green --converge life",
        lambda shown: shown["stack_status"] == "UPDATE_COMPLETE",
    ),
    Row(
        "stack show life",
        lambda shown: (
            (shown["timeout_mins"], shown["disable_rollback"], shown["tags"]) == (9, True, ["green"])
            and shown["parameters"].items()
            >= {"first": "changed", "second": "from the defaults", "story": "once upon a time"}.items()
        ),
    ),
    Row(
        f"stack update {TEMPLATE} --parameter seconds=0 --parameter first=again --rollback enabled"
        " --parameter-file story={T}/greeting.txt --parameter-file second={T}/story.txt life",
        lambda shown: shown["stack_status"].startswith("UPDATE"),
        rests=("life", "UPDATE_COMPLETE"),
    ),
    Row(
        "stack output show --all life",
        lambda shown: (
            {key: each["output_value"] for key, each in shown.items()}.items()
            >= {"first": "again", "second": "once upon a time"}.items()
        ),
    ),
    Row("stack show life", lambda shown: shown["disable_rollback"] is False),
)
