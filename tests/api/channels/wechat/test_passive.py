from api.channels.wechat import xml
from api.channels.wechat.incoming import read
from api.channels.wechat.passive import SUCCESS, text_reply
from tests.api.channels.wechat.platform_requests import ACCOUNT, AT, OPENID, text_message

_INCOMING = read({name: str(value) for name, value in text_message().items()})


def test_a_reply_goes_back_to_the_follower() -> None:
    assert xml.parse(text_reply(_INCOMING, "您好，欠薪可以投诉。", AT)) == {
        "ToUserName": OPENID,
        "FromUserName": ACCOUNT,
        "CreateTime": str(AT),
        "MsgType": "text",
        "Content": "您好，欠薪可以投诉。",
    }


def test_its_text_may_hold_anything() -> None:
    content = '见 <a href="https://example.com/?a=1&b=2">链接</a> ]]> 😀\n第二行'
    assert xml.parse(text_reply(_INCOMING, content, AT))["Content"] == content


def test_nothing_to_say_is_said_as_the_platform_wants_it() -> None:
    assert SUCCESS == b"success"
