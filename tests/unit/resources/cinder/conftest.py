"""What volumes are attached to."""

import pytest

from heat_mq.resources.types.nova.server.server import Server


@pytest.fixture
def server(driver, cloud):
    """The id of a server without network."""
    image = next(iter(cloud.image.each("/images", "images")))["id"]
    flavor = next(iter(cloud.compute.each("/flavors", "flavors")))["id"]
    raw = {"image": image, "flavor": flavor, "networks": [{"allocate_network": "none"}]}
    return driver.create(Server, "home", raw).physical_id
