"""What servers need: a network with a subnet, an image and a flavor."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud


class World:
    """What is in the cloud, in few words."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.network = self.make_network("private")
        self.other = self.make_network("other")
        self.image, self.other_image = sorted(image["name"] for image in cloud.image.each("/images", "images"))[:2]
        # A server can be resized to a flavor with a larger disk, not to one with a smaller one.
        flavors = sorted(cloud.compute.each("/flavors/detail", "flavors"), key=lambda flavor: flavor["ram"])
        self.flavor, self.other_flavor = (flavor["name"] for flavor in flavors[:2])

    def make_network(self, name: str) -> str:
        network = self.cloud.network.create("network", {"name": name})
        second = 10 + len(list(self.cloud.network.each("/subnets", "subnets")))
        subnet = {"network_id": network["id"], "ip_version": 4, "cidr": f"10.{second}.0.0/24", "name": name}
        self.cloud.network.create("subnet", subnet)
        return str(network["id"])

    def server(self, **raw: Any) -> dict[str, Any]:
        """Properties of a server on the network."""
        base = {"image": self.image, "flavor": self.flavor, "networks": [{"network": self.network}]}
        return {**base, **raw}

    def servers(self) -> list[dict[str, Any]]:
        return list(self.cloud.compute.each("/servers/detail", "servers", version="2.26"))

    def ports(self) -> list[dict[str, Any]]:
        """Ports of servers, or for servers."""
        ports = self.cloud.network.each("/ports", "ports")
        return [port for port in ports if not str(port["device_owner"]).startswith("network:")]

    def make_port(self, **body: Any) -> str:
        return str(self.cloud.network.create("port", {"network_id": self.network, **body})["id"])

    def flavor_id(self, name: str) -> str:
        return self.cloud.compute.find("flavor", name)

    def image_id(self, name: str) -> str:
        return self.cloud.image.find("image", name)


@pytest.fixture
def world(cloud: Cloud) -> World:
    return World(cloud)
