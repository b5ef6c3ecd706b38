"""Images of servers as parts of a stack's snapshot."""

import pytest

from heat_mq.resources.kit.testing import _State
from heat_mq.resources.types.nova.server.server import Server
from tests.unit.resources import saving
from tests.unit.resources.mortal import every_death


def images(world):
    return {image["id"]: image for image in world.cloud.image.each("/images", "images")}


@pytest.mark.parametrize("known", [True, False])
def test_whenever_a_worker_dies_there_is_one_image_and_none_when_it_is_deleted(driver, world, known):
    before = images(world).keys()
    for worker in every_death(driver, "compute", "image"):
        record = worker.create(Server, "web", world.server())
        kept = saving.save(worker, record)
        (new,) = images(world).keys() - before
        assert (new, images(world)[new]["name"]) == (kept["snapshot_image_id"], saving.NAME)
        assert Server.restored(kept) == {"image": new}
        worker.delete(record)
        saving.drop(worker, record, kept if known else {})
        assert images(world).keys() == before


@pytest.mark.parametrize("restoring", [True, False])
def test_a_server_is_rebuilt_from_its_present_image_only_to_restore_it(driver, world, restoring):
    record = driver.create(Server, "web", world.server())
    props = driver.props(Server, world.server())
    driver.ports["restoring"] = {"snapshot_image_id": "saved"} if restoring else {}
    state = _State(driver, Server, record)
    state.old = record.properties
    state.call("update", lambda resource, call: resource.update(call, props, frozenset({"image"})))
    state.call("check_update", lambda resource, call: resource.check_update(call))
    (server,) = world.servers()
    assert (server["status"] == "REBUILD") == restoring
    state.wait("check_update", ())
    (server,) = world.servers()
    assert server["status"] == "ACTIVE"


def test_a_server_that_runs_from_a_volume_has_nothing_to_save():
    assert Server.restored({}) == {}
