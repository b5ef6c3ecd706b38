"""What the engine does, how much of it, and how fast."""

from __future__ import annotations

import socket

from oslo_config import cfg

from heat_mq.concurrency import choice

DEFAULT = [
    cfg.StrOpt(
        "host",
        default=socket.gethostname(),
        sample_default="<Hostname>",
        help="Name of this machine, as it stands in the list of services.",
    ),
    cfg.IntOpt(
        "num_engine_workers",
        min=1,
        help="Engine worker processes of this machine. Unset: one for each processor, four at least.",
    ),
    cfg.IntOpt(
        "stack_action_timeout",
        default=3600,
        help="Seconds that an action on a stack may take when the request gives no timeout_mins.",
    ),
    cfg.IntOpt(
        "error_wait_time",
        default=240,
        help="Seconds that resources in progress are given to finish after another one of the stack has failed.",
    ),
    cfg.IntOpt(
        "action_retry_limit",
        default=5,
        help="How often a create that failed is tried again with a new object, and a delete that failed repeated.",
    ),
    cfg.IntOpt("client_retry_limit", default=2, help="How often a call to a cloud that could not connect is repeated."),
    cfg.BoolOpt(
        "observe_on_update",
        default=False,
        help="Whether each update reads what is really there and compares with that, as one with converge does. It "
        "takes a call to the cloud for each resource.",
    ),
    cfg.BoolOpt(
        "enable_stack_adopt",
        default=False,
        help="Whether a stack may be made of objects that are there, as the dump of another one names them.",
    ),
    cfg.BoolOpt(
        "enable_stack_abandon",
        default=False,
        help="Whether a stack may be forgotten while its objects stay, and whether it may be exported.",
    ),
    cfg.ListOpt("hidden_stack_tags", default=[], help="Stacks with one of these tags do not show in lists."),
]

LIMITS = [
    cfg.IntOpt("max_stacks_per_tenant", default=512, help="Stacks that a project may have, nested ones not counted."),
    cfg.IntOpt(
        "max_resources_per_stack",
        default=1000,
        help="Resources of a stack together with all its nested stacks. -1: no limit.",
    ),
    cfg.IntOpt("max_nested_stack_depth", default=5, help="How deep stacks may be nested."),
    cfg.IntOpt("max_snapshots_per_stack", default=32, help="Snapshots that a stack may have. -1: no limit."),
    cfg.StrOpt(
        "default_user_data_format",
        default="HEAT_CFNTOOLS",
        choices=["HEAT_CFNTOOLS", "RAW", "SOFTWARE_CONFIG"],
        help="How user data reaches servers whose template does not say it.",
    ),
    cfg.StrOpt(
        "default_software_config_transport",
        default="POLL_SERVER_CFN",
        choices=["POLL_SERVER_CFN", "POLL_SERVER_HEAT", "POLL_TEMP_URL", "ZAQAR_MESSAGE"],
        help="How guests on servers ask for their software deployments when the template does not say it.",
    ),
    cfg.StrOpt(
        "default_deployment_signal_transport",
        default="CFN_SIGNAL",
        choices=["CFN_SIGNAL", "TEMP_URL_SIGNAL", "HEAT_SIGNAL", "ZAQAR_SIGNAL"],
        help="How software deployments are reported on when the template does not say it.",
    ),
    cfg.IntOpt(
        "max_software_configs_per_tenant",
        default=4096,
        help="Software configs that a project may have, those of deployments too. -1: no limit.",
    ),
    cfg.IntOpt(
        "max_software_deployments_per_tenant",
        default=4096,
        help="Software deployments that a project may have. -1: no limit.",
    ),
    cfg.IntOpt(
        "max_events_per_stack",
        default=1000,
        help="Events kept for a stack; when there are more the oldest are dropped. 0: keep all.",
    ),
    cfg.IntOpt(
        "event_purge_batch_size",
        default=200,
        min=1,
        help="Events dropped at once when a stack has more than max_events_per_stack.",
    ),
]

SECRETS = [
    cfg.StrOpt(
        "auth_encryption_key",
        default="notgood but just long enough i t",
        secret=True,
        help="Key that secrets in the database are encrypted with: 16 characters or more, the same on every engine. "
        "The default is known to everybody.",
    ),
]

ENGINE = [
    cfg.ListOpt(
        "former_encryption_keys",
        default=[],
        secret=True,
        help="Earlier values of auth_encryption_key: what was written with them can still be read.",
    ),
    cfg.IntOpt("node_batch", default=64, min=1, help="Steps of stacks that a worker claims at once."),
    cfg.IntOpt(
        "nodes_in_hand",
        default=5000,
        min=1,
        help="Steps of stacks that a worker has at once, those that wait for a cloud included. A step that waits takes "
        "memory and no thread.",
    ),
    cfg.FloatOpt(
        "sweep_interval",
        default=1.0,
        min=0.05,
        help="Seconds between two looks for work that no message announced. Bounds the delay when a message is lost.",
    ),
    cfg.FloatOpt(
        "lease_seconds",
        default=12.0,
        min=1.0,
        help="Seconds after which the work of an engine that gives no sign of life is taken over.",
    ),
    cfg.FloatOpt(
        "heartbeat_seconds",
        default=3.0,
        min=0.1,
        help="Seconds between two signs of life of an engine; well below lease_seconds.",
    ),
    cfg.FloatOpt(
        "journal_window_ms",
        default=3.0,
        min=0.0,
        help="Milliseconds in which results of different resources are gathered into one transaction.",
    ),
    cfg.IntOpt("green_threads", default=200, min=1, help="Steps that a worker runs side by side."),
    cfg.IntOpt(
        "cloud_calls_start",
        default=16,
        min=1,
        help="Calls that a worker makes at once to one service for one project, to begin with. The number grows while "
        "the service answers as fast as it can, and is halved when it answers 429 or 503.",
    ),
    cfg.IntOpt(
        "list_from",
        default=10,
        min=2,
        help="When so many resources of a worker wait for objects of one kind in one project it lists the objects, and "
        "does not ask for them one by one.",
    ),
    cfg.IntOpt("cloud_calls_max", default=64, min=1, help="Up to how many such calls the number grows."),
    cfg.FloatOpt(
        "park_after_seconds",
        default=30.0,
        min=0.0,
        help="A wait longer than this leaves the worker and is kept in the database.",
    ),
]

GROUPS = {"DEFAULT": DEFAULT + LIMITS + SECRETS, "engine": ENGINE, choice.GROUP: [choice.OPTION]}
