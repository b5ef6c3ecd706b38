"""Projects and users of a run's own in a real cloud, so that what it holds is known to be the run's."""

from __future__ import annotations

import dataclasses
import json
import os
import uuid
from collections.abc import Mapping
from typing import Any

from heat_mq.clients.cloud import Cloud
from heat_mq.clients.credentials import PasswordCredential
from heat_mq.clients.session import Clouds
from heat_mq.clients.settings import Settings
from heat_mq.errors import CloudError, ServiceMissing
from heat_mq.resources.kit import registry
from heat_mq.simcloud.nova.server_creation import HOST
from tests.unit.resources.lives import Life
from tests.unit.resources.stack_users import StackUsers

#: What a member may need, each given where the cloud knows it.
MEMBER_ROLES = ("member", "heat_stack_owner", "creator", "load-balancer_member")
#: Who acts in a project of the same name.
USERS = {"admin": ("admin", *MEMBER_ROLES), "demo": MEMBER_ROLES}
#: Projects in which nobody acts.
FURTHER = ("alt_demo",)
#: In the run's domain: the project of the users that stacks have, and who makes them.
GUESTS, KEEPER = "guests", "keeper"
#: Where the limits of a project are read and put back.
QUOTAS = {"compute": "/os-quota-sets/{}", "block-storage": "/os-quota-sets/{}", "network": "/quotas/{}"}
QUOTAS |= {"load-balancer": "/lbaas/quotas/{}"}


@dataclasses.dataclass
class Account:
    """``token`` is in the name of all that the run makes; ``projects`` are ids by the names that lives use."""

    clouds: Clouds
    administrator: Cloud
    token: str
    projects: dict[str, str] = dataclasses.field(default_factory=dict)
    users: dict[str, str] = dataclasses.field(default_factory=dict)
    domain_id: str = ""
    keeper_id: str = ""
    _password: str = dataclasses.field(default_factory=lambda: uuid.uuid4().hex, repr=False)

    def owns(self, document: Mapping[str, Any]) -> bool:
        """Whether an object is the run's: it is in one of its projects or of one of its users, or bears its token."""
        text = json.dumps(document)
        marks = (self.token, self.domain_id, *self.projects.values(), *self.users.values())
        return any(mark in text for mark in marks)

    def cloud(self, user: str) -> Cloud:
        """The cloud as one of the run's users, in the project of that name."""
        return self.clouds.cloud(self._credential(user))

    def fresh(self, user: str) -> Cloud:
        """The same; nothing looked up before is remembered."""
        self.clouds.forget(self._credential(user))
        return self.cloud(user)

    def stack_users(self, user: str) -> StackUsers:
        """The users of a stack that one of the run's users owns, in the run's domain."""
        settings = dataclasses.replace(
            self.clouds.settings,
            stack_domain_id=self.domain_id,
            stack_domain_admin=self.name(KEEPER),
            stack_domain_admin_password=self._password,
        )
        return StackUsers(Clouds(settings), self.cloud(user), self.projects[GUESTS])

    def _credential(self, user: str) -> PasswordCredential:
        return PasswordCredential(password=self._password, user_id=self.users[user], project_id=self.projects[user])

    def places(self) -> dict[str, str]:
        """The words of this cloud for what the simulated one has from the start."""
        cloud = self.administrator
        types = [each["name"] for each in cloud.volume.each("/types", "volume_types")]
        outside = next(iter(cloud.network.each("/networks", "networks", query={"router:external": True})))
        services = cloud.compute.each("/os-services", "services", query={"binary": "nova-compute"})
        hosts = [each["host"] for each in services if each["state"] == "up"]
        query = {"all_tenants": 1}
        servers = [
            each["OS-EXT-SRV-ATTR:host"] for each in cloud.compute.each("/servers/detail", "servers", query=query)
        ]
        return {
            **{name: self.name(name) for name in (*USERS, *FURTHER)},
            **self._providers(),
            "heat": self.name("heat"),
            HOST: min(hosts, key=servers.count),  # Nova moves no host with servers to another zone
            "lvmdriver-1": min(name for name in types if name != "__DEFAULT__"),
            "public": outside["name"],
            "public-subnet": outside["subnets"][0],
            "RegionOne": str(cloud.region),
        }

    def _providers(self) -> dict[str, str]:
        """Two drivers of Octavia for those that the simulated one has."""
        if not self.administrator.has("load-balancer"):
            return {}
        answer = self.administrator.service("load-balancer").get("/lbaas/providers")
        names = [each["name"] for each in answer["providers"]]
        return {"amphora": names[0], "octavia": names[-1]}

    def lacks(self, life: Life) -> str:
        """What the cloud would have to offer so that the type can be lived here, "" when it does."""
        cls = registry.get(life.type)
        offered = self.administrator.network.extensions()
        needed = cls.needs_extension if cls.service == "network" else ""
        return "" if needed in {"", *offered} else needed

    def unknown(self) -> frozenset[str]:
        """Properties that nothing here would take any value of."""
        network = self.administrator.network
        agents = {each["agent_type"] for each in network.each("/agents", "agents")}
        there = {
            "availability_zone_hints": any(network.each("/availability_zones", "availability_zones")),
            "dhcp_agent_ids": "DHCP agent" in agents,
            "l3_agent_ids": "L3 agent" in agents,
        }
        return frozenset(name for name, known in there.items() if not known)

    def name(self, short: str) -> str:
        return f"{short}-{self.token}"

    def open(self) -> None:
        identity = self.administrator.identity
        domain = {"name": self.name("heat"), "enabled": True}
        self.domain_id = identity.post("/domains", {"domain": domain})["domain"]["id"]
        for short in (*USERS, *FURTHER):
            project = {"name": self.name(short), "domain_id": "default"}
            self.projects[short] = identity.post("/projects", {"project": project})["project"]["id"]
        roles = {each["name"]: each["id"] for each in identity.each("/roles", "roles")}
        for short, wanted in USERS.items():
            user = {"name": self.name(short), "password": self._password, "domain_id": "default"}
            self.users[short] = identity.post("/users", {"user": user})["user"]["id"]
            for role in roles.keys() & wanted:
                identity.put(f"/projects/{self.projects[short]}/users/{self.users[short]}/roles/{roles[role]}")
        project = {"name": self.name(GUESTS), "domain_id": self.domain_id}
        self.projects[GUESTS] = identity.post("/projects", {"project": project})["project"]["id"]
        keeper = {"name": self.name(KEEPER), "password": self._password, "domain_id": self.domain_id}
        self.keeper_id = identity.post("/users", {"user": keeper})["user"]["id"]
        identity.put(f"/domains/{self.domain_id}/users/{self.keeper_id}/roles/{roles['admin']}")

    def take_over(self, token: str) -> None:
        """Become the account of a run that was killed, with a new password."""
        identity = self.administrator.identity
        self.token = token

        def of_the_run(path: str, key: str) -> dict[str, str]:
            short = {self.name(each): each for each in (*USERS, *FURTHER, GUESTS, "heat")}
            return {short[each["name"]]: each["id"] for each in identity.each(path, key) if each["name"] in short}

        self.projects = of_the_run("/projects", "projects")
        self.users = of_the_run("/users", "users")
        self.domain_id = of_the_run("/domains", "domains").get("heat", "")
        if not self.domain_id:
            raise SystemExit(f"No run of the token {token} has left anything.")
        for id in self.users.values():
            identity.patch(f"/users/{id}", {"user": {"password": self._password}})

    def close(self) -> None:
        """Delete the users and projects, with their default security groups."""
        identity, network = self.administrator.identity, self.administrator.network
        for id in self.users.values():
            identity.delete(f"/users/{id}")
        # The keeper goes with the domain.
        for id in self.projects.values():
            for group in network.each("/security-groups", "security_groups", query={"project_id": id}):
                network.delete(f"/security-groups/{group['id']}")
            _reset_quotas(self.administrator, id)
            identity.delete(f"/projects/{id}")
        identity.patch(f"/domains/{self.domain_id}", {"domain": {"enabled": False}})
        identity.delete(f"/domains/{self.domain_id}")


def enter(variables: Mapping[str, str]) -> Account:
    """The cloud that an administrator's OS_* variables name, before anything is made there."""
    options = {
        name: variables.get(f"OS_{name.upper()}", "")
        for name in PasswordCredential.__slots__
        if f"OS_{name.upper()}" in variables
    }
    if "OS_AUTH_URL" not in variables or "password" not in options:
        raise SystemExit("OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, … of an administrator are needed (see --openrc).")

    def nobody(trust_id: str | None) -> Any:
        raise AssertionError("no life acts as the service")

    region = variables.get("OS_REGION_NAME") or None
    clouds = Clouds(Settings(auth_url=variables["OS_AUTH_URL"], load_service_auth=nobody, region=region))
    return Account(clouds, clouds.cloud(PasswordCredential(**options)), f"live-{uuid.uuid4().hex[:6]}")


def environment(openrc: str | None) -> Mapping[str, str]:
    """The OS_* variables of a file of ``export NAME=value`` lines, or those of the process."""
    if openrc is None:
        return os.environ
    with open(openrc) as lines:
        pairs = [line.removeprefix("export ").strip().partition("=") for line in lines]
    return {name: value.strip("'\"") for name, _, value in pairs if name.startswith("OS_")}


def _reset_quotas(cloud: Cloud, project_id: str) -> None:
    for service, path in QUOTAS.items():
        try:
            cloud.service(service).delete(path.format(project_id))
        except (CloudError, ServiceMissing):
            continue
