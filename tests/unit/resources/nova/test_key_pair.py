"""Key pairs, against the simulated Nova."""

import pytest

from heat_mq.errors import CloudConflict, CloudGone
from heat_mq.resources.types.nova import key_pair
from heat_mq.resources.types.nova.key_pair import KeyPair
from tests.unit.resources.mortal import every_death


def pairs(cloud):
    return {item["keypair"]["name"]: item["keypair"] for item in cloud.compute.each("/os-keypairs", "keypairs")}


@pytest.fixture(autouse=True)
def seeded(cloud):
    return set(pairs(cloud))


def test_a_pair_is_made_and_its_private_key_kept_when_asked(driver, cloud):
    record = driver.create(KeyPair, "key", {"name": "mine", "save_private_key": True})
    assert driver.reference(record) == "mine"
    assert "PRIVATE KEY" in driver.attribute(record, "private_key")
    assert driver.attribute(record, "public_key") == pairs(cloud)["mine"]["public_key"]
    driver.check(record)
    driver.delete(record)
    assert "mine" not in pairs(cloud)
    with pytest.raises(CloudGone):
        driver.check(record)


def test_the_private_key_is_not_kept_unless_asked(driver):
    record = driver.create(KeyPair, "key", {"name": "mine"})
    assert driver.attribute(record, "private_key") == ""
    assert "PRIVATE" not in str(driver.data)


def test_a_public_key_is_imported(driver, cloud):
    _, public = key_pair.make_pair("me@home")
    record = driver.create(KeyPair, "key", {"name": "mine", "public_key": public}, lose=["create"])
    assert pairs(cloud)["mine"]["public_key"] == public
    driver.delete(record, lose=["delete"])
    assert "mine" not in pairs(cloud)


def test_somebody_elses_pair_is_not_taken_over(driver, cloud):
    driver.create(KeyPair, "theirs", {"name": "mine"})
    with pytest.raises(CloudConflict):
        driver.create(KeyPair, "key", {"name": "mine"})
    assert "mine" in pairs(cloud)


def test_whenever_a_worker_dies_the_private_key_fits_the_public_one(driver, cloud, seeded):
    from cryptography.hazmat.primitives import serialization

    for worker in every_death(driver, "compute"):
        record = worker.create(KeyPair, "key", {"name": "mine", "save_private_key": True})
        private = serialization.load_pem_private_key(driver.attribute(record, "private_key").encode(), None)
        mine = private.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        assert pairs(cloud)["mine"]["public_key"].startswith(mine.decode())
        worker.delete(record)
        assert set(pairs(cloud)) == seeded


def test_a_successor_may_have_the_same_name(driver, cloud):
    old = driver.create(KeyPair, "key", {"name": "mine"})
    for worker in every_death(driver, "compute"):
        worker.until_done(old, "prepare_replace")
        new = worker.create(KeyPair, "key", {"name": "mine"})
        worker.delete(old)
        assert pairs(cloud)["mine"]["public_key"] == driver.attribute(new, "public_key")
        worker.delete(new)
        worker.until_done(old, "restore_replaced")
        assert pairs(cloud)["mine"]["public_key"] == driver.data[old.id]["public_key"]
