"""How many customer-service messages a follower may still be sent.

Source: https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage.html
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from api.channels.wechat.simulator.codes import Code, Refused

MESSAGE_WINDOW: Final = timedelta(hours=48)
MESSAGES_AFTER_A_MESSAGE: Final = 5
CLICK_WINDOW: Final = timedelta(minutes=1)
MESSAGES_AFTER_A_CLICK: Final = 3


@dataclass(slots=True)
class _Window:
    length: timedelta
    allowed: int
    opened_at: datetime | None = None
    used: int = 0

    def open(self, at: datetime) -> None:
        self.opened_at, self.used = at, 0

    def is_open(self, at: datetime) -> bool:
        return self.opened_at is not None and at < self.opened_at + self.length

    def left(self, at: datetime) -> int:
        return max(0, self.allowed - self.used) if self.is_open(at) else 0


@dataclass(slots=True)
class Quota:
    """One follower's windows; what a follower does opens its window anew.

    The platform does not say whether two open windows add up. Here a message counts against each
    of them, which is the strictest reading.
    """

    _click: _Window = field(default_factory=lambda: _Window(CLICK_WINDOW, MESSAGES_AFTER_A_CLICK))
    _message: _Window = field(
        default_factory=lambda: _Window(MESSAGE_WINDOW, MESSAGES_AFTER_A_MESSAGE)
    )

    def note_message(self, at: datetime) -> None:
        """The follower has written."""
        self._message.open(at)

    def note_click(self, at: datetime) -> None:
        """The follower has subscribed, scanned or clicked."""
        self._click.open(at)

    def left(self, at: datetime) -> int:
        """Messages that would go through now."""
        return max(self._click.left(at), self._message.left(at))

    def take(self, at: datetime) -> None:
        """Count a message.

        Raises ``Refused``: 45047 if all are used up, 45015 if no window is open.
        """
        windows = [each for each in (self._click, self._message) if each.is_open(at)]
        if not windows:
            raise Refused(Code.OUT_OF_WINDOW)
        if self.left(at) == 0:
            raise Refused(Code.QUOTA_USED)
        for window in windows:
            window.used += 1

    def close(self) -> None:
        """The follower has left."""
        self._click.opened_at = self._message.opened_at = None
