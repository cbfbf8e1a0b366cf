import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from api.security.client_address import client_address, parse_networks

PROXIES = parse_networks(["10.0.0.0/8", "::1", ""])


def connection(peer: str | None, *forwarded: str) -> HTTPConnection:
    return HTTPConnection(
        {
            "type": "http",
            "client": (peer, 1) if peer else None,
            "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
        }
    )


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.9", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.1, garbage"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("::1", ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", ["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        (None, ["198.51.100.1"], "unknown"),
        ("testclient", ["198.51.100.1"], "unknown"),
    ],
)
def test_the_client_is_whom_the_last_trusted_proxy_saw(
    peer: str | None, forwarded: list[str], address: str
) -> None:
    assert client_address(connection(peer, *forwarded), PROXIES) == address


@given(st.lists(st.text("0123456789.:,[]x ", max_size=30), max_size=3))
def test_a_client_cannot_choose_its_address(claims: list[str]) -> None:
    direct = connection("203.0.113.7", *claims)
    assert client_address(direct, PROXIES) == "203.0.113.7"
    proxied = connection("10.0.0.1", *claims, "203.0.113.7")
    assert client_address(proxied, PROXIES) == "203.0.113.7"


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="everywhere"):
        parse_networks(["everywhere"])
