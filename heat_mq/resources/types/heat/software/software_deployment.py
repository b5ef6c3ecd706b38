"""OS::Heat::SoftwareDeployment: a config applied to a server."""

from __future__ import annotations

from heat_mq.resources.kit import Support
from heat_mq.resources.types.heat.software.deployment import Deployment
from heat_mq.resources.types.heat.software.deployment_schema import CommonProperties, DeploymentAttributes, server


class SoftwareDeployment(Deployment, type="OS::Heat::SoftwareDeployment"):
    support = Support(version="2014.1")

    class Properties(CommonProperties):
        server = server()

    class Attributes(DeploymentAttributes):
        pass
