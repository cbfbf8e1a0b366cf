import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from api.channels.wechat.crypt import Crypt
from api.channels.wechat.failures import DecryptionError
from tests.api.channels.wechat.platform_requests import AES_KEY, APP_ID

_CRYPT = Crypt(AES_KEY, APP_ID)
# The worked example of the platform's own document.
_OFFICIAL = Crypt("A" * 43, "wxba5fad812f8e6fb9")
_OFFICIAL_REQUEST = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)
_OFFICIAL_REPLY = (
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


def _encrypt_raw(plain: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def _frame(content: bytes, app_id: str = APP_ID, *, length: int | None = None) -> bytes:
    size = len(content) if length is None else length
    return b"r" * 16 + size.to_bytes(4, "big") + content + app_id.encode()


def _padded(plain: bytes) -> bytes:
    missing = 32 - len(plain) % 32
    return plain + bytes([missing]) * missing


def test_decrypts_what_the_platform_documents() -> None:
    content = _OFFICIAL.decrypt(_OFFICIAL_REQUEST)
    assert content.startswith(b'{"ToUserName":"gh_97417a04a28d"')
    assert content.endswith(b'"debug_str":"hello world"}')
    assert len(content) == 167
    assert _OFFICIAL.decrypt(_OFFICIAL_REPLY) == b'{"demo_resp":"good luck"}'


def test_encrypts_what_the_platform_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda _: b"707722b803182950")
    assert _OFFICIAL.encrypt(b'{"demo_resp":"good luck"}') == _OFFICIAL_REPLY


@given(st.binary(max_size=300))
def test_gives_back_what_was_encrypted(content: bytes) -> None:
    assert _CRYPT.decrypt(_CRYPT.encrypt(content)) == content


def test_nothing_is_encrypted_twice_the_same() -> None:
    assert len({_CRYPT.encrypt(b"same") for _ in range(20)}) == 20


def test_the_frame_of_these_tests_is_the_right_one() -> None:
    assert _CRYPT.decrypt(_encrypt_raw(_padded(_frame(b"content")))) == b"content"


@pytest.mark.parametrize("size", range(10))
def test_every_length_of_padding_is_taken(size: int) -> None:
    content = b"c" * (size * 3 + 1)
    assert _CRYPT.decrypt(_encrypt_raw(_padded(_frame(content)))) == content


_BROKEN = {
    "empty": "",
    "not Base64": "@@@@",
    "not ASCII": "密文",
    "white space": _CRYPT.encrypt(b"content") + "\n",
    "cut off": _CRYPT.encrypt(b"content")[:-8],
    "half a block": _encrypt_raw(_padded(_frame(b"content")))[:-24] + "AAA=",
    "padding of zero": _encrypt_raw(_frame(b"c" * 26).ljust(64, b"\0")),
    "padding beyond the block": _encrypt_raw(_frame(b"c" * 57) + b"\x21" * 33),
    "padding of unequal bytes": _encrypt_raw(_frame(b"c" * 22) + b"\x01\x02\x03\x04"),
    "padding longer than all there is": _encrypt_raw(b"\xff" * 32),
    "nothing but padding": _encrypt_raw(b"\x20" * 32),
    "another AppID": Crypt(AES_KEY, "wx00000000000000ff").encrypt(b"content"),
    "an AppID with more behind it": Crypt(AES_KEY, APP_ID + "0").encrypt(b"content"),
    "another key": Crypt(AES_KEY[::-1], APP_ID).encrypt(b"content"),
    "length too short": _encrypt_raw(_padded(_frame(b"content", length=6))),
    "length too long": _encrypt_raw(_padded(_frame(b"content", length=8))),
    "length beyond the end": _encrypt_raw(_padded(_frame(b"content", length=2**32 - 1))),
}


@pytest.mark.parametrize("encrypted", _BROKEN.values(), ids=_BROKEN.keys())
def test_whatever_is_wrong_the_failure_is_the_same(encrypted: str) -> None:
    with pytest.raises(DecryptionError) as failure:
        _CRYPT.decrypt(encrypted)
    assert failure.value.reason == "undecryptable"
    assert failure.value.__cause__ is None


@given(st.one_of(st.text(), st.binary().map(lambda raw: base64.b64encode(raw).decode())))
def test_nothing_but_the_typed_failure_comes_out(encrypted: str) -> None:
    with pytest.raises(DecryptionError):
        _CRYPT.decrypt(encrypted)


@pytest.mark.parametrize(
    ("aes_key", "app_id"), [("short", APP_ID), (AES_KEY + "=", APP_ID), (AES_KEY, "")]
)
def test_a_wrong_setting_is_refused(aes_key: str, app_id: str) -> None:
    with pytest.raises(ValueError, match=r"AppID|EncodingAESKey"):
        Crypt(aes_key, app_id)
