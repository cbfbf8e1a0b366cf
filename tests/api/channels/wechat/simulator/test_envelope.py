"""The envelope against the gateway's side of the wire; the other implementation of the protocol
is in ``test_delivery.py``."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.channels.wechat.incoming import Text
from api.channels.wechat.passive import text_reply
from api.channels.wechat.replay import MemoryReplayGuard
from api.channels.wechat.simulator import Mode, SimulatedAccount
from api.channels.wechat.simulator.envelope import Envelope
from api.channels.wechat.simulator.messages import Composer, message_numbers
from api.channels.wechat.simulator.replies import (
    InvalidReplyError,
    is_acknowledgement,
    require_reply,
)
from api.channels.wechat.wire import Wire
from api.storage.models import now

NUMBERS = message_numbers()
WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=60)


def parties(mode: Mode) -> tuple[SimulatedAccount, Envelope, Composer]:
    account = SimulatedAccount(mode=mode)
    return account, Envelope(account, now), Composer(account, "o1", now, NUMBERS)


def valid_reply() -> dict[str, str]:
    return {
        "ToUserName": "o1",
        "FromUserName": SimulatedAccount().user_name,
        "CreateTime": "1",
        "MsgType": "text",
        "Content": "您好",
    }


@pytest.mark.parametrize("mode", list(Mode))
@settings(max_examples=40, deadline=None)
@given(words=WORDS)
def test_what_is_sealed_can_be_opened(mode: Mode, words: str) -> None:
    account, envelope, composer = parties(mode)
    key = None if mode is Mode.PLAIN else account.aes_key
    wire = Wire(account.token, account.app_id, key, MemoryReplayGuard())
    sealed = envelope.seal(composer.text(words, menu_id="a"))
    opened = asyncio.run(wire.open(sealed.query, sealed.body))
    assert isinstance(opened.incoming, Text)
    assert opened.incoming.content == words
    assert (opened.incoming.openid, opened.incoming.menu_id) == ("o1", "a")
    reply = envelope.open(wire.seal(text_reply(opened.incoming, "答", 1), opened))
    require_reply(reply, account, "o1")
    assert reply["Content"] == "答"


def test_an_answer_signed_with_another_token_is_none() -> None:
    _, envelope, composer = parties(Mode.AES)
    other = Envelope(SimulatedAccount(token="another"), now)
    sealed = other.seal(composer.text("您好"))
    with pytest.raises(InvalidReplyError, match="MsgSignature"):
        envelope.open(sealed.body)


def test_a_reply_is_what_the_platform_takes_for_one() -> None:
    require_reply(valid_reply(), SimulatedAccount(), "o1")
    require_reply(valid_reply() | {"MsgType": "news", "Content": ""}, SimulatedAccount(), "o1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ToUserName": "o2"},
        {"FromUserName": "gh_other"},
        {"CreateTime": "now"},
        {"MsgType": "markdown"},
        {"Content": ""},
        {"Content": "工" * 683},
    ],
)
def test_anything_else_is_no_reply(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidReplyError):
        require_reply(valid_reply() | wrong, SimulatedAccount(), "o1")


@pytest.mark.parametrize(
    "body", [b"x", b"\xff", b"<a/>", b'<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>']
)
def test_what_is_not_the_platforms_xml_is_no_reply(body: bytes) -> None:
    assert not is_acknowledgement(body)
    with pytest.raises(InvalidReplyError):
        parties(Mode.PLAIN)[1].open(body)
