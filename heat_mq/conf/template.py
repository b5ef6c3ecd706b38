"""What a template may cost, and where templates come from that no request brings along."""

from __future__ import annotations

from oslo_config import cfg

DEFAULT = [
    cfg.IntOpt(
        "max_template_size",
        default=524288,
        help="Largest template in bytes, also of those that a request names by URL. -1: no limit.",
    ),
    cfg.StrOpt(
        "environment_dir",
        default="/etc/heat/environment.d",
        help="Directory of environments whose resource_registry stands below that of every stack. All its files are "
        "read when an engine starts, in order of their names.",
    ),
    cfg.StrOpt(
        "template_dir",
        default="/etc/heat/templates",
        help="Directory of the templates that environments in environment_dir name without a path or URL.",
    ),
    cfg.StrOpt(
        "loadbalancer_template",
        help="File of the template that load balancers (AWS::ElasticLoadBalancing::LoadBalancer) are made of, read "
        "when an engine starts. Unset: the built-in one, a server with HAProxy.",
    ),
    cfg.FloatOpt(
        "template_fetch_timeout",
        default=60,
        min=0,
        help="Seconds in which a template that a request names by URL must be there.",
    ),
]

TEMPLATE = [
    cfg.ListOpt(
        "fetch_hosts",
        default=[],
        help="Hosts from which templates are fetched that a request names by URL: names (* stands for any part) and "
        "networks such as 10.0.0.0/8. Unset: any host with a public address, so none of the operator's own network, "
        "and none where clouds keep their metadata.",
    ),
]

YAQL = [
    cfg.IntOpt("limit_iterators", default=200, help="Items that a yaql expression may take from one collection."),
    cfg.IntOpt("memory_quota", default=10000, help="Bytes that values of a yaql expression may take."),
]

GROUPS = {"DEFAULT": DEFAULT, "template": TEMPLATE, "yaql": YAQL}
