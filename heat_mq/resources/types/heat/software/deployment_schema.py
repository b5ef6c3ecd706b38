"""Properties that deployments and groups of them share."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, List, Map, Prop, Schema, Str
from heat_mq.resources.kit.software import ACTIONS, CFN, TRANSPORTS


class CommonProperties(Schema):
    """What a deployment has, whatever it is deployed to."""

    config = Str("The config to apply.", update=IN_PLACE)
    input_values = Map("Values of the config's inputs.", update=IN_PLACE)
    actions = List(
        "Actions during which the config is applied.",
        default=["CREATE", "UPDATE"],
        allowed=ACTIONS,
        update=IN_PLACE,
    )
    name = Str("Name of the deployment as the server sees it.", update=IN_PLACE)
    signal_transport = Str("How the server reports what came of it.", default=CFN, allowed=TRANSPORTS)


class StructuredProperties(Schema):
    """What a deployment of a structured config has besides."""

    input_key = Str("The key of maps that stand for an input's value.", default="get_input")
    input_values_validate = Str(
        "Whether a place for an input without a value is an error (STRICT) or null.",
        default="LAX",
        allowed=["LAX", "STRICT"],
    )


def server() -> Prop:
    return Str("Id of the server.", required=True)


def servers() -> Prop:
    return Map("Ids of the servers, by a name for each.", required=True, update=IN_PLACE)


class DeploymentAttributes(Schema):
    open = True  # the config's outputs
    deploy_stdout = Str("What the tool printed.")
    deploy_stderr = Str("What the tool printed of errors.")
    deploy_status_code = Str("The status code that the tool ended with.")


class GroupAttributes(Schema):
    open = True  # the config's outputs, of every server
    deploy_stdouts = Map("What the tools printed, by server.")
    deploy_stderrs = Map("What the tools printed of errors, by server.")
    deploy_status_codes = Map("The status codes that the tools ended with, by server.")
