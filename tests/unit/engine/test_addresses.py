"""Where guests are told to go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from heat_mq.arn import Arn
from heat_mq.engine.addresses import Addresses, arn_in_url
from heat_mq.errors import ServiceMissing
from heat_mq.signature import signed_url

ARN = Arn("p", "web", "1", "/resources/my handle")


def catalog(**urls: str) -> Callable[[str], str]:
    def endpoint(service_type: str) -> str:
        if service_type not in urls:
            raise ServiceMissing(service_type)
        return urls[service_type]

    return endpoint


def test_the_configured_metadata_server_wins_over_the_catalog() -> None:
    found = Addresses(metadata="http://cfn:8000/v1").metadata_url(catalog(cloudformation="http://other/v1"))
    assert found == "http://cfn:8000/v1/"


@pytest.mark.parametrize("url", ["http://cfn:8000", "http://cfn:8000/", "http://cfn:8000/v1", "http://cfn:8000/v1/"])
def test_a_metadata_server_has_a_version_and_a_slash(url: str) -> None:
    assert Addresses(metadata=url).metadata_url(catalog()) == "http://cfn:8000/v1/"


def test_a_cloud_without_the_api_has_no_metadata_server() -> None:
    assert Addresses().metadata_url(catalog()) == ""


@pytest.mark.parametrize(
    "addresses",
    [
        Addresses(waitcondition="http://cfn:8000/v1/waitcondition", metadata="http://other/v1"),
        Addresses(metadata="http://cfn:8000/v1/"),
        Addresses(),
    ],
)
def test_signals_go_where_the_configuration_or_the_catalog_says(addresses: Addresses) -> None:
    url = addresses.signal_url("signal", ARN, catalog(cloudformation="http://cfn:8000/v1"))
    assert url == "http://cfn:8000/v1/signal/arn%3Aopenstack%3Aheat%3A%3Ap%3Astacks/web/1/resources/my%2520handle"


def test_without_an_address_for_signals_the_error_says_what_to_configure() -> None:
    with pytest.raises(ServiceMissing, match="heat_waitcondition_server_url"):
        Addresses().signal_url("signal", ARN, catalog())


@pytest.mark.parametrize("kind", ["signal", "waitcondition"])
def test_a_signed_url_tells_what_it_signals(kind: str) -> None:
    url = Addresses(metadata="http://cfn/waitcondition-api/v1").signal_url(kind, ARN, catalog())
    assert arn_in_url(signed_url(url, "PUT", "access", "secret")) == ARN


@pytest.mark.parametrize("text", ["handle", "http://cfn/v1/signal/handle", "http://x/", "", "http://[/signal/arn:"])
def test_other_references_are_no_signed_urls(text: str) -> None:
    assert arn_in_url(text) is None


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (Addresses(orchestration="http://heat/v1/%(tenant_id)s"), "http://heat/v1/users"),
        (Addresses(), "http://catalog/v1/users"),
    ],
)
def test_the_orchestration_api_is_named_for_the_users_project(addresses: Addresses, expected: str) -> None:
    assert addresses.orchestration_url("users", "mine", catalog(orchestration="http://catalog/v1/mine")) == expected
