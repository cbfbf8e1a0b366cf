"""Messages and events of followers, as the platform words them.

Sources: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/
Receiving_standard_messages.html and Receiving_event_pushes.html there.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count

from api.channels.wechat.simulator.account import SimulatedAccount

Fields = Mapping[str, str | int]


class Credit(StrEnum):
    """Which window a message or an event opens."""

    MESSAGE = "message"
    CLICK = "click"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Push:
    """Something that the platform delivers. ``kind``: its type, of an event its event."""

    openid: str
    kind: str
    credit: Credit
    xml: bytes


class Composer:
    """Words what one follower does.

    ``numbers`` gives MsgIds; they must differ over everything that a gateway's inbox remembers.
    """

    def __init__(
        self,
        account: SimulatedAccount,
        openid: str,
        wall_clock: Callable[[], datetime],
        numbers: Callable[[], int],
    ) -> None:
        self._account = account
        self._openid = openid
        self._wall_clock = wall_clock
        self._numbers = numbers

    def text(self, content: str, *, menu_id: str | None = None) -> Push:
        """A text; with ``menu_id`` one that came from a tap in a menu message."""
        fields: Fields = {"MsgType": "text", "Content": content, "MsgId": self._numbers()}
        if menu_id is None:
            return self._push("text", Credit.MESSAGE, fields)
        return self._push("text", Credit.CLICK, {**fields, "bizmsgmenuid": menu_id})

    def image(self, media_id: str, url: str) -> Push:
        """A picture."""
        return self._message("image", {"PicUrl": url, "MediaId": media_id})

    def voice(self, media_id: str, recognition: str | None) -> Push:
        """A recording. The platform withdraws the recognition: the field comes, and is empty."""
        fields = {"MediaId": media_id, "Format": "amr", "Recognition": recognition or ""}
        return self._message("voice", fields)

    def video(self, media_id: str, *, short: bool) -> Push:
        """A film."""
        fields = {"MediaId": media_id, "ThumbMediaId": f"thumb-{media_id}"}
        return self._message("shortvideo" if short else "video", fields)

    def location(self, latitude: float, longitude: float, label: str) -> Push:
        """A place on the map."""
        return self._message(
            "location",
            {
                "Location_X": f"{latitude:.6f}",
                "Location_Y": f"{longitude:.6f}",
                "Scale": 15,
                "Label": label,
            },
        )

    def link(self, title: str, description: str, url: str) -> Push:
        """A page that was forwarded."""
        return self._message("link", {"Title": title, "Description": description, "Url": url})

    def subscribe(self, scene: str | None) -> Push:
        """Follows the account; with ``scene`` by scanning its code."""
        key = "" if scene is None else f"qrscene_{scene}"
        return self._event("subscribe", _keyed(key, scene), Credit.CLICK)

    def unsubscribe(self) -> Push:
        """Follows no more."""
        return self._event("unsubscribe", {"EventKey": ""}, Credit.NONE)

    def scan(self, scene: str) -> Push:
        """Scans a code of the account while following it."""
        return self._event("SCAN", _keyed(scene, scene), Credit.CLICK)

    def click(self, key: str) -> Push:
        """Taps an entry of the account's menu."""
        return self._event("CLICK", {"EventKey": key}, Credit.CLICK)

    def view(self, url: str) -> Push:
        """Taps an entry of the menu that opens a page."""
        return self._event("VIEW", {"EventKey": url}, Credit.NONE)

    def _message(self, kind: str, fields: Fields) -> Push:
        return self._push(
            kind, Credit.MESSAGE, {"MsgType": kind, **fields, "MsgId": self._numbers()}
        )

    def _event(self, event: str, fields: Fields, credit: Credit) -> Push:
        return self._push(event, credit, {"MsgType": "event", "Event": event, **fields})

    def _push(self, kind: str, credit: Credit, fields: Fields) -> Push:
        head: Fields = {
            "ToUserName": self._account.user_name,
            "FromUserName": self._openid,
            "CreateTime": int(self._wall_clock().timestamp()),
        }
        return Push(self._openid, kind, credit, to_xml({**head, **fields}))


def message_numbers() -> Callable[[], int]:
    """MsgIds: 64 bits, rising, and beyond those of any earlier run."""
    numbers = count(time.time_ns() // 100)
    return lambda: next(numbers)


def to_xml(fields: Fields) -> bytes:
    """The platform's flat XML: numbers bare, everything else in CDATA."""
    lines = (f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return "\n".join(("<xml>", *lines, "</xml>")).encode()


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _keyed(key: str, scene: str | None) -> Fields:
    """An event's key; one that came by scanning a code has the code's ticket, too."""
    if scene is None:
        return {"EventKey": key}
    return {"EventKey": key, "Ticket": f"ticket-{scene}"}
