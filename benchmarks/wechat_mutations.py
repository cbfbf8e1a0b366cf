"""Mutations of what the platform sends, for ``benchmarks.wechat_fuzz``.

All of them take their choices from a generator, so that a case can be repeated.
"""

import base64
import random
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from api.channels.wechat import xml
from tests.api.channels.wechat.platform_requests import (
    AES_KEY,
    APP_ID,
    Fields,
    event,
    text_message,
)

_PIECES = (
    *(b"<", b">", b"&", b"]]>", b"<![CDATA[", b"</xml>", b"<xml>", b"<!--", b"-->", b"<?x?>"),
    *(b"<!DOCTYPE xml>", b'<!DOCTYPE x [<!ENTITY e "e">]>', b"&e;", b"&#0;", b"&#x1F600;", b"&lt;"),
    *(b"\0", b"\xff", b"\xc0\xbc", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"="),
    *(b"<MsgId>", b"</MsgId>", b"<MsgType>event</MsgType>", b"<Content/>", b"<a>" * 50, b" " * 500),
)
_ELEMENTS = (
    *(b"<ToUserName>gh_1</ToUserName>", b"<FromUserName>o1</FromUserName>", b"<MsgId>1</MsgId>"),
    *(b"<CreateTime>1</CreateTime>", b"<MsgType>text</MsgType>", b"<Content>a</Content>"),
    *(b"<a><b><c/></b></a>", b"<Content><MsgId>2</MsgId></Content>", b"<x y='z'/>", b"text", b" "),
    *(b"<!-- -->", b"<?pi?>", b"<![CDATA[ ]]>", b"&#32;", b"<xml/>", b"<p:q xmlns:p='r'/>"),
)
_VALUES = (
    *("", "0", "-1", "1", "1.5", "nan", "inf", "1e9", "１２", str(2**64), str(2**63), "9" * 5000),
    *("text", "image", "voice", "video", "shortvideo", "location", "link", "event", "hologram"),
    *("subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "LOCATION", "qrscene_", "qrscene_1"),
    *("\0", "\ud800", "😀", "]]>", "o" * 65, "长" * 70_000, "x" * 5000, "a:b", "a b", "\n"),
)
_NAMES = (
    *("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "Event"),
    *("EventKey", "MediaId", "PicUrl", "Format", "Recognition", "Location_X", "Location_Y"),
    *("Label", "Title", "Description", "Url", "bizmsgmenuid", "kind", "msg_id", "Encrypt"),
)
_SEEDS: Sequence[Fields] = (
    text_message("老板不发工资😀"),
    text_message("欠薪", bizmsgmenuid="102"),
    text_message(MsgType="image", MediaId="m-1", PicUrl="http://example.com/1"),
    text_message(MsgType="voice", MediaId="m-1", Format="amr", Recognition="投诉"),
    text_message(MsgType="shortvideo", MediaId="m-1", ThumbMediaId="m-2"),
    text_message(MsgType="location", Location_X="30.2", Location_Y="120.0", Label="余杭区"),
    text_message(MsgType="link", Title="标题", Description="", Url="http://example.com"),
    event("subscribe", EventKey="qrscene_3", Ticket="t"),
    event("unsubscribe"),
    event("SCAN", EventKey="3", Ticket="t"),
    event("CLICK", EventKey="topic:wages"),
    event("VIEW", EventKey="http://example.com"),
    event("TEMPLATESENDJOBFINISH", Status="success"),
)
_KEY = base64.b64decode(AES_KEY + "=")


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Return the bytes with one to four changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.choice((0, *[chance.randint(0, len(data))] * 9))
        to = min(len(data), at + chance.choice((1, 1, 2, 8, 40)))
        match chance.randrange(7):
            case 0:
                data = data[:at] + chance.randbytes(to - at) + data[to:]
            case 1:
                data = data[:at] + data[to:]
            case 2:
                data = data[:at] + data[at:to] * chance.choice((2, 3, 30)) + data[to:]
            case 3:
                data = data[:at]
            case 4 if at < len(data):
                flipped = bytes([data[at] ^ 1 << chance.randrange(8)])
                data = data[:at] + flipped + data[at + 1 :]
            case _:
                data = data[:at] + chance.choice(_PIECES) + data[at:]
    return data


def mutated_fields(chance: random.Random) -> dict[str, str]:
    """Return the fields of a message with one to three changes."""
    fields = {name: str(value) for name, value in chance.choice(_SEEDS).items()}
    for _ in range(chance.randint(1, 3)):
        name = chance.choice((*fields, *_NAMES))
        match chance.randrange(4):
            case 0:
                fields.pop(name, None)
            case 1 if name in fields:
                changed = mutated(chance, fields[name].encode("utf-8", "surrogatepass"))
                fields[name] = changed.decode("utf-8", "replace")
            case _:
                fields[name] = chance.choice(_VALUES)
    return fields


def mutated_document(chance: random.Random) -> bytes:
    """Return a document with changes in its bytes, in its elements, or in its fields only."""
    match chance.randrange(4):
        case 0:
            return xml.build(mutated_fields(chance))
        case 1:
            return (
                b"<xml>" + b"".join(chance.choices(_ELEMENTS, k=chance.randint(0, 9))) + b"</xml>"
            )
        case _:
            return mutated(chance, _document(chance))


def mutated_frame(chance: random.Random) -> bytes:
    """Return what is encrypted, with a length, an AppID or a padding that may be wrong."""
    content = _document(chance)
    length = len(content) + chance.choice((0, 0, 0, 1, -1, 40, 2**31))
    app_id = chance.choice((APP_ID, APP_ID, APP_ID, APP_ID[:-1], APP_ID + "0", ""))
    frame = chance.randbytes(16) + length.to_bytes(4, "big") + content + app_id.encode()
    missing = 32 - len(frame) % 32
    padding = chance.choice((missing, missing, missing, 0, 33, 255, missing ^ 16))
    frame += bytes([padding]) * missing
    return mutated(chance, frame) if chance.random() < 0.3 else frame


def mutated_query(chance: random.Random, asked: dict[str, str]) -> dict[str, str]:
    """Return the query with one parameter changed, added or gone."""
    name = chance.choice((*asked, "encrypt_type", "msg_signature", "signature", "echostr"))
    if chance.random() < 0.3:
        return {other: value for other, value in asked.items() if other != name}
    changed = mutated(chance, asked.get(name, "").encode()).decode("utf-8", "surrogateescape")
    return {**asked, name: chance.choice((changed, *_VALUES))}


def encrypted_frame(frame: bytes) -> str:
    """Encrypt a frame as it is, filled to whole blocks."""
    frame += b"\0" * (-len(frame) % 16)
    encryptor = Cipher(AES(_KEY), CBC(_KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(frame) + encryptor.finalize()).decode()


def _document(chance: random.Random) -> bytes:
    return xml.build(chance.choice(_SEEDS))
