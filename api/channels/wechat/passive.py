"""Passive replies: what is given back to a delivery itself.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
"""

from typing import Final

from api.channels.wechat import xml
from api.channels.wechat.incoming import Incoming

SUCCESS: Final = b"success"
"""The delivery is taken and there is no reply; it is never encrypted."""


def text_reply(incoming: Incoming, content: str, at: int) -> bytes:
    """A text for the follower who sent ``incoming``; ``at``: Unix time in seconds."""
    return xml.build(
        {
            "ToUserName": incoming.openid,
            "FromUserName": incoming.to_user,
            "CreateTime": at,
            "MsgType": "text",
            "Content": content,
        }
    )
