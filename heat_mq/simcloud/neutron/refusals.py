"""The errors that Neutron's clients know by type, each with Neutron's own words."""

from __future__ import annotations

from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, not_found


def invalid_input(message: str) -> Refusal:
    return bad_request(f"Invalid input for operation: {message}.", "InvalidInput")


def bad(resource: str, message: str) -> Refusal:
    return bad_request(f"Bad {resource} request: {message}.", "BadRequest")


def address_in_use(network_id: str, address: str) -> Refusal:
    return conflict(
        f"Unable to complete operation for network {network_id}. The IP address {address} is in use.", "IpAddressInUse"
    )


def address_allocated(subnet_id: str, address: str) -> Refusal:
    return conflict(f"IP address {address} already allocated in subnet {subnet_id}", "IpAddressAlreadyAllocated")


def no_addresses(network_id: str) -> Refusal:
    return conflict(f"No more IP addresses available on network {network_id}.", "IpAddressGenerationFailure")


def mac_in_use(network_id: str, mac: str) -> Refusal:
    return conflict(
        f"Unable to complete operation for network {network_id}. The mac address {mac} is in use.", "MacAddressInUse"
    )


def network_in_use(network_id: str, ports: list[str]) -> Refusal:
    return conflict(
        f"Unable to complete operation on network {network_id}. There are one or more ports still in use on the "
        f"network, id for these ports is: {','.join(ports)}.",
        "NetworkInUse",
    )


def subnet_in_use(subnet_id: str, reason: str = "One or more ports have an IP allocation from this subnet") -> Refusal:
    return conflict(f"Unable to complete operation on subnet {subnet_id}: {reason}.", "SubnetInUse")


def port_in_use(port_id: str, network_id: str, device_id: str) -> Refusal:
    return conflict(
        f"Unable to complete operation on port {port_id} for network {network_id}. "
        f"Port already has an attached device {device_id}.",
        "PortInUse",
    )


def service_port_in_use(port_id: str, device_owner: str) -> Refusal:
    return conflict(
        f"Port {port_id} cannot be deleted directly via the port API: has device owner {device_owner}.",
        "ServicePortInUse",
    )


def gateway_required(subnet_id: str, network_id: str, port_id: str) -> Refusal:
    """No router leads from the port's subnet to the floating IP's network."""
    return not_found(
        f"External network {network_id} is not reachable from subnet {subnet_id}.  "
        f"Therefore, cannot associate Port {port_id} with a Floating IP.",
        "ExternalGatewayForFloatingIPNotFound",
    )


def network_still_shared(name: str) -> Refusal:
    return conflict(
        f"Unable to reconfigure sharing settings for network {name}. Multiple tenants are using it.",
        "InvalidSharedSetting",
    )


def gateway_in_use(address: str, port_id: str) -> Refusal:
    return conflict(
        f"Current gateway ip {address} already in use by port {port_id}. Unable to update.", "GatewayIpInUse"
    )


def gateway_conflicts(address: str, pool: str) -> Refusal:
    return conflict(
        f"Gateway ip {address} conflicts with allocation pool {pool}.", "GatewayConflictWithAllocationPools"
    )


def invalid_pool(pool: str) -> Refusal:
    return bad_request(f"The allocation pool {pool} is not valid.", "InvalidAllocationPool")


def pool_out_of_bounds(pool: str, cidr: str) -> Refusal:
    return bad_request(f"The allocation pool {pool} spans beyond the subnet cidr {cidr}.", "OutOfBoundsAllocationPool")


def segment_fixed() -> Refusal:
    message = "A subnet that is already associated with a segment cannot have its segment association changed."
    return bad_request(message, "SubnetSegmentAssociationChangeError")


def overlapping_pools(left: str, right: str, cidr: str) -> Refusal:
    return conflict(
        f"Found overlapping allocation pools: {left} {right} for subnet {cidr}.", "OverlappingAllocationPools"
    )


def foreign_subnet(network_id: str, subnet_id: str) -> Refusal:
    return invalid_input(
        f"Failed to create port on network {network_id}, because fixed_ips included invalid subnet {subnet_id}"
    )


def address_outside_network(address: str) -> Refusal:
    return bad_request(
        f"IP address {address} is not a valid IP for any of the subnets on the specified network.",
        "InvalidIpForNetwork",
    )


def address_outside_subnet(address: str) -> Refusal:
    return bad_request(f"IP address {address} is not a valid IP for the specified subnet.", "InvalidIpForSubnet")


def gateway_in_use_by_floating_ip(router_id: str, network_id: str) -> Refusal:
    return conflict(
        f"Gateway cannot be updated for router {router_id}, since a gateway to external network {network_id} is "
        "required by one or more floating IPs.",
        "RouterExternalGatewayInUseByFloatingIp",
    )


def invalid_routes(routes: list[dict[str, str]], reason: str) -> Refusal:
    return bad_request(f"Invalid format for routes: {routes}, {reason}", "InvalidRoutes")


def cannot_allocate(reason: str) -> Refusal:
    return bad_request(f"Failed to allocate subnet: {reason}.", "SubnetAllocationError")


def bad_prefix_length(bound: str, length: int, limit: int) -> Refusal:
    return bad_request(
        f"Unable to allocate subnet with prefix length {length}, {bound}imum allowed prefix is {limit}.",
        f"{bound.capitalize()}PrefixSubnetAllocationError",
    )


def other_pool() -> Refusal:
    return bad_request(
        "Subnets hosted on the same network must be allocated from the same subnet pool.",
        "NetworkSubnetPoolAffinityError",
    )
