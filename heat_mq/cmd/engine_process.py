"""One engine worker process, wired together: RPC server, worker loop, and everything they use."""

from __future__ import annotations

import logging
import platform
import socket
import uuid

import oslo_messaging
from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.clients import settings as client_settings
from heat_mq.clients.constraints import Checker
from heat_mq.clients.session import Clouds
from heat_mq.clock import Clock
from heat_mq.cmd.collector import calm_collector
from heat_mq.cmd.database import make_database
from heat_mq.context import RequestContext
from heat_mq.crypt import Box
from heat_mq.engine.addresses import Addresses
from heat_mq.engine.balancers import tell_of_group
from heat_mq.engine.commands.release import release
from heat_mq.engine.commands.rollback import begin_rollback
from heat_mq.engine.endpoint import EngineEndpoint, WorkerEndpoint
from heat_mq.engine.operator import operator_registry, use_load_balancer_template
from heat_mq.engine.service import EngineLimits, Service
from heat_mq.engine.sinks import StackSinks
from heat_mq.errors import Error
from heat_mq.graph.plan import Kind
from heat_mq.notify.messages import make_send
from heat_mq.notify.outbox import Sender
from heat_mq.notify.sinks import SinkSender
from heat_mq.policies.enforcer import Enforcer
from heat_mq.resources.kit.defaults import choose_defaults
from heat_mq.resources.kit.registry import load
from heat_mq.rpc import contract
from heat_mq.rpc.client import worker_bell
from heat_mq.rpc.server import RpcServer, make_server
from heat_mq.rpc.transport import is_reachable
from heat_mq.scheduler.drive import Extra, NodeDriver
from heat_mq.scheduler.lease import EngineLease
from heat_mq.scheduler.limits import Limits as LoopLimits
from heat_mq.scheduler.loop import Worker
from heat_mq.scheduler.run import Tools
from heat_mq.template import Limits
from heat_mq.web.template import fetcher

LOG = logging.getLogger(__name__)


class EngineProcess:
    """``start`` and ``stop`` a whole engine worker; several may live in one process, each with its own lease."""

    def __init__(self, conf: cfg.ConfigOpts, transport: oslo_messaging.Transport) -> None:
        """Build everything; nothing is connected before ``start``. Raises BadConfiguration."""
        self.conf = conf
        self.engine_id = str(uuid.uuid4())
        send = make_send(conf)
        self.database = make_database(conf, outbox=send is not None)
        self.clock = Clock()
        self._bell = worker_bell(transport)
        choose_defaults(
            conf.default_user_data_format,
            conf.default_software_config_transport,
            conf.default_deployment_signal_transport,
        )
        language = Limits(yaql_iterations=conf.yaql.limit_iterators, yaql_memory=conf.yaql.memory_quota)
        use_load_balancer_template(conf.loadbalancer_template, language)
        self.service = Service(
            database=self.database,
            box=Box(configuration.encryption_keys(conf)),
            clock=self.clock,
            clouds=Clouds(client_settings.from_conf(conf)),
            checker=Checker(),
            enforcer=Enforcer(conf),
            limits=EngineLimits(
                stacks=conf.max_stacks_per_tenant,
                resources=conf.max_resources_per_stack,
                nested_depth=conf.max_nested_stack_depth,
                snapshots=conf.max_snapshots_per_stack,
                software_configs=conf.max_software_configs_per_tenant,
                software_deployments=conf.max_software_deployments_per_tenant,
                template_bytes=conf.max_template_size,
                action_seconds=conf.stack_action_timeout,
            ),
            bell=self.announce,
            operator=operator_registry(conf.environment_dir, conf.template_dir, language),
            language=language,
            fetcher=fetcher(conf),
            hidden_tags=tuple(conf.hidden_stack_tags),
            may_adopt=conf.enable_stack_adopt,
            may_abandon=conf.enable_stack_abandon,
            observe_on_update=conf.observe_on_update,
            revision=conf.revision.heat_revision,
            addresses=Addresses(
                metadata=conf.heat_metadata_server_url or "",
                waitcondition=conf.heat_waitcondition_server_url or "",
                orchestration=conf.clients_heat.url or "",
                guests_check_certificates=conf.instance_connection_https_validate_certificates != "0",
            ),
        )
        self.worker = self._make_worker()
        self._sinks = SinkSender(self.database, StackSinks(self.service), conf.engine.sweep_interval)
        self._notifications = Sender(
            self.database,
            send,
            lambda: is_reachable(transport, conf.oslo_messaging_notifications.transport_url),
            conf.engine.sweep_interval,
        )
        self._rpc: RpcServer = make_server(
            transport,
            {
                contract.ENGINE_TOPIC: EngineEndpoint(self.service),
                contract.WORKER_TOPIC: WorkerEndpoint(self.worker.ring),
            },
            server_name=self.engine_id,
        )

    def start(self) -> None:
        """Take the lease, begin to work and to answer."""
        load()
        calm_collector()
        self.worker.start()
        self._notifications.start()
        self._sinks.start()
        self._rpc.start()
        LOG.info("engine worker %s is at work", self.engine_id)

    def stop(self) -> None:
        """Drain: take nothing new, finish or give back what is in hand, end the lease."""
        self._rpc.stop()
        self._rpc.wait()
        self.worker.stop()
        self._notifications.stop()
        self._sinks.stop()
        self.service.clouds.close()
        self.database.dispose()
        LOG.info("engine worker %s has stopped", self.engine_id)

    def announce(self, count: int) -> None:
        """There is new work: this process's own worker looks for it and calls others to what it leaves."""
        if count > 0 and not self.worker.offer():
            self.ring_all(count)

    def ring_all(self, count: int) -> None:
        """Tell some worker of work. A bell that cannot be rung costs one sweep interval and nothing else."""
        if count <= 0:
            return
        try:
            self._bell.work_available(RequestContext(), count)
        except Error as error:
            LOG.warning("the bell for %d nodes could not be rung, a sweep will find them: %s", count, error)

    def _make_worker(self) -> Worker:
        engine = self.conf.engine
        lease = EngineLease(
            self.database,
            self.clock,
            self.engine_id,
            host=self.conf.host,
            hostname=platform.node() or socket.gethostname(),
            topic=contract.ENGINE_TOPIC,
            lease_seconds=engine.lease_seconds,
            heartbeat_seconds=engine.heartbeat_seconds,
        )
        self.service.ports.guard = lease.check
        self.service.ports.confirm = lease.confirm
        tools = Tools(
            box=self.service.box,
            clock=self.clock,
            engine_id=lambda: lease.engine_id,
            park_after=engine.park_after_seconds,
            retries=self.conf.action_retry_limit,
        )
        driver = NodeDriver(self.database, self.service.definitions, tools, _extras(self.service))
        limits = LoopLimits(
            batch=engine.node_batch,
            in_hand=engine.nodes_in_hand,
            list_from=engine.list_from,
            threads=engine.green_threads,
            sweep_seconds=engine.sweep_interval,
            window_seconds=engine.journal_window_ms / 1000,
            error_wait_seconds=self.conf.error_wait_time,
            events=self.conf.max_events_per_stack,
            events_dropped=self.conf.event_purge_batch_size,
        )
        return Worker(self.database, self.clock, lease, driver, self.ring_all, limits)


def _extras(service: Service) -> dict[str, Extra]:
    """What nodes do that are about the stack as a whole."""
    return {
        Kind.TELL: lambda stack, last_try: tell_of_group(service, stack),
        Kind.RELEASE: lambda stack, last_try: release(service, stack, last_try=last_try),
        Kind.ROLLBACK: lambda stack, last_try: begin_rollback(service, stack.id),
    }
