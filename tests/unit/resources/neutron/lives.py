"""The lives of Neutron's types."""

from __future__ import annotations

from tests.unit.resources.neutron.core_lives import LIVES as CORE
from tests.unit.resources.neutron.guarding_lives import LIVES as GUARDING
from tests.unit.resources.neutron.operator_lives import LIVES as OPERATOR
from tests.unit.resources.neutron.routing_lives import LIVES as ROUTING
from tests.unit.resources.neutron.wiring_lives import LIVES as WIRING

LIVES = (*CORE, *ROUTING, *OPERATOR, *GUARDING, *WIRING)
