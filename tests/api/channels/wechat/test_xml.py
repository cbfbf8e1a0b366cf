import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.wechat import xml
from api.channels.wechat.failures import MalformedMessageError, MessageTooLargeError


def _message(inside: str) -> bytes:
    return f"<xml>{inside}</xml>".encode()


def test_reads_fields_in_all_their_forms() -> None:
    body = """
    <xml>
      <Content><![CDATA[老板 <拖欠> & 不发工资]]></Content>
      <CreateTime>1348831860</CreateTime>
      <Escaped>&lt;a&gt; &#128512;</Escaped>
      <Empty/>
      <Half><![CDATA[a]]>b<!-- nothing --></Half>
    </xml>
    """.encode()
    assert xml.parse(body) == {
        "Content": "老板 <拖欠> & 不发工资",
        "CreateTime": "1348831860",
        "Escaped": "<a> 😀",
        "Empty": "",
        "Half": "ab",
    }


def test_keeps_what_is_beyond_the_basic_plane() -> None:
    assert xml.parse(_message("<Content><![CDATA[😀𠮷👨‍👩‍👧]]></Content>")) == {
        "Content": "😀𠮷👨‍👩‍👧"
    }


def test_takes_utf8_whatever_the_document_claims() -> None:
    body = '<?xml version="1.0" encoding="GBK"?><xml><Content>工资</Content></xml>'.encode()
    assert xml.parse(body) == {"Content": "工资"}


@pytest.mark.parametrize("character", ["\0", "\x08", "\x1b", "\ufffe"])
def test_a_forbidden_character_is_replaced(character: str) -> None:
    body = _message(f"<Content><![CDATA[a{character}b]]></Content>")
    assert xml.parse(body) == {"Content": "a\ufffdb"}


def test_a_forbidden_character_cannot_hide_the_end_of_a_section() -> None:
    inside = "]]\0></Content><FromUserName>other</FromUserName><Content><![CDATA["
    body = _message(f"<Content><![CDATA[{inside}]]></Content>")
    assert xml.parse(body) == {"Content": inside.replace("\0", "\ufffd")}


def test_a_field_of_elements_is_left_out() -> None:
    body = _message(
        "<Event>scancode_waitmsg</Event>"
        "<ScanCodeInfo><ScanType>qrcode</ScanType><Event>CLICK</Event></ScanCodeInfo>"
        "<Mixed>text<b/>text</Mixed><EventKey>6</EventKey>"
    )
    assert xml.parse(body) == {"Event": "scancode_waitmsg", "EventKey": "6"}


_LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
_BAD = {
    "nothing": (b"", "not_xml"),
    "a bare word": (b"success", "not_xml"),
    "JSON": (b'{"ToUserName":"gh"}', "not_xml"),
    "cut off": (_message("<Content>工资</Content>")[:-3], "not_xml"),
    "cut off in a character": (_message("工资")[:7], "not_utf8"),
    "Latin 1": ("<xml><Content>é</Content></xml>".encode("latin-1"), "not_utf8"),
    "UTF-16": ("<xml><Content>a</Content></xml>".encode("utf-16"), "not_utf8"),
    "an overlong form": (b"<xml><Content>\xc0\xbcb></Content></xml>", "not_utf8"),
    "a surrogate": (b"<xml><Content>\xed\xa0\x80</Content></xml>", "not_utf8"),
    "a forbidden reference": (_message("<Content>&#0;</Content>"), "not_xml"),
    "an unknown entity": (_message("<Content>&nbsp;</Content>"), "not_xml"),
    "a field twice": (_message("<MsgId>1</MsgId><MsgId>2</MsgId>"), "field_twice"),
    "twice, once with elements": (_message("<A><b/></A><A>2</A>"), "field_twice"),
    "text between the fields": (_message("<A>1</A>text"), "text_between_fields"),
    "another root": (b"<html><A>1</A></html>", "not_a_message"),
    "another namespace": (b'<xml xmlns="urn:x"><A>1</A></xml>', "not_a_message"),
    "two documents": (b"<xml></xml><xml></xml>", "not_xml"),
    "many fields": (_message("".join(f"<f{n}/>" for n in range(300))), "too_many_elements"),
    "depth": (_message("<a>" * 1000 + "</a>" * 1000), "too_many_elements"),
    "a document type": (b"<!DOCTYPE xml><xml><A>1</A></xml>", "declarations"),
    "billion laughs": (
        f'<!DOCTYPE xml [<!ENTITY l0 "ha">{_LAUGHS}]><xml><A>&l9;</A></xml>'.encode(),
        "declarations",
    ),
    "an external entity": (
        b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><A>&e;</A></xml>',
        "declarations",
    ),
    "an external definition": (
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><A>1</A></xml>',
        "declarations",
    ),
}


@pytest.mark.parametrize(("body", "reason"), _BAD.values(), ids=_BAD.keys())
def test_refuses(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedMessageError) as failure:
        xml.parse(body)
    assert failure.value.reason == reason


def test_the_size_is_looked_at_first() -> None:
    huge = b"<" * (5 * 1024 * 1024)
    with pytest.raises(MessageTooLargeError):
        xml.parse(huge)
    fits = _message("<A>1</A>")
    assert xml.parse(fits, max_bytes=len(fits)) == {"A": "1"}
    with pytest.raises(MessageTooLargeError):
        xml.parse(fits, max_bytes=len(fits) - 1)


def test_the_worst_that_is_small_enough_is_quick() -> None:
    bodies = [
        b"<xml>" + b"<a>" * 87_000,
        b"<xml " + b" ".join(b'a%d=""' % number for number in range(20_000)) + b"/>",
        b"<xml><A>" + b"&amp;" * 52_000 + b"</A></xml>",
        b"<xml>" + b"<![CDATA[]]>" * 21_000 + b"</xml>",
        b"<xml>" + b"<" * 260_000,
    ]
    started = time.process_time()
    for body in bodies:
        try:
            xml.parse(body)
        except MalformedMessageError:
            continue
    assert time.process_time() - started < 2


@given(
    st.dictionaries(
        st.sampled_from(["Content", "ToUserName", "MsgId", "Event"]),
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
            max_size=50,
        ),
    )
)
def test_reads_what_it_wrote(fields: dict[str, str]) -> None:
    assert xml.parse(xml.build(fields)) == fields


@pytest.mark.parametrize(
    "content", ["]]>", "]]]]>>", "<![CDATA[]]>", "]]></Content><MsgId>1</MsgId>", "]]", ">"]
)
def test_a_text_cannot_leave_its_section(content: str) -> None:
    assert xml.parse(xml.build({"Content": content, "At": 7})) == {"Content": content, "At": "7"}


def test_what_xml_forbids_is_not_written() -> None:
    assert xml.build({"A": "\0\ud800b"}) == "<xml><A><![CDATA[\ufffd\ufffdb]]></A></xml>".encode()


@given(st.binary(max_size=200))
def test_nothing_but_the_typed_failure_comes_out(body: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        xml.parse(body)
