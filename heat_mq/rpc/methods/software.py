"""Software configs and deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from heat_mq.rpc.answers import SoftwareConfig, SoftwareConfigSummary, SoftwareDeployment
from heat_mq.rpc.method import call

if TYPE_CHECKING:
    from heat_mq.context import RequestContext


class SoftwareMethods(Protocol):
    """See :class:`heat_mq.rpc.contract.EngineMethods`."""

    @call(since="1.0")
    def list_software_configs(
        self, context: RequestContext, limit: int | None = None, marker: str | None = None, tenant_safe: bool = True
    ) -> list[SoftwareConfigSummary]:
        """Configs, the newest first. An unknown ``marker`` is ignored.

        ``tenant_safe=False`` lists those of every project.
        """

    @call(since="1.0")
    def show_software_config(self, context: RequestContext, config_id: str) -> SoftwareConfig:
        """One config. ``NotFound``."""

    @call(since="1.0")
    def create_software_config(
        self,
        context: RequestContext,
        group: str | None,
        name: str | None,
        config: Any,
        inputs: list[dict[str, Any]] | None,
        outputs: list[dict[str, Any]] | None,
        options: dict[str, Any] | None,
    ) -> SoftwareConfig:
        """Store a config; it never changes."""

    @call(since="1.0")
    def delete_software_config(self, context: RequestContext, config_id: str) -> None:
        """Forget a config. ``NotFound``, ``InvalidRestrictedAction`` while a deployment refers to it."""

    @call(since="1.0")
    def list_software_deployments(self, context: RequestContext, server_id: str | None) -> list[SoftwareDeployment]:
        """Deployments, of one server or all, the oldest first."""

    @call(since="1.0")
    def metadata_software_deployments(self, context: RequestContext, server_id: str) -> list[SoftwareConfig]:
        """The configs that a server is to apply, by name."""

    @call(since="1.0")
    def show_software_deployment(self, context: RequestContext, deployment_id: str) -> SoftwareDeployment:
        """One deployment. ``NotFound``."""

    @call(since="1.0")
    def create_software_deployment(
        self,
        context: RequestContext,
        server_id: str,
        config_id: str,
        input_values: dict[str, Any] | None,
        action: str | None,
        status: str | None,
        status_reason: str | None,
        stack_user_project_id: str | None,
        deployment_id: str | None = None,
    ) -> SoftwareDeployment:
        """Deploy a config to a server. ``NotFound`` for the config."""

    @call(since="1.0")
    def update_software_deployment(
        self,
        context: RequestContext,
        deployment_id: str,
        config_id: str | None,
        input_values: dict[str, Any] | None,
        output_values: dict[str, Any] | None,
        action: str | None,
        status: str | None,
        status_reason: str | None,
        updated_at: str | None,
    ) -> SoftwareDeployment:
        """Change a deployment; what is empty stays. ``NotFound``."""

    @call(since="1.0")
    def delete_software_deployment(self, context: RequestContext, deployment_id: str) -> None:
        """Forget a deployment. ``NotFound``."""

    @call(since="1.0")
    def signal_software_deployment(
        self, context: RequestContext, deployment_id: str, details: Any, updated_at: str | None
    ) -> str:
        """Take the report of a guest; answers what became of it, "" when nothing was awaited. ``NotFound``."""
