"""Plans about snapshots, and what a restore puts over a template."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.graph.plan import Kind
from heat_mq.planner.actions import build_forget_plan, build_snapshot_plan
from heat_mq.planner.build import build_delete_plan
from heat_mq.planner.restored import Part, build_overlay, overlay_of_child, put_over
from heat_mq.planner.stored import StoredCopy, StoredResource
from heat_mq.template import parse


def row(name: str, *requires: str) -> StoredResource:
    return StoredResource(name, name, "T", "CREATE", "COMPLETE", requires=requires)


def test_resources_are_saved_and_copies_deleted_in_no_order() -> None:
    taken = build_snapshot_plan({"a": "copy-a", "b": "copy-b"})
    gone = build_forget_plan([StoredCopy("copy-a", "a"), StoredCopy("copy-b", "b", owner="group")])
    for plan, kind in ((taken, Kind.SNAPSHOT), (gone, Kind.FORGET)):
        assert {(item.operation.kind, item.operation.resource_id) for item in plan.nodes} == {
            (kind, "copy-a"),
            (kind, "copy-b"),
        }
        assert not any(item.pending for item in plan.nodes)


def test_copies_of_a_nested_stack_are_deleted_after_it_and_the_whole_is_released_last() -> None:
    copies = [StoredCopy("own", "net"), StoredCopy("inner", "disk", owner="group")]
    plan = build_delete_plan([row("net"), row("group", "net")], release=True, copies=copies)
    at = {item.operation.resource_id: place for place, item in enumerate(plan.nodes)}
    pending = {item.operation.resource_id: item.pending for item in plan.nodes}
    assert (pending["own"], pending["inner"]) == (0, 1)
    assert at["inner"] in plan.nodes[at["group"]].successors
    assert (plan.nodes[-1].operation.kind, plan.nodes[-1].pending) == (Kind.RELEASE, 4)


PARTS = [
    Part("1", "server", None, {"image": "saved"}, {"snapshot_image_id": "saved"}),
    Part("2", "group", None, {}),
    Part("3", "disk", "2", {"backup_id": "b", "image": None}),
    Part("4", "empty", None, {}),
    Part("5", "nothing", "4", {}),
]


def test_an_overlay_follows_the_tree_and_leaves_out_what_saved_nothing() -> None:
    overlay = build_overlay(PARTS, "token")
    inner = {"properties": {"disk": {"backup_id": "b", "image": None}}}
    assert overlay == {
        "properties": {"server": {"image": "saved"}},
        "saved": {"server": {"snapshot_image_id": "saved"}},
        "nested": {"group": inner},
        "token": "token",
    }
    assert overlay_of_child(overlay, "group") == {**inner, "token": "token"}
    assert overlay_of_child(overlay, "empty") == overlay_of_child({}, "group") == {}
    assert build_overlay(PARTS[3:], "token") == {}


@pytest.mark.parametrize(
    ("version", "section", "word"),
    [
        ({"heat_template_version": "2021-04-16"}, "resources", "properties"),
        ({"AWSTemplateFormatVersion": "2010-09-09"}, "Resources", "Properties"),
    ],
)
def test_values_are_put_over_a_template_in_its_own_words(version: dict[str, str], section: str, word: str) -> None:
    kind = {"resources": "type", "Resources": "Type"}[section]
    raw: dict[str, Any] = {
        **version,
        section: {
            "disk": {kind: "OS::Cinder::Volume", word: {"size": 1, "image": "cirros"}},
            "bare": {kind: "OS::Cinder::Volume"},
            "other": {kind: "OS::Heat::None"},
        },
    }
    template = parse(raw)
    values = {name: {"backup_id": "b", "image": None} for name in ("disk", "bare", "gone")}
    changed = put_over(template.raw, template.dialect.words, {"properties": values})
    assert changed[section] == {
        "disk": {kind: "OS::Cinder::Volume", word: {"size": 1, "backup_id": "b"}},
        "bare": {kind: "OS::Cinder::Volume", word: {"backup_id": "b"}},
        "other": raw[section]["other"],
    }
    assert raw[section]["disk"][word] == {"size": 1, "image": "cirros"}
