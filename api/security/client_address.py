"""Where a request comes from, also behind reverse proxies."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.requests import HTTPConnection

Network: TypeAlias = IPv4Network | IPv6Network
_Address: TypeAlias = IPv4Address | IPv6Address
_IPV6_SUBSCRIBER_BITS = 64
"""One subscriber has all the addresses of a /64 (RFC 6177), so they count as one."""


def parse_networks(texts: Iterable[str]) -> list[Network]:
    """Networks from ``10.0.0.0/8``, ``fd00::/8`` or single addresses. Raises ``ValueError``."""
    return [ip_network(text.strip()) for text in texts if text.strip()]


def client_address(connection: HTTPConnection, trusted_proxies: Sequence[Network]) -> str:
    """The address to count requests by: that of the client, or the /64 it is in.

    ``X-Forwarded-For`` is read from the right, and only as long as the one who wrote the entry is
    a trusted proxy: everything further left is what the client claims. The server in front (here
    uvicorn, ``proxy_headers``) must not have read the header before. Requests without an address,
    as over a Unix socket, share one.
    """
    peer = _parse(connection.client.host) if connection.client else None
    if peer is None:
        return "unknown"
    forwarded = ",".join(connection.headers.getlist("X-Forwarded-For")).split(",")
    while forwarded and any(peer in network for network in trusted_proxies):
        before = _parse(forwarded.pop())
        if before is None:
            break
        peer = before
    if isinstance(peer, IPv6Address):
        return str(ip_network((peer, _IPV6_SUBSCRIBER_BITS), strict=False))
    return str(peer)


def is_loopback(address: str) -> bool:
    """Whether an address of ``client_address`` is the machine's own."""
    parsed = _parse(address.partition("/")[0])
    return parsed is not None and parsed.is_loopback


def _parse(text: str) -> _Address | None:
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:4711
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:4711
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
