"""Agents for DHCP and routing, and the networks and routers that an administrator has them serve.

New agents wait for an administrator here (``enable_new_agents = false``): they are alive but not up, so that nothing is
given to them but by hand, and ``enable_services_on_agents_with_admin_state_down`` lets them serve that. They take no
port of what they serve.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from heat_mq.simcloud import times
from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.listing import filtered
from heat_mq.simcloud.neutron.attributes import not_permitted
from heat_mq.simcloud.neutron.kind import Kind
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

ZONE: Final = "nova"
HOSTS: Final = ("simulated-network-node", "simulated-network-node-2")

routes = Routes("/v2.0")


@dataclasses.dataclass(frozen=True, slots=True)
class Serving:
    """One kind of agent: its type and binary, what it serves, and the words for both."""

    type: str
    binary: str
    topic: str
    word: str
    serves: str

    def kind(self, service: Network) -> Kind:
        return service.kinds[self.serves]

    @property
    def one(self) -> str:
        return self.serves.removesuffix("s")

    @property
    def known_as(self) -> str:
        """What the objects are called under an agent."""
        return f"{self.word}-{self.serves}"


DHCP: Final = Serving("DHCP agent", "neutron-dhcp-agent", "dhcp_agent", "dhcp", "networks")
L3: Final = Serving("L3 agent", "neutron-l3-agent", "l3_agent", "l3", "routers")


class Agents:
    """The agents, and which serves what."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.documents = network.collection("agents")
        self.bindings = network.collection("agent_bindings", ("agent_id", "object_id"))

    def seed(self) -> None:
        now = times.seconds(self.network.now())
        for serving in (DHCP, L3):
            for host in HOSTS:
                self.documents.save(
                    {
                        "id": new_id(),
                        "agent_type": serving.type,
                        "binary": serving.binary,
                        "topic": serving.topic,
                        "host": host,
                        "admin_state_up": False,
                        "alive": True,
                        "availability_zone": ZONE,
                        "configurations": {},
                        "description": None,
                        "resources_synced": None,
                        "created_at": now,
                        "started_at": now,
                        "heartbeat_timestamp": now,
                    }
                )

    def find(self, id: str) -> Document:
        document = self.documents.get(id)
        if document is None:
            raise not_found(f"Agent {id} could not be found.", "AgentNotFound")
        return document

    def of(self, object_id: str) -> list[Document]:
        """Those that serve a network or a router."""
        return [self.find(each["agent_id"]) for each in self.bindings.where(object_id=object_id)]

    def zones(self, object_id: str) -> list[str]:
        """The availability zones in which a network or a router is served."""
        return sorted({each["availability_zone"] for each in self.of(object_id)})

    def forget(self, object_id: str) -> None:
        """A network or a router is gone."""
        for each in self.bindings.where(object_id=object_id):
            self.bindings.remove(each["id"])


@routes.get("/agents")
def list_agents(service: Network, call: Call) -> Document:
    """All of them; what is not for administrators' eyes is left out of a list."""
    found = filtered(service.agents.documents, call.query, ("id", "agent_type", "binary", "host", "alive"))
    return {"agents": found if call.caller.is_admin else []}


@routes.get("/agents/{id}")
def show_agent(service: Network, call: Call, id: str) -> Document:
    found = service.agents.find(id)
    if not call.caller.is_admin:
        raise not_found("The resource could not be found.", "HTTPNotFound")
    return {"agent": found}


def _serving(serving: Serving) -> None:
    """The paths of one kind of agent."""
    under, name = f"/agents/{{id}}/{serving.known_as}", f"{serving.word}-{serving.one}"

    @routes.get(under)
    def list_served(service: Network, call: Call, id: str) -> Document:
        _require_admin(call.caller, f"get_{name}s")
        bindings = service.agents.bindings.where(agent_id=service.agents.find(id)["id"])
        kind = serving.kind(service)
        found = [kind.view(call.caller, kind.find(call.caller, each["object_id"])) for each in bindings]
        return {serving.serves: found}

    @routes.post(under)
    def serve(service: Network, call: Call, id: str) -> Reply:
        _require_admin(call.caller, f"create_{name}")
        wanted = call.json().get(f"{serving.one}_id")
        if not isinstance(wanted, str):
            raise bad_request(f"{serving.one}_id is missing")
        document = serving.kind(service).find(call.caller, wanted)
        agent = service.agents.find(id)
        if agent["agent_type"] != serving.type:
            raise _invalid(serving, id)
        hosts = [each["id"] for each in service.agents.of(wanted)]
        if _is_new(serving, document, id, hosts):
            service.agents.bindings.save({"id": new_id(), "agent_id": id, "object_id": wanted})
        return Reply(b"null", 201)  # clients read it as JSON

    @routes.delete(f"{under}/{{object_id}}")
    def leave(service: Network, call: Call, id: str, object_id: str) -> None:
        _require_admin(call.caller, f"delete_{name}")
        service.agents.find(id)
        binding = service.agents.bindings.first(agent_id=id, object_id=object_id)
        if binding is not None:
            service.agents.bindings.remove(binding["id"])
        elif serving is DHCP:
            message = f"The network {object_id} is not hosted by the DHCP Agent {id}."
            raise conflict(message, "NetworkNotHostedByDhcpAgent")
        else:
            serving.kind(service).find(call.caller, object_id)

    @routes.get(f"/{serving.serves}/{{id}}/{serving.word}-agents")
    def list_serving(service: Network, call: Call, id: str) -> Document:
        _require_admin(call.caller, f"get_{serving.word}-agents")
        return {"agents": service.agents.of(serving.kind(service).find(call.caller, id)["id"])}


def _is_new(serving: Serving, document: Document, agent_id: str, hosts: list[str]) -> bool:
    """Whether an agent does not serve the object yet; refused where it may not begin to."""
    if serving is DHCP:
        if agent_id in hosts:
            message = f"The network {document['id']} has been already hosted by the DHCP Agent {agent_id}."
            raise conflict(message, "NetworkHostedByDHCPAgent")
        return True
    if document["distributed"]:
        message = f"Cannot host distributed router {document['id']} on legacy L3 agent {agent_id}."
        raise conflict(message, "RouterL3AgentMismatch")
    if hosts and agent_id not in hosts and not document["ha"]:
        message = f"The router {document['id']} has been already hosted by the L3 Agent {hosts[0]}."
        raise conflict(message, "RouterHostedByL3Agent")
    return agent_id not in hosts


def _invalid(serving: Serving, id: str) -> Exception:
    if serving is DHCP:
        return not_found(f"Agent {id} is not a valid DHCP Agent or has been disabled.", "InvalidDHCPAgent")
    return not_found(f"Agent {id} is not a L3 Agent or has been disabled", "InvalidL3Agent")


def _require_admin(caller: Caller, action: str) -> None:
    if not caller.is_admin:
        raise not_permitted(action)


_serving(DHCP)
_serving(L3)
