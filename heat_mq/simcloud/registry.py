"""The services of the simulated cloud, in the order in which they are seeded and started."""

from __future__ import annotations

from heat_mq.simcloud.admin import Admin
from heat_mq.simcloud.identity.service import Identity
from heat_mq.simcloud.image.service import Image
from heat_mq.simcloud.key_manager.service import KeyManager
from heat_mq.simcloud.load_balancer.service import LoadBalancing
from heat_mq.simcloud.message.service import Message
from heat_mq.simcloud.neutron.service import Network
from heat_mq.simcloud.nova.service import Compute
from heat_mq.simcloud.object_store.service import ObjectStore
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.volume.service import Volume

SERVICES: tuple[type[Service], ...] = (
    Identity,
    Admin,
    Image,
    Volume,
    Network,
    Compute,
    KeyManager,
    Message,
    ObjectStore,
    LoadBalancing,
)
