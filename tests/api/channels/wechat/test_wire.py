import pytest

from api.channels.wechat import xml
from api.channels.wechat.crypt import Crypt
from api.channels.wechat.failures import (
    DecryptionError,
    EncryptionModeError,
    MalformedMessageError,
    MessageTooLargeError,
    ProtocolError,
    ReplayedError,
    SignatureError,
    StaleError,
)
from api.channels.wechat.incoming import Text
from api.channels.wechat.passive import text_reply
from api.channels.wechat.replay import MemoryReplayGuard
from api.channels.wechat.signature import is_signed, sign
from api.channels.wechat.wire import Wire
from tests.api.channels.wechat.platform_requests import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    AT,
    TOKEN,
    query,
    sealed,
    sealed_query,
    text_message,
)

pytestmark = pytest.mark.anyio
_BODY = xml.build(text_message("工资"))


@pytest.fixture
def plain() -> Wire:
    return Wire(TOKEN, APP_ID, None, MemoryReplayGuard(), lambda: AT)


@pytest.fixture
def secure() -> Wire:
    return Wire(TOKEN, APP_ID, AES_KEY, MemoryReplayGuard(), lambda: AT)


@pytest.fixture(params=[None, AES_KEY], ids=["plain", "secure"])
def wire(request: pytest.FixtureRequest) -> Wire:
    return Wire(TOKEN, APP_ID, request.param, MemoryReplayGuard(), lambda: AT)


class TestVerification:
    async def test_repeats_the_platforms_word(self, wire: Wire) -> None:
        assert wire.echo({**query(), "echostr": "4375120948345356249"}) == "4375120948345356249"

    async def test_verifies_as_the_platform_documents(self) -> None:
        wire = Wire("AAAAA", APP_ID, None, MemoryReplayGuard(), lambda: 1714036504)
        official = {
            "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
            "echostr": "4375120948345356249",
            "timestamp": "1714036504",
            "nonce": "1514711492",
        }
        assert wire.echo(official) == "4375120948345356249"

    @pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce"])
    async def test_refuses_what_is_not_signed(self, wire: Wire, missing: str) -> None:
        asked = {**query(), "echostr": "1"}
        del asked[missing]
        with pytest.raises(SignatureError, match="bad_signature"):
            wire.echo(asked)

    @pytest.mark.parametrize("echo", ["", "<script>alert(1)</script>", "1" * 257, "一"])
    async def test_says_nothing_that_a_browser_could_run(self, wire: Wire, echo: str) -> None:
        with pytest.raises(MalformedMessageError, match="bad_echostr"):
            wire.echo({**query(), "echostr": echo})

    async def test_refuses_an_old_question(self, wire: Wire) -> None:
        with pytest.raises(StaleError):
            wire.echo({**query(AT - 301), "echostr": "1"})


class TestPlainMode:
    async def test_opens(self, plain: Wire) -> None:
        opened = await plain.open(query(), _BODY)
        assert isinstance(opened.incoming, Text)
        assert opened.incoming.content == "工资"
        assert not opened.encrypted

    async def test_leaves_the_reply_as_it_is(self, plain: Wire) -> None:
        opened = await plain.open(query(), _BODY)
        reply = text_reply(opened.incoming, "您好", AT)
        assert plain.seal(reply, opened) == reply

    async def test_takes_the_plain_fields_of_compatible_mode(self, plain: Wire) -> None:
        both = xml.build({**text_message("工资"), "Encrypt": "AAAA"})
        opened = await plain.open(sealed_query("AAAA"), both)
        assert not opened.encrypted

    async def test_says_that_a_key_is_missing(self, plain: Wire) -> None:
        with pytest.raises(EncryptionModeError, match="no_aes_key"):
            await plain.open(*sealed(_BODY))


class TestSafeMode:
    async def test_opens(self, secure: Wire) -> None:
        opened = await secure.open(*sealed(_BODY))
        assert isinstance(opened.incoming, Text)
        assert opened.incoming.content == "工资"
        assert opened.encrypted

    async def test_seals_the_reply(self, secure: Wire) -> None:
        opened = await secure.open(*sealed(_BODY))
        reply = text_reply(opened.incoming, "您好 ]]>", AT)
        envelopes = [xml.parse(secure.seal(reply, opened)) for _ in range(2)]
        for envelope in envelopes:
            assert Crypt(AES_KEY, APP_ID).decrypt(envelope["Encrypt"]) == reply
            assert envelope["TimeStamp"] == str(AT)
            values = envelope["TimeStamp"], envelope["Nonce"], envelope["Encrypt"]
            assert is_signed(envelope["MsgSignature"], TOKEN, *values)
        assert envelopes[0]["Nonce"] != envelopes[1]["Nonce"]

    async def test_only_what_is_encrypted_counts(self, secure: Wire) -> None:
        encrypted = Crypt(AES_KEY, APP_ID).encrypt(_BODY)
        both = xml.build({**text_message("别的"), "Encrypt": encrypted})
        opened = await secure.open(sealed_query(encrypted), both)
        assert isinstance(opened.incoming, Text)
        assert opened.incoming.content == "工资"

    async def test_refuses_a_plain_request(self, secure: Wire) -> None:
        with pytest.raises(EncryptionModeError, match="not_encrypted"):
            await secure.open(query(), _BODY)

    @pytest.mark.parametrize("encrypt_type", ["raw", "", "AES"])
    async def test_refuses_another_encryption(self, secure: Wire, encrypt_type: str) -> None:
        asked, body = sealed(_BODY)
        with pytest.raises(EncryptionModeError, match="not_encrypted"):
            await secure.open({**asked, "encrypt_type": encrypt_type}, body)

    async def test_refuses_a_plain_body_that_claims_to_be_encrypted(self, secure: Wire) -> None:
        with pytest.raises(EncryptionModeError, match="not_encrypted"):
            await secure.open(sealed_query(""), _BODY)

    async def test_the_ciphertext_is_signed(self, secure: Wire) -> None:
        asked, _ = sealed(_BODY)
        _, other = sealed(xml.build(text_message("别的")))
        with pytest.raises(SignatureError, match="bad_msg_signature"):
            await secure.open(asked, other)
        del asked["msg_signature"]
        with pytest.raises(SignatureError, match="bad_msg_signature"):
            await secure.open(asked, other)

    async def test_the_url_is_signed_too(self, secure: Wire) -> None:
        asked, body = sealed(_BODY)
        with pytest.raises(SignatureError, match="bad_signature"):
            await secure.open({**asked, "signature": "0" * 40}, body)

    async def test_refuses_what_is_for_another_account(self, secure: Wire) -> None:
        encrypted = Crypt(AES_KEY, "wx00000000000000ff").encrypt(_BODY)
        body = xml.build({"ToUserName": ACCOUNT, "Encrypt": encrypted})
        with pytest.raises(DecryptionError):
            await secure.open(sealed_query(encrypted), body)

    async def test_what_was_encrypted_is_read_as_strictly(self, secure: Wire) -> None:
        with pytest.raises(MalformedMessageError, match="declarations"):
            await secure.open(*sealed(b"<!DOCTYPE xml>" + _BODY))


class TestTime:
    @pytest.mark.parametrize("seconds", [-300, 0, 300])
    async def test_takes_what_is_near(self, plain: Wire, seconds: int) -> None:
        await plain.open(query(AT + seconds), _BODY)

    @pytest.mark.parametrize("seconds", [-AT, -301, 301])
    async def test_refuses_what_is_far(self, plain: Wire, seconds: int) -> None:
        with pytest.raises(StaleError):
            await plain.open(query(AT + seconds), _BODY)

    @pytest.mark.parametrize(
        "timestamp",
        [f"0{AT}", f" {AT}", f"{AT}.0", f"+{AT}", "１７６０００００００", "", "9" * 5000],
    )
    async def test_a_timestamp_has_one_form(self, plain: Wire, timestamp: str) -> None:
        signed = {**query(), "timestamp": timestamp}
        signed["signature"] = sign(TOKEN, timestamp, signed["nonce"])
        with pytest.raises(StaleError):
            await plain.open(signed, _BODY)


class TestReplay:
    async def test_the_platforms_repetition_passes(self, plain: Wire) -> None:
        openings = [await plain.open(query(), _BODY) for _ in range(3)]
        assert len({opened.incoming.dedupe_key for opened in openings}) == 1

    async def test_a_repetition_may_be_encrypted_anew(self, secure: Wire) -> None:
        openings = [await secure.open(*sealed(_BODY)) for _ in range(3)]
        assert len({opened.incoming.dedupe_key for opened in openings}) == 1

    async def test_another_body_under_a_signature_is_refused(self, plain: Wire) -> None:
        await plain.open(query(), _BODY)
        with pytest.raises(ReplayedError):
            await plain.open(query(), xml.build(text_message("别的")))

    async def test_values_that_join_to_the_same_text_are_the_same(self, plain: Wire) -> None:
        """The signature is over the joined values, so it holds for other splits of them."""
        later = str(AT + 1)
        await plain.open(query(nonce=later), _BODY)
        swapped = {**query(nonce=later), "timestamp": later, "nonce": str(AT)}
        with pytest.raises(ReplayedError):
            await plain.open(swapped, xml.build(text_message("别的")))

    async def test_an_unsigned_request_is_not_remembered(self, plain: Wire) -> None:
        forged = {**query(token="guess"), "signature": "0" * 40}
        with pytest.raises(SignatureError):
            await plain.open(forged, xml.build(text_message("别的")))
        await plain.open(query(), _BODY)


async def test_a_large_body_is_refused_unread(wire: Wire) -> None:
    asked, _ = sealed(_BODY)
    with pytest.raises(MessageTooLargeError):
        await wire.open(asked, b"x" * (5 * 1024 * 1024))


async def test_the_size_is_a_setting() -> None:
    wire = Wire(TOKEN, APP_ID, None, MemoryReplayGuard(), lambda: AT, max_bytes=len(_BODY) - 1)
    with pytest.raises(MessageTooLargeError):
        await wire.open(query(), _BODY)


@pytest.mark.parametrize("body", [b"", b"<xml>", b"\xff\xfe", b'{"MsgType":"text"}'])
async def test_whatever_the_body_is_the_signature_comes_first(wire: Wire, body: bytes) -> None:
    with pytest.raises(SignatureError):
        await wire.open({}, body)
    with pytest.raises(ProtocolError):
        await wire.open(sealed_query("AAAA"), body)


@pytest.mark.parametrize(
    ("token", "aes_key"), [("", None), (TOKEN, "short"), (TOKEN, ""), ("", AES_KEY)]
)
async def test_a_wrong_setting_is_refused(token: str, aes_key: str | None) -> None:
    with pytest.raises(ValueError, match=r"token|EncodingAESKey"):
        Wire(token, APP_ID, aes_key, MemoryReplayGuard())
