"""The HTTP side: where the APIs listen and what they accept."""

from __future__ import annotations

from oslo_config import cfg

DEFAULT = [
    cfg.IntOpt("max_json_body_size", default=1048576, help="Largest request body in bytes; a template is part of it."),
]

REVISION = [
    cfg.StrOpt("heat_revision", default="unknown", help="Name of this deployment's build, as build_info tells it."),
]


def _listener(port: int) -> list[cfg.Opt]:
    return [
        cfg.StrOpt("bind_host", default="0.0.0.0", help="Address to listen on, of IPv4 or IPv6."),
        cfg.PortOpt("bind_port", default=port, help="Port to listen on."),
        cfg.IntOpt("backlog", default=4096, min=1, help="Connections that may wait to be accepted."),
        cfg.IntOpt("workers", default=0, min=0, help="Worker processes. 0: one for each processor."),
        cfg.IntOpt(
            "max_header_line",
            default=16384,
            min=1024,
            help="Longest header in bytes. Tokens with a large catalog need long ones.",
        ),
        cfg.IntOpt(
            "tcp_keepidle",
            default=600,
            min=1,
            help="Seconds of silence after which the kernel probes a connection.",
        ),
    ]


GROUPS = {"DEFAULT": DEFAULT, "heat_api": _listener(8004), "heat_api_cfn": _listener(8000), "revision": REVISION}
