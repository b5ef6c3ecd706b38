"""Properties that no life gives, and those that can be updated in place and no life changes, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Reasons = Mapping[str, Mapping[str, str]]
"""Type, path of the property, and why."""

#: Barbican dropped orders of certificates, and what is left of them in the simulated one knows stored keys alone.
NO_AUTHORITY: Final = "there is no authority that certificates could be asked of"

UNLIVED: Final[Reasons] = {
    "OS::Barbican::Order": {
        "ca_id": NO_AUTHORITY,
        "profile": NO_AUTHORITY,
        "request_data": NO_AUTHORITY,
    },
    "OS::Neutron::RouterInterface": {
        "port": "the port goes with the interface and would have to be made for each: it has a test apart",
    },
}

UNCHANGED: Final[Reasons] = {
    "OS::Glance::WebImage": {
        "protected": "an image that is protected cannot be deleted, as most of a life's tests do; it has a test apart",
    },
}
