"""Logins at other clouds."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.clients.credentials import ForeignCredential, PasswordCredential
from heat_mq.clients.foreign import BadLogin, Trust, check_login
from heat_mq.clients.session import Clouds
from heat_mq.clients.settings import Settings
from heat_mq.errors import ServiceMissing
from tests.simcloud.serving import Served

URL = "https://far.example/v3"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served()
    yield served
    served.close()


@pytest.fixture
def clouds(served: Served) -> Iterator[Clouds]:
    def nobody(trust_id: str | None) -> Any:
        raise AssertionError("no test here acts as the service")

    clouds = Clouds(Settings(auth_url=f"{served.url}/identity/v3", load_service_auth=nobody, region="RegionOne"))
    yield clouds
    clouds.close()


@pytest.mark.parametrize(
    ("auth_type", "auth", "words"),
    [
        ("v3pasword", {"auth_url": URL}, "did you mean v3password"),
        ("v3oidcauthcode", {"auth_url": URL}, "auth_type is one of"),
        ("v3password", {}, "has no auth_url"),
        ("v3password", {"auth_url": "file:///etc/passwd"}, "has no auth_url"),
        ("v3password", {"auth_url": "http://169.254.169.254/v3"}, "link-local"),
        ("v3password", {"auth_url": "http://[fe80::1]/v3"}, "link-local"),
    ],
)
def test_a_login_that_cannot_be_used_is_refused(auth_type: str, auth: dict[str, Any], words: str) -> None:
    with pytest.raises(BadLogin, match=words):
        check_login(auth_type, auth)


def here(clouds: Clouds, served: Served, user: str = "alt_demo") -> Any:
    return clouds.cloud(
        PasswordCredential(
            password=served.password(user),
            username=user,
            user_domain_id="default",
            project_name=user,
            project_domain_id="default",
        )
    )


def test_another_cloud_is_reached_with_its_own_login(served: Served, clouds: Clouds) -> None:
    cloud = here(clouds, served)
    there = cloud.logged_in("v3password", served.auth("demo"), region="RegionOne", insecure=True)
    assert there.project_id != cloud.project_id
    assert there.settings.service("network").verify is False
    assert there.network.get("/networks")["networks"]
    assert cloud.logged_in("v3password", served.auth("demo"), region="RegionOne", insecure=True) is there


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pasword": "x"}, "has pasword, which v3password does not know; did you mean password"),
        ({"auth_url": URL, "password": "top secret", "trust": 1}, "which v3password does not know"),
    ],
)
def test_what_a_login_has_too_much_is_told_by_name(
    served: Served, clouds: Clouds, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadLogin, match=words) as caught:
        here(clouds, served).logged_in("v3password", {**served.auth("demo"), **change})
    assert "top secret" not in str(caught.value)


def test_a_region_that_the_catalog_does_not_know_has_no_services(served: Served, clouds: Clouds) -> None:
    cloud = here(clouds, served)
    assert cloud.in_region("RegionOne").has("network")
    assert not cloud.in_region("nowhere").has("network")
    with pytest.raises(ServiceMissing):
        cloud.in_region("nowhere").service("network").get("/networks")


def test_a_certificate_becomes_a_file_that_goes_with_the_connections(served: Served, clouds: Clouds) -> None:
    trust = Trust()
    credential = ForeignCredential("v3password", '{"auth_url": "https://far.example/v3"}', "PEM")
    settings = trust.settings(clouds.settings, credential)
    path = pathlib.Path(str(settings.service("compute").verify))
    assert path.read_text() == "PEM"
    assert trust.settings(clouds.settings, credential) == settings
    trust.close()
    assert not path.exists()


def test_a_login_does_not_show_when_printed() -> None:
    assert "secret" not in repr(ForeignCredential("v3password", '{"password": "secret"}', "secret"))
