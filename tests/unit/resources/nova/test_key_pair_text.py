"""Key pairs made here."""

from cryptography.hazmat.primitives import serialization

from heat_mq.resources.types.nova import key_pair


def test_the_public_key_belongs_to_the_private_key_and_carries_the_comment():
    private, public = key_pair.make_pair("heat_mq-id")
    assert private.startswith("-----BEGIN RSA PRIVATE KEY-----")
    key = serialization.load_pem_private_key(private.encode(), None)
    kind, body, comment = public.split()
    mine = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    assert f"{kind} {body}" == mine
    assert comment == "heat_mq-id"
