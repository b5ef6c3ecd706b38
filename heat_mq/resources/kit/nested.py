"""Types that own a child stack: what they have in common is how they wait for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.arn import Arn
from heat_mq.errors import Bug, CloudGone, InvalidTemplate, StepFailed
from heat_mq.resources.kit.call import Call, ChildStacks
from heat_mq.resources.kit.outcome import DONE, PARTLY_CHECKED, Done, Outcome, Park
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource
from heat_mq.template.tree import select

ADOPTED: Final = "adopted"
"""In the progress of an adoption: the resources of the nested stack, as the dump has them."""
SERVERS: Final = ("Instances", "members")
"""Names that a load balancer's property with the servers behind it may have."""
_REASON = re.compile(r"^Resource \w+ failed: (?P<kind>\w+): (?P<text>resources\..*)$", re.DOTALL)


class NestedStack(Resource):
    """The physical id is the child's id. Subclasses say what the child is; its stack does the rest.

    The child wakes this resource's node when it ends, so nothing polls.
    """

    nested: ClassVar[bool] = True
    always_looks: ClassVar[bool] = True
    deferred_auth: ClassVar[bool] = True

    _deleting = False

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        """``{"template": map or text, "parameters": {…}, "name": file name of the template}``."""
        raise Bug(f"{type(self).__name__} does not say what its child is")

    def find_existing(self, call: Call, props: Props) -> str | None:
        return self._children(call).existing()

    def create(self, call: Call, props: Props) -> str:
        return self._children(call).create(self.child(call, props))

    def check_create(self, call: Call) -> Outcome:
        return self._await(call)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        self._children(call).update(self.physical_id, self.child(call, props))

    def check_update(self, call: Call) -> Outcome:
        return self._await(call)

    def delete(self, call: Call) -> None:
        self._deleting = self._children(call).delete(self.physical_id)

    def check_delete(self, call: Call) -> Outcome:
        if self._deleting:
            self._deleting = False
            return Park()  # its last node wakes us, or has done so by now
        state = self._children(call).state(self.physical_id)
        return DONE if state is None else self._await(call)

    def needs_replace_failed(self, call: Call) -> bool:
        """A child that failed is updated: its own resources decide what is made anew."""
        return self._children(call).state(self.physical_id) is None

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        """The child looks at its own resources; here it is there, or not."""
        if self._children(call).state(self.physical_id) is None:
            raise CloudGone("the nested stack is gone")
        return {}

    def suspend(self, call: Call) -> None:
        self._children(call).suspend(self.physical_id)

    def check_suspend(self, call: Call) -> Outcome:
        return self._await(call)

    def resume(self, call: Call) -> None:
        self._children(call).resume(self.physical_id)

    def check_resume(self, call: Call) -> Outcome:
        return self._await(call)

    def check(self, call: Call) -> Outcome:
        """The child checks its own resources."""
        children = self._children(call)
        if "checking" not in call.progress and children.state(self.physical_id) is not None:
            children.check(self.physical_id)
            call.progress["checking"] = True
        outcome = self._await(call)
        state = children.state(self.physical_id)
        return Done(PARTLY_CHECKED) if outcome == DONE and state and state[2].endswith(PARTLY_CHECKED) else outcome

    def snapshot(self, call: Call) -> None:
        """The child saves its own resources."""
        if call.copy is None:
            raise Bug("a snapshot is taken without a copy to take")
        self._children(call).snapshot(self.physical_id, call.copy.id)

    def check_snapshot(self, call: Call) -> Outcome:
        outcome = self._await(call)
        state = self._children(call).state(self.physical_id)
        if outcome == DONE and state is not None and state[0] != "SNAPSHOT":
            raise StepFailed("the nested stack was changed while its snapshot was taken")
        return outcome

    def adopt(self, call: Call, props: Props) -> str:
        """The child adopts its own resources: those that the dump has below this one."""
        children = self._children(call)
        adopted = call.progress.get(ADOPTED) or {}
        return children.existing() or children.adopt(self.adopted_child(call, props, adopted), adopted)

    def adopted_child(self, call: Call, props: Props, resources: Mapping[str, Any]) -> dict[str, Any]:
        """The child that is made of ``resources``, which the dump has by name."""
        return self.child(call, props)

    def check_adopt(self, call: Call) -> Outcome:
        return self._await(call)

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        record = self.record
        if record.physical_id is None:
            return record.name
        # <parent>-<resource>-<random> is the child's name by rule
        return str(Arn(record.project_id, record.physical_name, record.physical_id))

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """The value of an output of the child; groups look into members."""
        try:
            value = self._children(call).output(self.physical_id, name)
        except InvalidTemplate as error:
            raise StepFailed(f"Error in {self.record.name} output {name}: {error.problems[0].message}") from error
        return select(value, list(path))

    def _children(self, call: Call) -> ChildStacks:
        if call.children is None:
            raise Bug("a nested stack type was called without the port to child stacks")
        return call.children

    def _await(self, call: Call) -> Outcome:
        state = self._children(call).state(self.physical_id)
        if state is None:
            raise StepFailed("the nested stack is gone")
        _, status, reason = state
        if status == "IN_PROGRESS":
            return Park()
        if status == "FAILED":
            raise nested_failure(reason)
        return DONE


def nested_failure(reason: str) -> StepFailed:
    """The child's failure with the path to the failed leaf kept (``fields["below"]``)."""
    match = _REASON.match(reason)
    if match is None:
        return StepFailed(reason)
    return StepFailed(match["text"], kind=match["kind"], below=True)


def servers_property(cls: type[Resource]) -> str | None:
    """The property of a load balancer that has the servers behind it; None when the type is no such load balancer."""
    found = (name for name in SERVERS if name in cls.Properties.props)
    return next(found, None) if issubclass(cls, NestedStack) else None


def with_members(resource: Resource, call: Call, props: Props) -> Props:
    """The properties with the members of groups that name this load balancer beside its own servers."""
    key = servers_property(type(resource))
    behind = call.peers.behind(resource.record.name) if key is not None and call.peers is not None else ()
    if key is None or not behind:
        return props
    own = props[key] or ()
    servers = own.split(",") if isinstance(own, str) else own
    return Props({**props, key: list(dict.fromkeys([*servers, *behind]))})
