"""Requests as the platform makes them."""

from api.channels.wechat import xml
from api.channels.wechat.crypt import Crypt
from api.channels.wechat.signature import sign

TOKEN = "union-token"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
OPENID = "oFollower_0123456789-abcdefg"
AT = 1_760_000_000
"""Now, in Unix time."""

Fields = dict[str, str | int]


def text_message(content: str = "老板不发工资怎么办？", **more: str | int) -> Fields:
    return {
        "ToUserName": ACCOUNT,
        "FromUserName": OPENID,
        "CreateTime": AT - 1,
        "MsgType": "text",
        "Content": content,
        "MsgId": 25_373_744_922_163_388,
        **more,
    }


def event(name: str, **more: str | int) -> Fields:
    return {
        "ToUserName": ACCOUNT,
        "FromUserName": OPENID,
        "CreateTime": AT - 1,
        "MsgType": "event",
        "Event": name,
        **more,
    }


def query(at: int = AT, nonce: str = "1514711492", token: str = TOKEN) -> dict[str, str]:
    """Of a request in plain mode."""
    return {
        "signature": sign(token, str(at), nonce),
        "timestamp": str(at),
        "nonce": nonce,
        "openid": OPENID,
    }


def sealed_query(encrypted: str, at: int = AT, nonce: str = "1514711492") -> dict[str, str]:
    """Of a request whose body holds this ciphertext."""
    return {
        **query(at, nonce),
        "encrypt_type": "aes",
        "msg_signature": sign(TOKEN, str(at), nonce, encrypted),
    }


def sealed(content: bytes, at: int = AT, nonce: str = "1514711492") -> tuple[dict[str, str], bytes]:
    """Query and body in safe mode."""
    encrypted = Crypt(AES_KEY, APP_ID).encrypt(content)
    body = xml.build({"ToUserName": ACCOUNT, "Encrypt": encrypted})
    return sealed_query(encrypted, at, nonce), body
