"""The tables, one file per noun."""

from heat_mq.db.models.base import Base
from heat_mq.db.models.blob import Blob
from heat_mq.db.models.credential import Credential
from heat_mq.db.models.engine import Engine
from heat_mq.db.models.event import Event
from heat_mq.db.models.notice import Notice
from heat_mq.db.models.resource import Resource
from heat_mq.db.models.sink import SinkEvent, SinkTurn
from heat_mq.db.models.snapshot import ResourceCopy, Snapshot
from heat_mq.db.models.software import SoftwareConfig, SoftwareDeployment
from heat_mq.db.models.stack import Stack, StackTag
from heat_mq.db.models.traversal import Node, Traversal

__all__ = [
    "Base",
    "Blob",
    "Credential",
    "Engine",
    "Event",
    "Node",
    "Notice",
    "Resource",
    "ResourceCopy",
    "SinkEvent",
    "SinkTurn",
    "Snapshot",
    "SoftwareConfig",
    "SoftwareDeployment",
    "Stack",
    "StackTag",
    "Traversal",
]
