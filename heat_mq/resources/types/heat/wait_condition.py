"""OS::Heat::WaitCondition: done when its handle has received so many signals, failed when one says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit import IN_PLACE, Int, Num, Schema, Str, Support
from heat_mq.resources.kit.waiting import Condition, Terms


class WaitCondition(Condition, type="OS::Heat::WaitCondition"):
    support = Support(version="2014.2")

    class Properties(Schema):
        handle = Str("Reference to the handle that receives the signals.", required=True)
        timeout = Num("Seconds to wait.", required=True, within=(1, 43200))
        count = Int("Number of signals to wait for.", default=1, within=(1, None), update=IN_PLACE)

    class Attributes(Schema):
        data = Str("JSON of the signals' data by their ids.", cached=False)

    def terms(self, props: Mapping[str, Any]) -> Terms:
        return Terms(props["handle"], props["timeout"], props["count"])
