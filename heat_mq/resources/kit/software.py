"""What software config and deployment types may reach, and the rules that they share. Pure but for the port.

Maps are those of the API: a config has ``id``, ``name``, ``group``, ``config``, ``inputs``, ``outputs``, ``options``; a
deployment ``id``, ``config_id``, ``server_id``, ``input_values``, ``output_values``, ``action``, ``status`` and
``status_reason``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from heat_mq.resources.kit.schema import Any as AnyValue
from heat_mq.resources.kit.schema import Bool, List, Map, Prop, Str

UNGROUPED: Final = "Heat::Ungrouped"
COMPONENT: Final = "component"
ACTIONS: Final = ("CREATE", "UPDATE", "DELETE", "SUSPEND", "RESUME")
KINDS: Final = ("String", "Number", "CommaDelimitedList", "Json", "Boolean")
OUTPUTS: Final = ("deploy_stdout", "deploy_stderr", "deploy_status_code")
"""What every tool reports beside the outputs that its config declares."""

CFN, TEMP_URL, HEAT, NONE, ZAQAR = "CFN_SIGNAL", "TEMP_URL_SIGNAL", "HEAT_SIGNAL", "NO_SIGNAL", "ZAQAR_SIGNAL"
TRANSPORTS: Final = (CFN, TEMP_URL, HEAT, NONE, ZAQAR)
CALLED_FOR: Final = frozenset({TEMP_URL, ZAQAR})
"""The transports with which a guest leaves its report somewhere, where it has to be looked for."""


class Software(Protocol):
    """Software configs and deployments as the stack's project has them; a resource has one deployment at most."""

    def put_config(self, content: Mapping[str, Any]) -> str:
        """Store the resource's own config, a map without ``id``; its id is the same however often it is stored."""

    def has_config(self) -> bool:
        """Whether the resource's own config is there, also when an interrupted step has stored it."""

    def config(self, config_id: str) -> dict[str, Any] | None:
        """A config that the project may see."""

    def url_key(self, container: str) -> str:
        """The secret with which temporary URLs of a container of the project are signed, always the same."""

    def drop_config(self, config_id: str) -> None:
        """Quiet when it is gone; raises StepFailed while a deployment refers to it."""

    def server_metadata(self) -> dict[str, Any]:
        """For servers: their metadata with what is deployed to them."""

    @property
    def deployment_id(self) -> str:
        """The id that the resource's deployment has or will have."""

    def deploy(self, key: str, content: Mapping[str, Any], deployment: Mapping[str, Any]) -> None:
        """Have a server apply ``content``, the config made for this action, and whoever waits for it told.

        ``key`` names the action: repeated with the same key nothing happens, whatever came of the first time.
        The config of the action before is forgotten. ``deployment`` has ``server_id``, ``input_values``, ``action``,
        ``status`` and ``status_reason``.
        """

    def deployment(self) -> dict[str, Any] | None:
        """The resource's deployment as it is now."""

    def call_for_report(self) -> None:
        """Take in what the guest has left in an object or a queue, if it has."""

    def abort_deployment(self) -> None:
        """The resource's deployment has failed if it is in progress: nobody waits for it any more."""

    def remove_deployment(self) -> None:
        """Forget the resource's deployment and the config made for it; quiet when there is none."""

    def has_server(self, server_id: str) -> bool:
        """Whether a resource that is no object of a cloud stands for this server."""


def io_schema(word: str) -> List:
    """Property ``inputs`` or ``outputs``."""
    common: dict[str, Prop] = {
        "name": Str(f"Name of the {word}.", required=True),
        "description": Str(f"What the {word} is for."),
        "type": Str(f"Kind of the {word}'s value.", default="String", allowed=KINDS),
    }
    if word == "input":
        common["default"] = AnyValue("Value when none is given.")
        common["replace_on_change"] = Bool("Whether another value needs a deployment made anew.", default=False)
    else:
        common["error_output"] = Bool("Whether any value means that the deployment failed.", default=False)
    return List(f"The {word}s of the config.", of=Map(f"An {word}.", schema=common))


def stored_io(items: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Inputs or outputs as they are stored: what has no value is left out, and replace_on_change unless it is true."""
    return [
        {key: value for key, value in item.items() if value is not None and (key != "replace_on_change" or value)}
        for item in items or ()
    ]


def input_values(declared: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The inputs of a config with their values: defaults filled in, and those that nobody declared."""
    found = [{**item, "value": given.get(item["name"], item.get("default"))} for item in declared]
    known = {item["name"] for item in declared}
    return found + [_input(name, value) for name, value in given.items() if name not in known]


def told(name: str, value: Any, description: str) -> dict[str, Any]:
    """An input that the engine adds."""
    return {"name": name, "description": description, "type": "String", "value": value}


def replaced_by(declared: Sequence[Mapping[str, Any]], old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Names of the inputs whose change needs a deployment made anew."""
    before = {item["name"]: item["value"] for item in input_values(declared, old)}
    after = {item["name"]: item["value"] for item in input_values(declared, new)}
    marked = [item["name"] for item in declared if item.get("replace_on_change")]
    return {name for name in marked if before[name] != after[name]}


def for_action(config: Mapping[str, Any], action: str) -> dict[str, Any] | None:
    """The part of a config that is for an action: of a component one of its configs; None when nothing is."""
    if config.get("group") != COMPONENT:
        return dict(config)
    for part in (config.get("config") or {}).get("configs") or ():
        if action in part["actions"]:
            return {**config, "group": part["tool"], "config": part.get("config") or ""}
    return None


def with_inputs(snippet: Any, key: str, values: Mapping[str, Any]) -> tuple[Any, set[str]]:
    """``snippet`` with every ``{key: name}`` replaced by the value of that name, and the names that have none."""
    if isinstance(snippet, Mapping):
        if len(snippet) == 1 and isinstance(name := snippet.get(key), str):
            return (values.get(name), set() if name in values else {name})
        parts = {item: with_inputs(value, key, values) for item, value in snippet.items()}
        return {item: part[0] for item, part in parts.items()}, set().union(*(part[1] for part in parts.values()))
    if isinstance(snippet, list | tuple):
        items = [with_inputs(value, key, values) for value in snippet]
        return [item[0] for item in items], set().union(*(item[1] for item in items))
    return snippet, set()


def _input(name: str, value: Any) -> dict[str, Any]:
    kind = "Json" if isinstance(value, Mapping | list | tuple) else "String"
    return {"name": name, "type": kind, "value": value}
