"""The base of every resource type: straight verbs, each with a default that is right for most types."""

from __future__ import annotations

import builtins
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from heat_mq.errors import ActionNotSupported, CloudGone, Problem
from heat_mq.resources.kit.call import Call, Record, Sibling
from heat_mq.resources.kit.outcome import DONE, Outcome, Wait
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.scaling import Adjustment, Resize
from heat_mq.resources.kit.schema import Schema, Support
from heat_mq.template.tree import select


class Resource:
    """One resource type; an instance is one resource for the length of a step.

    Declare it with ``class Net(Resource, type="OS::Neutron::Net")``, list its ``Properties`` and ``Attributes`` and
    write the verbs it needs. Verbs are plain blocking-style functions. One verb makes at most one object in the
    cloud, so that its id is stored before anything else happens.

    ``service`` is the service type of the catalog that ``call.api`` speaks to ("network", "compute", …), empty when
    the type touches no cloud: its steps are then cheap and may be repeated freely.
    ``needs_extension`` names the service's extension without which the type cannot work.
    """

    type: ClassVar[str] = ""
    service: ClassVar[str] = ""
    support: ClassVar[Support] = Support()
    needs_extension: ClassVar[str] = ""
    substitute: ClassVar[str] = ""  # the type that takes objects of this one over, in place
    name_limit: ClassVar[int | None] = None
    deferred_auth: ClassVar[bool] = False  # works on later without the user: signals, nested stacks, scaling
    snapshots: ClassVar[bool] = False  # deletion_policy Snapshot is allowed
    secret_reference: ClassVar[bool] = False  # the reference id must not be shown
    nested: ClassVar[bool] = False  # owns a child stack
    always_looks: ClassVar[bool] = False  # an update must look at it though its definition is the same
    shares_user: ClassVar[bool] = False  # its own user may read other resources: see user_reads
    always_replaced: ClassVar[bool] = False  # with always_looks: every update of the stack makes a new one
    passes_on: ClassVar[bool] = False  # each update of the stack is passed on to it, changed or not; always_looks
    wants_surroundings: ClassVar[bool] = False  # its steps see the stack's files and environment
    balancers: ClassVar[str] = ""  # of groups: the property that names the load balancers of the members
    keeps_software: ClassVar[bool] = False  # has software configs or deployments of its own
    deploys_to: ClassVar[str] = ""  # the property with the server, or the map of servers, that it deploys to
    takes_deployments: ClassVar[bool] = False  # is a server that software is deployed to
    deaf_in: ClassVar[frozenset[str]] = frozenset({"SUSPEND", "DELETE"})  # actions during which signals are refused
    made_in_parts: ClassVar[bool] = False  # the object is not the first thing it makes: deleted without id too
    observed: ClassVar[frozenset[str]] = frozenset()  # properties that the object shows by their names, as they are

    class Properties(Schema):
        pass

    class Attributes(Schema):
        pass

    class UpdatePolicy(Schema):
        """Keys of the definition's update_policy; what is not listed is refused."""

    registered: ClassVar[dict[str, builtins.type[Resource]]] = {}

    def __init_subclass__(cls, type: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type:
            cls.type = type
            Resource.registered[type] = cls

    def __init__(self, record: Record) -> None:
        self.record = record

    @classmethod
    def redefines(cls, name: str) -> bool:
        """Whether the type has a class method of its own (or of a base) in place of the one that does nothing."""
        # Compared as functions: a class method is bound anew for each class.
        return getattr(cls, name).__func__ is not getattr(Resource, name).__func__

    @property
    def physical_id(self) -> str:
        """The id of the cloud object; only for verbs that run after ``create`` gave one."""
        if self.record.physical_id is None:
            raise CloudGone(f"{self.record.name} has no physical id")
        return self.record.physical_id

    # --- before anything runs: pure -----------------------------------------------------------

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        """Rules between properties. Values may be ``UNKNOWN``; paths are relative to the properties."""
        return ()

    @classmethod
    def validate_elsewhere(cls, call: Call, props: Mapping[str, Any]) -> None:
        """Ask the service that the properties lead to whether it would take them; raises UserError.

        Called last, when nothing else is wrong. Values may be ``UNKNOWN``; ``call.files`` and ``call.environment``
        are what a nested stack would get.
        """

    @classmethod
    def validate_policy(cls, policy: Mapping[str, Any]) -> Iterable[Problem]:
        """Rules for the update_policy beyond its schema. Paths are relative to it."""
        return ()

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """Names of the resources that must exist before this one though it does not refer to them.

        ``others`` are those that work with a cloud. A name that no resource has counts for nothing.
        """
        return ()

    @classmethod
    def child_size(cls, props: Mapping[str, Any]) -> int:
        """For types with ``nested``: how many resources a child would have that is written out from a number.

        Asked before anything is written out: a number takes a line, and its child may fill the memory.
        """
        return 0

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        """For types with ``nested``: the child as far as it can be told from ``props``, which may be ``UNKNOWN``."""
        return None

    @classmethod
    def trial_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        """For types with ``nested``: a child that shows whether any child of theirs would do, empty ones too."""
        return cls.preview_child(props)

    @classmethod
    def offers(cls, attribute: str) -> bool:
        """Whether ``get_attr`` may ask for it, as far as that can be told before anything exists."""
        return cls.Attributes.open or attribute in cls.Attributes.props or attribute == "show"

    # --- create -------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        """The id of the object that an interrupted ``create`` may have made, by its deterministic name or token.

        Called only when a create was begun and its end is not known.
        """
        return None

    def create(self, call: Call, props: Props) -> str | Wait | None:
        """Begin to make the object; answer its id (None: it has none, the physical name stands for it).

        A :class:`Wait` says that nothing was made, because what the object belongs to is busy: ``create`` is called
        again.
        """
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        return DONE

    # --- update -------------------------------------------------------------------------------

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        """Whether this change, though each property may be updated in place, needs a new object."""
        return False

    def needs_replace_failed(self, call: Call) -> bool:
        """Whether a resource whose last action failed must be made anew."""
        return True

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        """Change the object in place; the old values are ``call.old``. May raise :class:`Replace`.

        Must be safe to repeat: a worker that died is followed by one that calls it again.
        """

    def check_update(self, call: Call) -> Outcome:
        return DONE

    # --- delete -------------------------------------------------------------------------------

    def delete(self, call: Call) -> None:
        """Begin to delete the object; quiet when it is gone (``CloudGone`` counts as done)."""

    def check_delete(self, call: Call) -> Outcome:
        return DONE

    def snapshot_delete(self, call: Call) -> None:
        """Begin to save what the object holds, before it is deleted by the deletion policy Snapshot.

        Only for types with ``snapshots``. ``delete`` follows when :meth:`check_snapshot_delete` is done. Must be safe
        to repeat.
        """

    def check_snapshot_delete(self, call: Call) -> Outcome:
        return DONE

    # --- snapshots ----------------------------------------------------------------------------

    def snapshot(self, call: Call) -> None:
        """Begin to save what the object holds as ``call.copy``. A type without this verb has nothing to save.

        Must be safe to repeat: a copy of that name is the one that was begun.
        """

    def check_snapshot(self, call: Call) -> Outcome:
        return DONE

    def delete_snapshot(self, call: Call) -> None:
        """Begin to delete ``call.copy``; quiet when it is gone. The object itself may be gone long since."""

    def check_delete_snapshot(self, call: Call) -> Outcome:
        return DONE

    @classmethod
    def restored(cls, saved: Mapping[str, Any]) -> dict[str, Any]:
        """Property values that bring back what was saved, None for one that must be left out.

        ``saved`` is the data of the copy. Where an update changes a property in place ``call.restoring`` tells it
        that the value counts though it is the same as before.
        """
        return {}

    @classmethod
    def saves(cls) -> bool:
        """Whether there is anything to save."""
        return cls.snapshot is not Resource.snapshot

    # --- adoption -----------------------------------------------------------------------------

    def adopt(self, call: Call, props: Props) -> str | None:
        """Take the object over that the dump of a stack names; answers its id.

        ``call.data`` is what the dump holds of the resource. Must be safe to repeat.
        """
        return self.physical_id

    def check_adopt(self, call: Call) -> Outcome:
        """Raise CloudGone when there is no such object. The default reads it, where there is something to read."""
        self.read(call)
        return DONE

    # --- replacement --------------------------------------------------------------------------

    def prepare_replace(self, call: Call) -> Outcome:
        """Give up what this object and its successor cannot both hold (a port, an address, a name).

        Asked of the old object until it is done, before the new one is created with the properties in
        ``call.successor``. Must be safe to repeat.
        """
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        """Take back what :meth:`prepare_replace` gave up: the new object did not come to be and is deleted.

        Where the object itself was given up another one is made; the answer to that is a ``Wait`` with its
        ``physical_id``, which is stored before the next question.
        """
        return DONE

    def is_same(self, successor: Props) -> bool:
        """Whether the object of a successor that has the same id is this one: then it does not go with this row.

        So it is for most types. An id that a template or other objects give (a flavor's, an attachment's) is that of
        what was made anew in the place of a lost object too. ``successor`` are the properties of the row in force;
        where this is False :meth:`delete` has them in ``call.successor``.
        """
        return True

    # --- suspend and resume -------------------------------------------------------------------

    def suspend(self, call: Call) -> None:
        """Begin to bring the object to rest. Must be safe to repeat."""

    def check_suspend(self, call: Call) -> Outcome:
        return DONE

    def resume(self, call: Call) -> None:
        """Begin to wake the object up again. Must be safe to repeat."""

    def check_resume(self, call: Call) -> Outcome:
        return DONE

    # --- look ---------------------------------------------------------------------------------

    def check(self, call: Call) -> Outcome:
        """Raise Failed when the object is not in order. The default reads it, where there is something to read."""
        self.read(call)
        return DONE

    def read(self, call: Call) -> dict[str, Any]:
        """The object as the service shows it: attribute ``show``, and where attributes come from."""
        return {}

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        """Values of properties as the object has them, for an update that compares with what is really there.

        ``live`` is the answer of :meth:`read`, ``call.wanted`` what the template asks for. Values are like those that
        a step gets: typed, with ids for names; what is not told counts as stored, and only what can be updated in
        place counts at all. The default picks the properties in :attr:`observed`. Raise ``CloudGone`` for an object
        that is there but as good as gone: it is replaced.
        """
        return {name: live[name] for name in self.observed if name in live}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        """The value of attribute ``name``; ``live`` is the answer of :meth:`read`."""
        return live.get(name)

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """For types with ``nested``: the value of ``get_attr`` with its whole path."""
        return select(self.attribute(call, self.read(call), name), list(path))

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        """What ``get_resource`` gives; ``data`` is the resource's stored data."""
        return self.record.physical_id if self.record.physical_id is not None else self.record.name

    # --- cancel -------------------------------------------------------------------------------

    def cancel(self, call: Call) -> None:
        """Tell whoever is waited for that nobody waits any more. Must be safe to repeat."""

    # --- what a guest is told -----------------------------------------------------------------

    @classmethod
    def guest_settings(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """For types with ``takes_deployments``: what is added to the metadata that the guest reads.

        ``data`` is the resource's stored data.
        """
        return {}

    @classmethod
    def hands_over(cls, data: Mapping[str, Any]) -> bool:
        """Whether the guest is given its metadata in a place of its own, and does not ask the API for it."""
        return False

    def hand_over(self, call: Call, metadata: Mapping[str, Any]) -> None:
        """Give the guest its whole metadata there. Must be safe to repeat; nothing put into ``call`` is stored."""

    # --- signals ------------------------------------------------------------------------------

    @classmethod
    def user_reads(cls, data: Mapping[str, Any], name: str) -> bool:
        """For types with ``shares_user``: whether the resource's own user may read the resource ``name`` as well."""
        return False

    def signal(self, call: Call, details: Any) -> SignalResult:
        """Take a signal; the answer says what is stored. Raises ActionNotSupported when the type takes none."""
        raise ActionNotSupported(f"resource {self.record.name} of type {self.type} takes no signals")

    def adjust(self, call: Call, wish: Adjustment) -> Resize | None:
        """For groups whose size a policy may change: what to do about it, None for nothing. Changes nothing itself.

        Raises ActionNotSupported when the type is no such group.
        """
        raise ActionNotSupported(f"resource {self.record.name} of type {self.type} is no scaling group")


class SignalResult(typing.NamedTuple):
    """``reason`` of the SIGNAL event ("" for no event) and the metadata to store (None: unchanged).

    With ``adjust`` a group of the stack is asked to change its size; there is an event if it does. With ``reports`` the
    signal is the report of the resource's software deployment, which gives the reason.
    """

    reason: str
    metadata: dict[str, Any] | None = None
    adjust: Adjustment | None = None
    reports: bool = False
