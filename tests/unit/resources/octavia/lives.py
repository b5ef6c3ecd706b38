"""The lives of Octavia's types."""

from __future__ import annotations

import base64
import datetime
import functools
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from tests.unit.resources.lives import Life, Make, Raw, id_of

SERVICES = ("load-balancer",)


def life(type_name: str, *args: Any, **more: Any) -> Life:
    return Life(f"OS::Octavia::{type_name}", *args, services=SERVICES, **more)


def balancer(make: Make) -> str:
    network = make("OS::Neutron::Net")
    return make(
        "OS::Octavia::LoadBalancer", vip_subnet=make("OS::Neutron::Subnet", network=network, cidr="10.6.0.0/24")
    )


def listener(make: Make, load_balancer: str, port: int = 8080, **raw: Any) -> str:
    where = {"loadbalancer": load_balancer, "protocol_port": port}
    return make("OS::Octavia::Listener", **where, protocol="HTTP", **raw)


def pool(make: Make, load_balancer: str, **raw: Any) -> str:
    return make(
        "OS::Octavia::Pool", loadbalancer=load_balancer, protocol="HTTP", lb_algorithm="LEAST_CONNECTIONS", **raw
    )


def session(type_name: str, cookie: str | None = None) -> Raw:
    """A pool's session_persistence as it is shown."""
    return {"type": type_name, "cookie_name": cookie, "persistence_timeout": None, "persistence_granularity": None}


def load_balancer(make: Make) -> Raw:
    network = make("OS::Neutron::Net")
    data = {"provider_name": "amphora", "flavor_data": "{}"}
    profile = make("OS::Octavia::FlavorProfile", **data)
    subnet = make("OS::Neutron::Subnet", network=network, cidr="10.5.0.0/24")
    make("OS::Neutron::Port", network=network)  # with the first port a project gets its default security group
    where = make("OS::Octavia::AvailabilityZoneProfile", provider_name="amphora", availability_zone_data="{}")
    return {
        "name": "front",
        "description": "Of the shop",
        "vip_subnet": subnet,
        "vip_address": "10.5.0.77",
        "provider": "amphora",
        "admin_state_up": True,
        "tenant_id": "admin",
        "flavor": make("OS::Octavia::Flavor", flavor_profile=profile),
        "availability_zone": make("OS::Octavia::AvailabilityZone", availability_zone_profile=where),
    }


def certificate(make: Make, **raw: Any) -> str:
    """A secret with a certificate and its key."""
    payload = base64.b64encode(bundle()).decode()
    kind = {"payload_content_type": "application/octet-stream", "payload_content_encoding": "base64"}
    return make("OS::Barbican::Secret", payload=payload, **kind, **raw)


@functools.cache
def bundle() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.org")])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), begin, begin.replace(2099)
    )
    return pkcs12.serialize_key_and_certificates(None, key, made.sign(key, hashes.SHA256()), None, NoEncryption())


def a_listener(make: Make) -> Raw:
    of = balancer(make)
    certificate(make, name="other certificate")
    return {
        "name": "https",
        "description": "Takes requests",
        "loadbalancer": of,
        "default_pool": pool(make, of),
        "protocol": "TERMINATED_HTTPS",
        "protocol_port": 443,
        "default_tls_container_ref": certificate(make),
        "sni_container_refs": [certificate(make)],
        "connection_limit": 10,
        "allowed_cidrs": ["10.0.0.0/8"],
        "admin_state_up": False,
        "tenant_id": "whoever",
    }


def a_pool(make: Make) -> Raw:
    of = balancer(make)
    return {
        "name": "shop",
        "description": "The shop's servers",
        "loadbalancer": of,
        "listener": listener(make, of),
        "protocol": "HTTP",
        "lb_algorithm": "ROUND_ROBIN",
        "session_persistence": {"type": "APP_COOKIE", "cookie_name": "basket"},
        "tls_enabled": True,
        "admin_state_up": True,
    }


def a_member(make: Make) -> Raw:
    return {
        "pool": pool(make, balancer(make)),
        "address": "10.8.0.5",
        "protocol_port": 80,
        "subnet": make("OS::Neutron::Subnet", network=make("OS::Neutron::Net"), cidr="10.8.0.0/24"),
        "weight": 3,
        "monitor_address": "10.8.0.6",
        "monitor_port": 81,
        "admin_state_up": True,
        "tags": ["blue"],
    }


def a_monitor(make: Make) -> Raw:
    of = balancer(make)
    return {
        "pool": pool(make, of),
        "type": "HTTP",
        "delay": 10,
        "timeout": 5,
        "max_retries": 3,
        "http_method": "HEAD",
        "url_path": "/health",
        "expected_codes": "200-204",
        "admin_state_up": True,
        "tenant_id": "whoever",
    }


def a_policy(make: Make) -> Raw:
    of = balancer(make)
    listener(make, of, 8081, name="spare listener")
    return {
        "name": "redirect",
        "description": "To the shop",
        "listener": listener(make, of),
        "action": "REDIRECT_TO_POOL",
        "redirect_pool": pool(make, of),
        "position": 1,
        "admin_state_up": True,
    }


def a_rule(make: Make) -> Raw:
    on = listener(make, balancer(make))
    make("OS::Octavia::L7Policy", name="spare policy", listener=on, action="REJECT")
    return {
        "l7policy": make("OS::Octavia::L7Policy", listener=on, action="REJECT"),
        "type": "HEADER",
        "key": "X-Tenant",
        "compare_type": "EQUAL_TO",
        "value": "one",
        "invert": True,
        "admin_state_up": True,
    }


LIVES = (
    life(
        "LoadBalancer",
        load_balancer,
        {"name": "entrance", "description": "Of the house", "admin_state_up": False},
        {"vip_address": "10.5.0.78"},
        shown={"name": "front", "vip_address": "10.5.0.77", "provisioning_status": "ACTIVE"},
        changed={"name": "entrance", "description": "Of the house", "admin_state_up": False},
    ),
    life(
        "Listener",
        a_listener,
        {
            "name": "tls",
            "description": "Still does",
            "admin_state_up": True,
            "default_pool": None,
            "default_tls_container_ref": id_of("other certificate"),
            "sni_container_refs": None,
            "connection_limit": None,
            "allowed_cidrs": ["10.1.0.0/16"],
        },
        {"protocol_port": 8443},
        shown={"name": "https", "connection_limit": 10, "allowed_cidrs": ["10.0.0.0/8"], "admin_state_up": False},
        changed={
            "name": "tls",
            "connection_limit": -1,
            "default_tls_container_ref": id_of("other certificate"),
            "sni_container_refs": [],
            "default_pool_id": None,
        },
    ),
    life(
        "Pool",
        a_pool,
        {
            "name": "store",
            "description": "More of them",
            "lb_algorithm": "SOURCE_IP",
            "tls_enabled": False,
            "session_persistence": {"type": "SOURCE_IP"},
            "admin_state_up": False,
        },
        {"protocol": "PROXY", "name": None},
        shown={"name": "shop", "session_persistence": session("APP_COOKIE", "basket")},
        changed={"name": "store", "lb_algorithm": "SOURCE_IP", "session_persistence": session("SOURCE_IP")},
    ),
    life(
        "PoolMember",
        a_member,
        {"weight": 0, "admin_state_up": False, "tags": ["green", "new"]},
        {"monitor_port": 82},
        shown={"address": "10.8.0.5", "weight": 3, "tags": ["blue"], "monitor_port": 81},
        changed={"weight": 0, "admin_state_up": False, "tags": ["green", "new"]},
    ),
    life(
        "HealthMonitor",
        a_monitor,
        {
            "delay": 20,
            "timeout": 6,
            "max_retries": 4,
            "http_method": "GET",
            "url_path": "/",
            "expected_codes": "200",
            "admin_state_up": False,
        },
        {"type": "TCP", "http_method": None, "url_path": None, "expected_codes": None},
        shown={"http_method": "HEAD", "url_path": "/health", "expected_codes": "200-204", "delay": 10},
        changed={"http_method": "GET", "url_path": "/", "delay": 20, "max_retries": 4, "admin_state_up": False},
    ),
    life(
        "L7Policy",
        a_policy,
        {
            "name": "away",
            "description": "Elsewhere",
            "action": "REDIRECT_TO_URL",
            "redirect_pool": None,
            "redirect_url": "http://127.0.0.1/",
            "position": None,
            "admin_state_up": False,
        },
        {"listener": "spare listener"},
        shown={"name": "redirect", "action": "REDIRECT_TO_POOL", "position": 1},
        changed={"name": "away", "redirect_url": "http://127.0.0.1/", "redirect_pool_id": None},
    ),
    life(
        "L7Rule",
        a_rule,
        {"type": "PATH", "key": None, "compare_type": "STARTS_WITH", "value": "/a", "invert": False}
        | {"admin_state_up": False},
        {"l7policy": "spare policy"},
        shown={"type": "HEADER", "key": "X-Tenant", "value": "one", "invert": True},
        changed={"type": "PATH", "key": None, "value": "/a", "invert": False, "admin_state_up": False},
    ),
    life(
        "FlavorProfile",
        lambda make: {"name": "single", "provider_name": "amphora", "flavor_data": '{"topology": "SINGLE"}'},
        {"name": "double", "provider_name": "octavia", "flavor_data": '{"topology": "ACTIVE_STANDBY"}'},
        shown={"name": "single", "provider_name": "amphora"},
        changed={"name": "double", "provider_name": "octavia", "flavor_data": '{"topology": "ACTIVE_STANDBY"}'},
    ),
    life(
        "Flavor",
        lambda make: {
            "name": "small",
            "description": "For little",
            "enabled": False,
            "flavor_profile": make("OS::Octavia::FlavorProfile", provider_name="amphora", flavor_data="{}"),
        },
        {"name": "tiny", "description": "For less", "enabled": True},
        shown={"name": "small", "description": "For little", "enabled": False},
        changed={"name": "tiny", "description": "For less", "enabled": True},
    ),
    life(
        "AvailabilityZoneProfile",
        lambda make: {"name": "east", "provider_name": "amphora", "availability_zone_data": '{"compute_zone": "east"}'},
        {"name": "west", "provider_name": "octavia", "availability_zone_data": '{"compute_zone": "west"}'},
        shown={"name": "east", "provider_name": "amphora"},
        changed={"name": "west", "provider_name": "octavia"},
    ),
    life(
        "AvailabilityZone",
        lambda make: {
            "name": "hall",
            "description": "On the left",
            "enabled": False,
            "availability_zone_profile": make(
                "OS::Octavia::AvailabilityZoneProfile", provider_name="amphora", availability_zone_data="{}"
            ),
        },
        {"description": "On the right", "enabled": True},
        {"name": "yard"},
        shown={"name": "hall", "description": "On the left", "enabled": False},
        changed={"name": "hall", "description": "On the right", "enabled": True},
    ),
    life(
        "Quota",
        lambda make: {
            "project": "alt_demo",
            "loadbalancer": 5,
            "listener": 6,
            "pool": 7,
            "member": 8,
            "healthmonitor": 9,
        },
        {"loadbalancer": -1, "listener": 0, "pool": None, "member": 80, "healthmonitor": 90},
        {"project": "demo"},
        shown={"loadbalancer": 5, "listener": 6, "pool": 7, "member": 8, "healthmonitor": 9},
        changed={"loadbalancer": -1, "listener": 0, "pool": -1, "member": 80, "healthmonitor": 90},
        can_be_gone=False,
    ),
)
