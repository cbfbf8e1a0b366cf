from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.wechat.failures import MalformedMessageError
from api.channels.wechat.incoming import (
    INCOMING,
    Click,
    Image,
    Incoming,
    Link,
    Location,
    OtherEvent,
    OtherMessage,
    Scan,
    Subscribe,
    Text,
    Unsubscribe,
    Video,
    View,
    Voice,
    read,
)
from tests.api.channels.wechat.platform_requests import (
    ACCOUNT,
    AT,
    OPENID,
    Fields,
    event,
    text_message,
)

_COMMON: dict[str, Any] = {"to_user": ACCOUNT, "openid": OPENID, "sent_at": AT - 1}
_MESSAGE: dict[str, Any] = {**_COMMON, "msg_id": 25_373_744_922_163_388}


def _read(fields: Fields) -> Incoming:
    return read({name: str(value) for name, value in fields.items()})


def _message(msg_type: str, **more: str | int) -> Fields:
    fields = {**text_message(), "MsgType": msg_type, **more}
    del fields["Content"]
    return fields


_KNOWN: list[tuple[Fields, Incoming, str]] = [
    (text_message("工资😀"), Text(**_MESSAGE, content="工资😀"), "msg:25373744922163388"),
    (
        text_message("欠薪", bizmsgmenuid="102"),
        Text(**_MESSAGE, content="欠薪", menu_id="102"),
        "msg:25373744922163388",
    ),
    (text_message("", bizmsgmenuid=""), Text(**_MESSAGE, content=""), "msg:25373744922163388"),
    (
        _message("image", MediaId="m-1", PicUrl="http://mmbiz.example/1"),
        Image(**_MESSAGE, media_id="m-1", url="http://mmbiz.example/1"),
        "msg:25373744922163388",
    ),
    (
        _message("voice", MediaId="m-1", Format="amr", Recognition="我要投诉"),
        Voice(**_MESSAGE, media_id="m-1", format="amr", recognition="我要投诉"),
        "msg:25373744922163388",
    ),
    (
        _message("voice", MediaId="m-1", Format="speex", Recognition=""),
        Voice(**_MESSAGE, media_id="m-1", format="speex", recognition=None),
        "msg:25373744922163388",
    ),
    (
        _message("video", MediaId="m-1", ThumbMediaId="m-2"),
        Video(**_MESSAGE, media_id="m-1", short=False),
        "msg:25373744922163388",
    ),
    (
        _message("shortvideo", MediaId="m-1", ThumbMediaId="m-2"),
        Video(**_MESSAGE, media_id="m-1", short=True),
        "msg:25373744922163388",
    ),
    (
        _message("location", Location_X="30.27", Location_Y="120.01", Scale="20", Label="余杭区"),
        Location(**_MESSAGE, latitude=30.27, longitude=120.01, label="余杭区"),
        "msg:25373744922163388",
    ),
    (
        _message("link", Title="标题", Description="", Url="https://example.com"),
        Link(**_MESSAGE, title="标题", description="", url="https://example.com"),
        "msg:25373744922163388",
    ),
    (
        _message("hologram"),
        OtherMessage(**_MESSAGE, msg_type="hologram"),
        "msg:25373744922163388",
    ),
    (
        event("subscribe", EventKey=""),
        Subscribe(**_COMMON, scene=None),
        f"event:{OPENID}:{AT - 1}:subscribe",
    ),
    (
        event("subscribe", EventKey="qrscene_gate_3", Ticket="t"),
        Subscribe(**_COMMON, scene="gate_3"),
        f"event:{OPENID}:{AT - 1}:subscribe:gate_3",
    ),
    (
        event("subscribe", EventKey="last_trade_no_1"),
        Subscribe(**_COMMON, scene=None),
        f"event:{OPENID}:{AT - 1}:subscribe",
    ),
    (event("unsubscribe"), Unsubscribe(**_COMMON), f"event:{OPENID}:{AT - 1}:unsubscribe"),
    (
        event("SCAN", EventKey="gate_3", Ticket="t"),
        Scan(**_COMMON, scene="gate_3"),
        f"event:{OPENID}:{AT - 1}:SCAN:gate_3",
    ),
    (
        event("CLICK", EventKey="topic:wages"),
        Click(**_COMMON, key="topic:wages"),
        f"event:{OPENID}:{AT - 1}:CLICK:topic:wages",
    ),
    (
        event("VIEW", EventKey="https://example.com", MenuId="7"),
        View(**_COMMON, url="https://example.com"),
        f"event:{OPENID}:{AT - 1}:VIEW:https://example.com",
    ),
    *(
        (
            event(name, EventKey="6"),
            OtherEvent(**_COMMON, event=name),
            f"event:{OPENID}:{AT - 1}:{name}",
        )
        for name in (
            "LOCATION",
            "TEMPLATESENDJOBFINISH",
            "view_miniprogram",
            "scancode_push",
            "scancode_waitmsg",
            "pic_sysphoto",
            "location_select",
            "click",
        )
    ),
]


@pytest.mark.parametrize(("fields", "incoming", "key"), _KNOWN)
def test_reads(fields: Fields, incoming: Incoming, key: str) -> None:
    received = _read(fields)
    assert received == incoming
    assert received.dedupe_key == key


@pytest.mark.parametrize("fields", [fields for fields, _, _ in _KNOWN])
def test_what_was_stored_is_read_again(fields: Fields) -> None:
    received = _read(fields)
    assert INCOMING.validate_python(received.model_dump(mode="json")) == received
    assert INCOMING.validate_json(received.model_dump_json()) == received


def test_a_scene_that_looks_like_a_prefix_stays_when_stored() -> None:
    received = _read(event("subscribe", EventKey="qrscene_qrscene_1"))
    assert isinstance(received, Subscribe)
    assert received.scene == "qrscene_1"
    assert INCOMING.validate_python(received.model_dump(mode="json")) == received


@pytest.mark.parametrize("name", ["MsgType", "Content", "MsgId", "FromUserName", "CreateTime"])
def test_a_missing_field_is_named(name: str) -> None:
    fields = text_message()
    del fields[name]
    with pytest.raises(MalformedMessageError) as failure:
        _read(fields)
    assert failure.value.reason == f"missing_{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MsgId", ""),
        ("MsgId", "0"),
        ("MsgId", "-1"),
        ("MsgId", "1.0"),
        ("MsgId", "1e3"),
        ("MsgId", "1_000"),
        ("MsgId", " 1"),
        ("MsgId", "１２"),
        ("MsgId", "MSG1"),
        ("MsgId", "49d72d67b16d115e7935ac386f2f0fa4_1555684067"),
        ("MsgId", str(2**64)),
        ("MsgId", "9" * 5000),
        ("CreateTime", "0"),
        ("CreateTime", str(2**32)),
        ("CreateTime", "昨天"),
        ("ToUserName", ""),
        ("FromUserName", ""),
        ("FromUserName", "o" * 65),
        ("FromUserName", "o:1"),
        ("FromUserName", "o1\n"),
        ("FromUserName", "工友"),
        ("Content", "长" * 65_537),
        ("bizmsgmenuid", "1" * 2049),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(MalformedMessageError) as failure:
        _read(text_message(**{name: value}))
    assert failure.value.reason == f"bad_{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Location_X", "90.1"),
        ("Location_Y", "-180.1"),
        ("Location_X", "nan"),
        ("Location_Y", "inf"),
        ("Location_X", "north"),
    ],
)
def test_a_place_is_on_earth(name: str, value: str) -> None:
    place: Fields = {"Location_X": "30", "Location_Y": "120", "Label": "余杭区", name: value}
    with pytest.raises(MalformedMessageError) as failure:
        _read(_message("location", **place))
    assert failure.value.reason == f"bad_{name}"


@pytest.mark.parametrize("name", ["", "x" * 65, "x y", "事件"])
def test_an_unknown_event_has_a_plain_name(name: str) -> None:
    with pytest.raises(MalformedMessageError, match="bad_Event"):
        _read(event(name))


def test_fields_of_our_own_names_mean_nothing() -> None:
    ours: Fields = {"kind": "voice", "content": "other", "openid": "other", "msg_id": "1"}
    assert _read({**text_message(), **ours}) == _read(text_message())


def test_the_failure_does_not_quote_what_was_received() -> None:
    with pytest.raises(MalformedMessageError) as failure:
        _read(text_message(FromUserName="姓名 13800000000"))
    assert "138" not in str(failure.value)
    assert failure.value.__suppress_context__


@pytest.mark.parametrize("size", [150, 2000])
def test_a_long_key_is_hashed(size: int) -> None:
    keys = {_read(event("CLICK", EventKey=end.rjust(size, "k"))).dedupe_key for end in "ab"}
    assert len(keys) == 2
    assert all(len(key) <= 255 for key in keys)
    assert all(key.startswith(f"event:{OPENID}:{AT - 1}:") for key in keys)


@given(
    st.dictionaries(
        st.sampled_from([*_message("x", MediaId="", EventKey="", Event=""), "Content", "kind"]),
        st.one_of(
            st.text(max_size=8), st.sampled_from(["event", "text", "image", "1", "subscribe"])
        ),
    )
)
def test_nothing_but_the_typed_failure_comes_out(fields: dict[str, str]) -> None:
    try:
        received = read(fields)
    except MalformedMessageError:
        return
    assert len(received.dedupe_key) <= 255
