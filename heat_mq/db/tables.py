"""The tables as SQLAlchemy Core sees them; statements are written against these."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table

from heat_mq.db import models

blob = cast(Table, models.Blob.__table__)
credential = cast(Table, models.Credential.__table__)
engine = cast(Table, models.Engine.__table__)
event = cast(Table, models.Event.__table__)
node = cast(Table, models.Node.__table__)
notice = cast(Table, models.Notice.__table__)
resource = cast(Table, models.Resource.__table__)
sink_event = cast(Table, models.SinkEvent.__table__)
sink_turn = cast(Table, models.SinkTurn.__table__)
resource_copy = cast(Table, models.ResourceCopy.__table__)
snapshot = cast(Table, models.Snapshot.__table__)
software_config = cast(Table, models.SoftwareConfig.__table__)
software_deployment = cast(Table, models.SoftwareDeployment.__table__)
stack = cast(Table, models.Stack.__table__)
stack_tag = cast(Table, models.StackTag.__table__)
traversal = cast(Table, models.Traversal.__table__)
