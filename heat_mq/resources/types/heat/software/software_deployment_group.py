"""OS::Heat::SoftwareDeploymentGroup: a config applied to several servers.

OS::Heat::SoftwareDeployments is its old name.
"""

from __future__ import annotations

from heat_mq.resources.kit import Support
from heat_mq.resources.types.heat.software.deployment_group import BatchPolicy, DeploymentGroup
from heat_mq.resources.types.heat.software.deployment_schema import CommonProperties, GroupAttributes, servers


class SoftwareDeploymentGroup(DeploymentGroup, type="OS::Heat::SoftwareDeploymentGroup"):
    support = Support(version="5.0.0")
    member = "OS::Heat::SoftwareDeployment"

    class Properties(CommonProperties):
        servers = servers()

    class Attributes(GroupAttributes):
        pass

    class UpdatePolicy(BatchPolicy):
        pass


class SoftwareDeployments(SoftwareDeploymentGroup, type="OS::Heat::SoftwareDeployments"):
    support = Support("HIDDEN", "7.0.0", previous=Support("DEPRECATED", "2014.2"))
    substitute = "OS::Heat::SoftwareDeploymentGroup"
