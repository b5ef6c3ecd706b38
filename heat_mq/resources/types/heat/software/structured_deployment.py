"""OS::Heat::StructuredDeployment: a config that is a map, with the inputs' values put in their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit import Failed, Support
from heat_mq.resources.kit.software import with_inputs
from heat_mq.resources.types.heat.software.deployment import Deployment
from heat_mq.resources.types.heat.software.deployment_schema import (
    CommonProperties,
    DeploymentAttributes,
    StructuredProperties,
    server,
)


class StructuredDeployment(Deployment, type="OS::Heat::StructuredDeployment"):
    support = Support(version="2014.1")

    class Properties(CommonProperties, StructuredProperties):
        server = server()

    class Attributes(DeploymentAttributes):
        pass

    def filled(self, config: Any, props: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        found, missing = with_inputs(config, props["input_key"], values)
        if missing and props["input_values_validate"] == "STRICT":
            raise Failed(f"no value is given for the inputs {', '.join(sorted(missing))}", kind="UserParameterMissing")
        return found
