"""What the engine knows: types, functions, versions, services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from heat_mq.rpc.answers import ResourceSchema, ResourceTypeSummary, Service, TemplateFunction, TemplateVersion
from heat_mq.rpc.method import call

if TYPE_CHECKING:
    from heat_mq.context import RequestContext


class CatalogMethods(Protocol):
    """See :class:`heat_mq.rpc.contract.EngineMethods`."""

    @call(since="1.0")
    def list_resource_types(
        self,
        context: RequestContext,
        support_status: str | None = None,
        type_name: str | None = None,
        heat_version: str | None = None,
        with_description: bool = False,
    ) -> list[str] | list[ResourceTypeSummary]:
        """Types this caller may use; maps instead of names ``with_description``.

        ``type_name`` is a regular expression that must match from the start; a broken one matches
        nothing. ``Invalid`` for an unknown ``support_status``.
        """

    @call(since="1.0")
    def resource_schema(
        self, context: RequestContext, type_name: str, with_description: bool = False
    ) -> ResourceSchema:
        """Properties and attributes of a type. ``EntityNotFound``; ``NotSupported`` for a hidden one."""

    @call(since="1.0")
    def generate_template(self, context: RequestContext, type_name: str, template_type: str = "cfn") -> dict[str, Any]:
        """A template with one resource of the type; ``template_type`` is "cfn" or "hot"."""

    @call(since="1.0")
    def list_template_versions(self, context: RequestContext) -> list[TemplateVersion]:
        """Template versions that are understood."""

    @call(since="1.0")
    def list_template_functions(
        self, context: RequestContext, template_version: str, with_condition: bool = False
    ) -> list[TemplateFunction]:
        """Functions of a version, given by its full dotted name. ``NotFound``."""

    @call(since="1.0")
    def list_services(self, context: RequestContext) -> list[Service]:
        """Every engine worker and whether it is up."""

    @call(since="1.0")
    def get_revision(self, context: RequestContext) -> str:
        """The engine's build, from ``[revision] heat_revision``."""
