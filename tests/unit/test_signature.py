"""Signed URLs: what Keystone's own code makes of them."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keystoneclient.contrib.ec2.utils import Ec2Signer

from heat_mq import signature
from heat_mq.arn import Arn

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1)


def as_received(url: str) -> tuple[str, str, dict[str, str]]:
    """Host header, decoded path and parameters of a request for the URL, as a web server gives them."""
    parts = urllib.parse.urlsplit(url)
    return parts.netloc, urllib.parse.unquote(parts.path), dict(urllib.parse.parse_qsl(parts.query))


def accepted(url: str, verb: str, secret: str) -> bool:
    host, path, params = as_received(url)
    given_signature = params.pop("Signature")
    request = {"host": host, "verb": verb, "path": signature.canonical_path(path), "params": params, "headers": {}}
    return bool(Ec2Signer(secret).generate(request) == given_signature)


@given(NAMES, NAMES, st.sampled_from(["PUT", "POST"]))
def test_keystone_accepts_a_signed_url_whatever_the_names(stack: str, resource: str, verb: str) -> None:
    arn = urllib.parse.quote(str(Arn("p", stack, "1", f"/resources/{resource}")), "/")
    url = signature.signed_url(f"http://cfn:8000/v1/waitcondition/{arn}", verb, "access", "secret")
    assert accepted(url, verb, "secret")


def test_a_signature_is_for_one_key_one_method_and_one_path() -> None:
    url = signature.signed_url("http://cfn:8000/v1/signal/arn%3Aa", "POST", "access", "secret")
    assert accepted(url, "POST", "secret")
    assert not accepted(url, "PUT", "secret")
    assert not accepted(url, "POST", "other")
    assert not accepted(url.replace("arn%3Aa", "arn%3Ab"), "POST", "secret")
    assert not accepted(url.replace("cfn", "elsewhere"), "POST", "secret")


def test_a_signed_url_never_expires() -> None:
    _, _, params = as_received(signature.signed_url("http://cfn:8000/v1/signal/x", "POST", "access", "secret"))
    assert params.keys() == {"AWSAccessKeyId", "SignatureMethod", "SignatureVersion", "Signature"}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://CFN:80/v1/signal/x", "cfn"),
        ("https://cfn:443/v1/signal/x", "cfn"),
        ("https://cfn:80/v1/signal/x", "cfn:80"),
        ("http://cfn/v1/signal/x", "cfn"),
        ("http://[::1]:8000/v1/signal/x", "[::1]:8000"),
    ],
)
def test_the_host_is_signed_as_clients_send_it(url: str, host: str) -> None:
    _, path, params = as_received(signature.signed_url(url, "POST", "access", "secret"))
    expected = params.pop("Signature")
    assert signature.sign("secret", "POST", host, path, params) == expected
