"""What the configuration says of how services are reached."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from oslo_config import cfg

from heat_mq import conf
from heat_mq.clients.settings import from_conf


@pytest.fixture
def settings_of(tmp_path: Path):
    def of(text: str):
        path = tmp_path / "heat_mq.conf"
        path.write_text(textwrap.dedent(text))
        return from_conf(conf.load(files=[path]))

    return of


def test_without_anything_said_public_endpoints_are_used_and_certificates_checked(settings_of):
    nova = settings_of("").service("compute")
    assert (nova.interface, nova.verify, nova.cert) == ("public", True, None)


def test_a_service_has_what_all_have_but_for_what_it_says_itself(settings_of):
    settings = settings_of(
        """
        [clients]
        endpoint_type = internalURL
        ca_file = /ca
        cert_file = /cert
        [clients_nova]
        endpoint_type = admin
        insecure = true
        cert_file = /nova
        key_file = /key
        [clients_glance]
        ca_file = /glance-ca
        """
    )
    nova, glance, other = (settings.service(each) for each in ("compute", "image", "dns"))
    assert (nova.interface, nova.verify, nova.cert) == ("admin", False, ("/nova", "/key"))
    assert (glance.interface, glance.verify, glance.cert) == ("internal", "/glance-ca", "/cert")
    assert (other.interface, other.verify, other.cert) == ("internal", "/ca", "/cert")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("[clients_keystone]\nauth_uri = http://a/identity", "http://a/identity/v3"),
        ("[clients_keystone]\nauth_uri = http://a/v3/\n[trustee]\nauth_url = http://b", "http://a/v3"),
        ("[keystone_authtoken]\nwww_authenticate_uri = http://c", "http://c/v3"),
        ("", ""),
    ],
)
def test_keystone_is_where_the_first_of_several_options_says(settings_of, text, url):
    assert settings_of(text).auth_url == url


def test_services_that_regions_share_have_a_region_of_their_own(settings_of):
    settings = settings_of("[DEFAULT]\nregion_name_for_services = one\nregion_name_for_shared_services = all\n")
    assert (settings.region, settings.shared_region) == ("one", "all")
    assert settings.shared_services == {"image", "block-storage"}


def test_a_trust_replaces_the_scope_of_the_trustee(settings_of):
    settings = settings_of(
        """
        [trustee]
        auth_type = password
        auth_url = http://keystone
        username = heat
        password = secret
        user_domain_id = default
        project_name = service
        project_domain_id = default
        """
    )
    assert settings.load_service_auth(None)._project_name == "service"
    plugin = settings.load_service_auth("t1")
    assert (plugin._trust_id, plugin._project_name, plugin._project_domain_id) == ("t1", None, None)
    assert "secret" not in repr(settings)


def test_without_trustee_the_services_own_account_is_used(settings_of):
    settings = settings_of("[keystone_authtoken]\nauth_type = password\nusername = heat\nauth_url = http://k\n")
    assert settings.load_service_auth("t1")._username == "heat"
    with pytest.raises(cfg.RequiredOptError):
        settings_of("").load_service_auth("t1")
