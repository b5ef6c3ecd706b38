"""What is peculiar to Barbican's types."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from heat_mq.clients.constraints import Checker
from heat_mq.errors import CloudGone, InvalidTemplate, StepFailed
from heat_mq.resources.types.barbican.container import GenericContainer, RSAContainer
from heat_mq.resources.types.barbican.order import Order
from heat_mq.resources.types.barbican.secret import Secret

TEXT = {"payload": "geheim", "payload_content_type": "text/plain"}
KEY = {"type": "key", "algorithm": "aes", "bit_length": 128}
PAIR = {"type": "asymmetric", "algorithm": "rsa", "bit_length": 1024}


def held(cloud, kind):
    return [each["name"] for each in cloud.service("key-manager").each(f"/{kind}", kind)]


def test_a_secret_gives_its_text(driver):
    record = driver.create(Secret, "secret", {"name": "login", **TEXT})
    assert driver.reference(record) == driver.read(record)["secret_ref"]
    assert driver.attribute(record, "decrypted_payload") == "geheim"
    assert driver.attribute(record, "status") == "ACTIVE"


def test_a_secret_that_is_no_text_is_given_in_base64(driver):
    encoded = base64.b64encode(b"\xff\x00\xfe").decode()
    binary = {"payload_content_type": "application/octet-stream", "payload_content_encoding": "base64"}
    record = driver.create(Secret, "secret", {"payload": encoded, **binary})
    assert driver.attribute(record, "decrypted_payload") == encoded


def test_a_secret_may_be_filled_later(driver):
    record = driver.create(Secret, "secret", {"algorithm": "aes"})
    assert driver.attribute(record, "decrypted_payload") is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"payload": "x"}, "needs a payload_content_type"),
        ({"payload_content_type": "text/plain"}, "for secrets with a payload"),
        ({**TEXT, "payload_content_encoding": "base64"}, "for payloads that are no text"),
        ({"payload": "x", "payload_content_type": "application/octet-stream"}, "is written in base64"),
    ],
)
def test_a_secret_that_contradicts_itself_is_refused(driver, raw, text):
    with pytest.raises(InvalidTemplate, match=text) as caught:
        driver.create(Secret, "secret", raw)
    assert "geheim" not in str(caught.value)


def test_a_named_secret_is_never_taken_for_anothers(driver, cloud):
    theirs = driver.create(Secret, "theirs", {"name": "login", **TEXT})
    mine = driver.create(Secret, "mine", {"name": "login", **TEXT}, lose=["create"])
    assert mine.physical_id != theirs.physical_id
    driver.delete(mine)
    driver.check(theirs)


def test_secrets_are_found_by_name_id_and_url(driver, cloud):
    record = driver.create(Secret, "secret", {"name": "login", **TEXT})
    key_manager, checker = cloud.service("key-manager"), Checker()
    for way in ("login", record.physical_id, record.physical_id.rpartition("/")[2]):
        assert key_manager.find("secret", way) == record.physical_id
        assert checker.check(cloud, "barbican.secret", way) is None
    wrong = record.physical_id[:-1] + ("0" if record.physical_id[-1] != "0" else "1")
    assert "could not be found" in checker.check(cloud, "barbican.secret", wrong)
    assert "could not be found" in checker.check(cloud, "barbican.container", wrong)


def test_a_container_holds_references_by_their_names(driver):
    secrets = {name: driver.create(Secret, name, TEXT).physical_id for name in ("one", "two")}
    ids = {"one": secrets["one"], "two": secrets["two"].rpartition("/")[2]}
    record = driver.create(
        GenericContainer, "box", {"name": "box", "secrets": [{"name": name, "ref": ref} for name, ref in ids.items()]}
    )
    assert driver.attribute(record, "secret_refs") == secrets
    assert driver.attribute(record, "container_ref") == driver.reference(record)
    assert driver.attribute(record, "consumers") == []
    driver.delete(record)
    assert len(held(driver.cloud, "secrets")) == 2


def test_two_secrets_of_a_container_have_two_names(driver):
    with pytest.raises(InvalidTemplate, match="two secrets are called 'a'"):
        driver.create(GenericContainer, "box", {"secrets": [{"name": "a", "ref": "x"}, {"name": "a", "ref": "y"}]})


def test_an_order_is_waited_for_and_goes_with_its_key(driver, cloud):
    record = driver.create(Order, "order", {"name": "disk", **KEY})
    assert held(cloud, "secrets") == ["disk"]
    assert driver.attribute(record, "secret_ref").startswith("http")
    assert driver.attribute(record, "public_key") is None
    driver.delete(record)
    assert held(cloud, "secrets") == []
    with pytest.raises(CloudGone):
        driver.check(record)


def test_a_certificate_is_made_of_an_ordered_pair(driver, cloud):
    pair = driver.create(Order, "pair", PAIR)
    private = serialization.load_pem_private_key(driver.attribute(pair, "private_key").encode(), password=None)
    public = serialization.load_pem_public_key(driver.attribute(pair, "public_key").encode())
    assert private.public_key() == public
    raw = {
        "type": "certificate",
        "request_type": "stored-key",
        "subject_dn": "CN=example.org",
        "source_container_ref": driver.attribute(pair, "container_ref"),
        "ca_id": "any",
        "profile": "short",
    }
    record = driver.create(Order, "certificate", raw)
    certificate = x509.load_pem_x509_certificate(driver.attribute(record, "certificate").encode())
    assert (certificate.subject.rfc4514_string(), certificate.public_key()) == ("CN=example.org", public)
    assert driver.attribute(record, "intermediates") is None
    driver.delete(record)
    assert len(held(cloud, "containers")) == 1
    assert driver.attribute(pair, "private_key")
    driver.delete(pair)
    assert held(cloud, "containers") == held(cloud, "secrets") == []


def test_an_order_that_fails_says_why_and_is_made_anew(driver):
    with pytest.raises(StepFailed, match="ERROR: 500 No plugin was found"):
        driver.create(Order, "order", {**PAIR, "algorithm": "dsa"})


def test_an_interrupted_order_is_found(driver, cloud):
    record = driver.create(Order, "order", KEY, lose=["create", "check_create"])
    assert held(cloud, "secrets") == [record.physical_name]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"type": "key", "algorithm": "aes"}, "needs bit_length"),
        ({**KEY, "pass_phrase": "geheim"}, "has no pass_phrase"),
        ({"type": "certificate", "mode": "cbc"}, "has no mode"),
        ({"type": "certificate", "profile": "short"}, "a profile is one of an authority"),
    ],
)
def test_an_order_has_what_its_type_needs(driver, raw, text):
    with pytest.raises(InvalidTemplate, match=text) as caught:
        driver.create(Order, "order", raw)
    assert "geheim" not in str(caught.value)


def test_a_container_of_the_wrong_secrets_is_refused_in_barbicans_words(driver):
    with pytest.raises(Exception, match="rsa containers have"):
        driver.create(RSAContainer, "pair", {"private_key_ref": driver.create(Secret, "key", TEXT).physical_id})
