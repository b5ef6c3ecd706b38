"""The kinds of objects that make up a load balancer: what a body says of each, and where each lies."""

from __future__ import annotations

import dataclasses

from heat_mq.simcloud.load_balancer.fields import (
    COMMON,
    OWNER,
    PORT,
    REQUIRED,
    Field,
    address,
    boolean,
    cidrs,
    integer,
    long_text,
    mapping,
    one_of,
    text,
    texts,
)

MOST = 2**31 - 1
#: Shares of a server's boot time that a new load balancer and any other change take.
BUILD, CHANGE = 0.4, 0.1
LISTENER_PROTOCOLS = ("HTTP", "HTTPS", "PROMETHEUS", "SCTP", "TCP", "TERMINATED_HTTPS", "UDP")
POOL_PROTOCOLS = ("HTTP", "HTTPS", "PROXY", "PROXYV2", "SCTP", "TCP", "UDP")
#: Protocols of pools by that of their listener.
SPEAKS = {
    "HTTP": ("HTTP", "PROXY", "PROXYV2"),
    "HTTPS": ("HTTPS", "PROXY", "PROXYV2", "TCP"),
    "PROMETHEUS": (),
    "SCTP": ("SCTP",),
    "TCP": ("HTTP", "HTTPS", "PROXY", "PROXYV2", "TCP"),
    "TERMINATED_HTTPS": ("HTTP", "PROXY", "PROXYV2"),
    "UDP": ("UDP",),
}
_MONITORS = ("HTTP", "HTTPS", "PING", "SCTP", "TCP", "TLS-HELLO", "UDP-CONNECT")
_METHODS = ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """``one`` and ``many`` are the keys of bodies, ``path`` lists the objects (the parent's id as ``{id}``).

    ``word`` names the kind in messages, ``quota`` in quotas.
    """

    one: str
    many: str
    path: str
    word: str
    quota: str
    fields: tuple[Field, ...]


LOAD_BALANCER = Kind(
    *("loadbalancer", "loadbalancers", "/lbaas/loadbalancers", "Load Balancer", "load_balancer"),
    fields=(
        *COMMON,
        *OWNER,
        Field("vip_address", address, put=False),
        Field("vip_subnet_id", text, put=False),
        Field("vip_network_id", text, put=False),
        Field("vip_port_id", text, put=False),
        Field("vip_qos_policy_id", text),
        Field("provider", text, put=False),
        Field("flavor_id", text, put=False),
        Field("availability_zone", text, put=False),
    ),
)
LISTENER = Kind(
    *("listener", "listeners", "/lbaas/listeners", "Listener", "listener"),
    fields=(
        *COMMON,
        *OWNER,
        Field("loadbalancer_id", text, REQUIRED, put=False),
        Field("protocol", one_of(*LISTENER_PROTOCOLS), REQUIRED, put=False),
        Field("protocol_port", PORT, REQUIRED, put=False),
        Field("connection_limit", integer(-1, MOST), -1),
        Field("default_pool_id", text),
        Field("default_tls_container_ref", long_text),
        Field("sni_container_refs", texts, []),
        Field("insert_headers", mapping, {}),
        Field("allowed_cidrs", cidrs),
        Field("timeout_client_data", integer(0, MOST), 50000),
        Field("timeout_member_connect", integer(0, MOST), 5000),
        Field("timeout_member_data", integer(0, MOST), 50000),
    ),
)
POOL = Kind(
    *("pool", "pools", "/lbaas/pools", "Pool", "pool"),
    fields=(
        *COMMON,
        *OWNER,
        Field("loadbalancer_id", text, put=False),
        Field("listener_id", text, put=False),
        Field("protocol", one_of(*POOL_PROTOCOLS), REQUIRED, put=False),
        Field("lb_algorithm", one_of("LEAST_CONNECTIONS", "ROUND_ROBIN", "SOURCE_IP", "SOURCE_IP_PORT"), REQUIRED),
        Field("session_persistence", mapping),
        Field("tls_enabled", boolean, False),
    ),
)
MEMBER = Kind(
    *("member", "members", "/lbaas/pools/{id}/members", "Member", "member"),
    fields=(
        *(field for field in COMMON if field.name != "description"),
        *OWNER,
        Field("address", address, REQUIRED, put=False),
        Field("protocol_port", PORT, REQUIRED, put=False),
        Field("subnet_id", text, put=False),
        Field("weight", integer(0, 256), 1),
        Field("backup", boolean, False),
        Field("monitor_address", address),
        Field("monitor_port", PORT),
    ),
)
HEALTH_MONITOR = Kind(
    *("healthmonitor", "healthmonitors", "/lbaas/healthmonitors", "Health Monitor", "health_monitor"),
    fields=(
        *(field for field in COMMON if field.name != "description"),
        *OWNER,
        Field("pool_id", text, REQUIRED, put=False),
        Field("type", one_of(*_MONITORS), REQUIRED, put=False),
        Field("delay", integer(0, MOST), REQUIRED),
        Field("timeout", integer(0, MOST), REQUIRED),
        Field("max_retries", integer(1, 10), REQUIRED),
        Field("max_retries_down", integer(1, 10), 3),
        Field("http_method", one_of(*_METHODS)),
        Field("url_path", long_text),
        Field("expected_codes", text),
    ),
)
L7_POLICY = Kind(
    *("l7policy", "l7policies", "/lbaas/l7policies", "L7Policy", "l7policy"),
    fields=(
        *COMMON,
        *OWNER,
        Field("listener_id", text, REQUIRED, put=False),
        Field("action", one_of("REDIRECT_PREFIX", "REDIRECT_TO_POOL", "REDIRECT_TO_URL", "REJECT"), REQUIRED),
        Field("position", integer(1, MOST), MOST),
        Field("redirect_pool_id", text),
        Field("redirect_url", long_text),
    ),
)
L7_RULE = Kind(
    *("rule", "rules", "/lbaas/l7policies/{id}/rules", "L7Rule", "l7rule"),
    fields=(
        *(field for field in COMMON if field.name not in ("name", "description")),
        *OWNER,
        Field("type", one_of("COOKIE", "FILE_TYPE", "HEADER", "HOST_NAME", "PATH"), REQUIRED),
        Field("compare_type", one_of("CONTAINS", "ENDS_WITH", "EQUAL_TO", "REGEX", "STARTS_WITH"), REQUIRED),
        Field("value", text, REQUIRED),
        Field("key", text),
        Field("invert", boolean, False),
    ),
)
KINDS = (LOAD_BALANCER, LISTENER, POOL, MEMBER, HEALTH_MONITOR, L7_POLICY, L7_RULE)
