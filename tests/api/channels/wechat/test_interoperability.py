"""Against wechatpy, the second implementation of the protocol: what one writes the other reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from api.channels.wechat import xml
from api.channels.wechat.crypt import Crypt
from api.channels.wechat.failures import DecryptionError
from api.channels.wechat.incoming import Incoming, read
from api.channels.wechat.passive import text_reply
from api.channels.wechat.replay import MemoryReplayGuard
from api.channels.wechat.signature import sign
from api.channels.wechat.wire import Opened, Wire
from tests.api.channels.wechat.platform_requests import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    AT,
    OPENID,
    TOKEN,
    Fields,
    event,
    query,
    text_message,
)

_THEIRS = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
_OURS = Crypt(AES_KEY, APP_ID)
_NONCE = "1514711492"
_TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=400
)


def _wire() -> Wire:
    return Wire(TOKEN, APP_ID, AES_KEY, MemoryReplayGuard(), lambda: AT)


def _incoming(content: str = "工资") -> Incoming:
    return read({name: str(value) for name, value in text_message(content).items()})


def _their_request(content: str) -> tuple[dict[str, str], bytes]:
    """Query and body as wechatpy encrypts and signs them."""
    body = _THEIRS.encrypt_message(content, _NONCE, str(AT)).encode()
    asked = {**query(nonce=_NONCE), "encrypt_type": "aes"}
    return {**asked, "msg_signature": xml.parse(body)["MsgSignature"]}, body


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_they_accept_our_signature(token: str, timestamp: str, nonce: str) -> None:
    values = [value.encode("utf-8", "replace").decode() for value in (token, timestamp, nonce)]
    check_signature(values[0], sign(*values), *values[1:])


def test_they_refuse_the_signature_that_we_refuse() -> None:
    with pytest.raises(InvalidSignatureException):
        check_signature(TOKEN, sign("other", str(AT), _NONCE), str(AT), _NONCE)


@given(_TEXTS)
def test_they_decrypt_what_we_encrypt(content: str) -> None:
    encrypted = _OURS.encrypt(content.encode())
    signature = sign(TOKEN, str(AT), _NONCE, encrypted)
    body = {"Encrypt": encrypted}
    assert _THEIRS.decrypt_message(body, signature, str(AT), _NONCE) == content


@given(_TEXTS)
def test_we_decrypt_what_they_encrypt(content: str) -> None:
    envelope = xml.parse(_THEIRS.encrypt_message(content, _NONCE, str(AT)).encode())
    assert envelope["MsgSignature"] == sign(TOKEN, str(AT), _NONCE, envelope["Encrypt"])
    assert _OURS.decrypt(envelope["Encrypt"]).decode() == content


def test_both_refuse_the_message_for_another_account() -> None:
    theirs = WeChatCrypto(TOKEN, AES_KEY, "wx00000000000000ff")
    with pytest.raises(DecryptionError):
        _OURS.decrypt(xml.parse(theirs.encrypt_message("x", _NONCE, str(AT)).encode())["Encrypt"])
    encrypted = _OURS.encrypt(b"x")
    signature = sign(TOKEN, str(AT), _NONCE, encrypted)
    with pytest.raises(InvalidAppIdException):
        theirs.decrypt_message({"Encrypt": encrypted}, signature, str(AT), _NONCE)


@pytest.mark.anyio
async def test_we_open_the_request_that_they_made() -> None:
    opened = await _wire().open(*_their_request(xml.build(text_message("工资😀")).decode()))
    assert opened == Opened(_incoming("工资😀"), encrypted=True)


@given(_TEXTS.map(lambda text: text + "。"))
def test_they_open_the_reply_that_we_sealed(content: str) -> None:
    incoming = _incoming()
    sealed = _wire().seal(text_reply(incoming, content, AT), Opened(incoming, encrypted=True))
    envelope = xml.parse(sealed)
    plain = _THEIRS.decrypt_message(
        sealed, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"]
    )
    reply = parse_message(plain)
    assert (reply.type, reply.target, reply.source) == ("text", OPENID, ACCOUNT)
    assert xml.parse(plain.encode())["Content"] == content


def test_they_read_a_section_that_was_split() -> None:
    content = "a]]>b ]]]]> <c>&"
    assert parse_message(text_reply(_incoming(), content, AT)).content == content


def test_we_read_the_reply_that_they_wrote() -> None:
    reply = TextReply(source=ACCOUNT, target=OPENID, content="您好😀 <a>&", time=AT)
    assert xml.parse(reply.render().encode()) == xml.parse(
        text_reply(_incoming(), "您好😀 <a>&", AT)
    )


@pytest.mark.parametrize(
    ("fields", "attribute"),
    [
        (text_message("工资"), "content"),
        (text_message(MsgType="image", MediaId="m-1", PicUrl="http://example.com"), "media_id"),
        (text_message(MsgType="voice", MediaId="m-1", Format="amr"), "format"),
        (text_message(MsgType="video", MediaId="m-1", ThumbMediaId="m-2"), "media_id"),
        (text_message(MsgType="link", Title="t", Description="d", Url="http://e.cn"), "url"),
        (event("CLICK", EventKey="topic:wages"), "key"),
        (event("VIEW", EventKey="http://example.com"), "url"),
    ],
)
def test_both_read_the_same_message(fields: Fields, attribute: str) -> None:
    body = xml.build(fields)
    ours, theirs = read(xml.parse(body)), parse_message(body)
    assert getattr(ours, attribute) == getattr(theirs, attribute)
    assert (ours.openid, ours.to_user) == (theirs.source, theirs.target)
    assert ours.sent_at == int(theirs._data["CreateTime"])


def test_both_read_the_scene_of_a_subscription() -> None:
    body = xml.build(event("subscribe", EventKey="qrscene_gate_3", Ticket="t"))
    assert read(xml.parse(body)).dedupe_key.endswith(":gate_3")
    assert parse_message(body).scene_id == "gate_3"
