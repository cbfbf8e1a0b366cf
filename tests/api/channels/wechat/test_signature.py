import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.wechat.signature import is_signed, sign


# The worked examples of the platform's own document.
@pytest.mark.parametrize(
    ("values", "signature"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741"), "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
    ],
)
def test_signs_as_the_platform_does(values: tuple[str, str], signature: str) -> None:
    assert sign("AAAAA", *values) == signature
    assert is_signed(signature, "AAAAA", *values)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "f464b24fc39322e44b38aa78f5edd27bd1441697",
        "F464B24FC39322E44B38AA78F5EDD27BD1441696",
        "f464b24fc39322e44b38aa78f5edd27bd144169",
        "签名",
        "\ud800",
    ],
)
def test_no_other_signature_holds(signature: str) -> None:
    assert not is_signed(signature, "AAAAA", "1714036504", "1514711492")


def test_another_token_signs_otherwise() -> None:
    signature = sign("AAAAB", "1714036504", "1514711492")
    assert not is_signed(signature, "AAAAA", "1714036504", "1514711492")


@given(st.text(), st.text(), st.text())
def test_whatever_is_in_a_query_can_be_compared(signature: str, first: str, second: str) -> None:
    assert is_signed(sign("t", first, second), "t", second, first)
    assert not is_signed(signature, "t", first, second)
