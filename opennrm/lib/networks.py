"""Which networks this server may call, however a name or an address is written."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from opennrm.lib.problems import Problem

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
PUBLIC, NONE = "public", "none"
# What Python's own register calls global in one release and not in another, or what wraps another address.
NEVER_PUBLIC: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15"),
            *("224.0.0.0/4", "240.0.0.0/4"),
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        ),
    )
)
# Everything outside it is local, reserved, multicast, or carries an IPv4 address inside (mapped, NAT64).
GLOBAL_UNICAST = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Networks:
    """The public network, or named ones, or both."""

    public: bool
    listed: tuple[Network, ...] = ()

    def allow(self, address: str) -> bool:
        """Whether an address may be called; an IPv4 address in the dress of an IPv6 one never, unless it is listed so."""
        one = ip_address(address.partition("%")[0])
        return any(one in network for network in self.listed) or (self.public and is_public(one))


def is_public(one: Address) -> bool:
    """Whether an address is of the public network and stands for itself."""
    if isinstance(one, IPv6Address) and one not in GLOBAL_UNICAST:
        return False
    return one.is_global and not any(one in network for network in NEVER_PUBLIC)


def read(words: str) -> Networks:
    """The networks that a setting names: `public`, networks such as 10.20.0.0/16, or `none`; separated by commas."""
    named = [word.strip() for word in words.split(",") if word.strip()]
    try:
        listed = tuple(ip_network(word) for word in named if word not in (PUBLIC, NONE))
    except ValueError as error:
        raise Problem("networks", _NOT_READ, 500) from error
    return Networks(PUBLIC in named, listed)


_NOT_READ = (
    "OPENNRM_HOOK_NETWORKS must hold networks such as 10.20.0.0/16, `public` or `none`, separated by commas."
)
