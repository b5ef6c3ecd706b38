"""``openstack orchestration …``: what the service is and knows."""

from __future__ import annotations

from typing import Any

from tests.acceptance.client_commands.row import Other, Row

VERSION = "heat_template_version.2021-04-16"


def types(answer: list[dict[str, Any]]) -> set[str]:
    return {row["Resource Type"] for row in answer}


def functions(answer: list[dict[str, Any]]) -> set[str]:
    return {row["Functions"] for row in answer}


def previewed(resources: list[Any]) -> set[str]:
    """Names; what a nested stack would have stands in a list of its own."""
    return {
        name for part in resources for name in (previewed(part) if isinstance(part, list) else [part["resource_name"]])
    }


SERVICE = (
    Row("orchestration build info", lambda shown: set(shown) == {"api", "engine"}),
    Row(
        "orchestration service list",
        lambda found: found and {(row["Binary"], row["Status"]) for row in found} == {("heat-mq-engine", "up")},
        admin=True,
    ),
    Row(
        "orchestration template version list",
        lambda found: (
            {row["Version"]: (row["Type"], row["Aliases"]) for row in found}.items()
            >= {
                VERSION: ("hot", ["heat_template_version.wallaby"]),
                "HeatTemplateFormatVersion.2012-12-12": ("cfn", []),
            }.items()
        ),
    ),
    Row(
        f"orchestration template function list {VERSION}",
        lambda found: {"get_attr", "filter"} <= functions(found) and not {"equals", "yaql_cond"} & functions(found),
    ),
    Row(
        f"orchestration template function list --with_conditions {VERSION}",
        lambda found: {"get_attr", "filter", "equals", "not"} <= functions(found),
    ),
    Row(
        "orchestration resource type list",
        lambda found: {"OS::Heat::Stack", "OS::Nova::Server", "OS::Cinder::Volume"} <= types(found),
    ),
    Row(
        "orchestration resource type list --long --filter name=OS::Heat::Ra --filter support_status=SUPPORTED",
        lambda found: types(found) == {"OS::Heat::RandomString"} and all(row["Description"] for row in found),
    ),
    Row(
        "orchestration resource type list --filter version=5.0.0 --filter name=OS::Heat",
        lambda found: "OS::Heat::TestResource" in types(found) and "OS::Heat::RandomString" not in types(found),
    ),
    Row(
        "orchestration resource type show OS::Heat::RandomString",
        lambda shown: {"length", "salt"} <= set(shown["properties"]) and "value" in shown["attributes"],
    ),
    Row(
        "orchestration resource type show --long OS::Heat::RandomString",
        lambda shown: shown["description"] and shown["support_status"]["status"] == "SUPPORTED",
    ),
    Row(
        "orchestration resource type show --template-type hot OS::Heat::RandomString",
        lambda shown: "heat_template_version" in shown and "length" in shown["parameters"],
    ),
    Row(
        "orchestration resource type show --template-type cfn OS::Heat::RandomString",
        lambda shown: "HeatTemplateFormatVersion" in shown and "length" in shown["Parameters"],
    ),
)

BOTH = "-e {T}/life.env.yaml -e {T}/more.env.yaml"

TEMPLATES = (
    Row(
        f"orchestration template validate -t {{T}}/life.yaml {BOTH} --parameter story=told --parameter key=hidden",
        lambda shown: (
            shown["Parameters"]["story"]["Value"] == "told"
            and shown["Parameters"]["first"]["Value"] == "from the environment"
            and shown["Parameters"]["key"]["NoEcho"] == "true"
            and "NestedParameters" not in shown
        ),
    ),
    Row(
        f"orchestration template validate --template {{T}}/life.yaml {BOTH} --show-nested --ignore-errors 99001",
        lambda shown: (
            shown["NestedParameters"]["members"]["Type"] == "My::Members"
            and set(shown["NestedParameters"]["members"]["Parameters"]) == {"text", "suffix"}
        ),
    ),
)

IN_SWIFT = "--files-container box -e life.env.yaml -e more.env.yaml"

CONTAINER = (
    Other("container create box"),
    *(
        Other(f"object create --name {name} box {{T}}/{name}")
        for name in ("life.env.yaml", "more.env.yaml", "members.yaml", "greeting.txt")
    ),
    Row(
        f"orchestration template validate -t {{T}}/life.yaml {IN_SWIFT} --show-nested",
        lambda shown: (
            "members" in shown["NestedParameters"] and shown["Parameters"]["first"]["Value"] == "from the environment"
        ),
    ),
    Row(
        f"stack create --dry-run -t {{T}}/life.yaml {IN_SWIFT} boxed",
        lambda shown: previewed(shown["resources"]) == {"word", "slow", "handle", "one", "two"},
    ),
    Row(
        f"stack create --wait --poll 1 -t {{T}}/life.yaml {IN_SWIFT} boxed",
        lambda shown: shown["stack_status"] == "CREATE_COMPLETE",
    ),
    Row("stack output show boxed greeting", lambda shown: shown["output_value"] == "hello\n"),
    Row(
        f"stack update -t {{T}}/life.yaml {IN_SWIFT} --parameter first=changed boxed",
        rests=("boxed", "UPDATE_COMPLETE"),
    ),
    Row("stack output show boxed first", lambda shown: shown["output_value"] == "changed"),
    Row("stack delete --yes boxed", rests=("boxed", "gone")),
)
