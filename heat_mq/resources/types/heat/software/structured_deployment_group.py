"""OS::Heat::StructuredDeploymentGroup: a config that is a map, applied to several servers.

OS::Heat::StructuredDeployments is its old name.
"""

from __future__ import annotations

from heat_mq.resources.kit import Support
from heat_mq.resources.types.heat.software.deployment_group import BatchPolicy, DeploymentGroup
from heat_mq.resources.types.heat.software.deployment_schema import (
    CommonProperties,
    GroupAttributes,
    StructuredProperties,
    servers,
)


class StructuredDeploymentGroup(DeploymentGroup, type="OS::Heat::StructuredDeploymentGroup"):
    support = Support(version="5.0.0")
    member = "OS::Heat::StructuredDeployment"

    class Properties(CommonProperties, StructuredProperties):
        servers = servers()

    class Attributes(GroupAttributes):
        pass

    class UpdatePolicy(BatchPolicy):
        pass


class StructuredDeployments(StructuredDeploymentGroup, type="OS::Heat::StructuredDeployments"):
    support = Support("HIDDEN", "7.0.0", previous=Support("DEPRECATED", "2014.2"))
    substitute = "OS::Heat::StructuredDeploymentGroup"
