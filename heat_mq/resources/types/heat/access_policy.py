"""OS::Heat::AccessPolicy: which resources a user of the stack may read; an AWS::IAM::User names it."""

from __future__ import annotations

from heat_mq.resources.kit import List, Resource, Schema


class AccessPolicy(Resource, type="OS::Heat::AccessPolicy"):
    class Properties(Schema):
        AllowedResources = List("Names of resources.", required=True)
