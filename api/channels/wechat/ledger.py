"""What the platform lets us send to a follower.

A message of a follower opens 48 hours with 5 customer-service messages; a subscription, a scan or
a menu click opens one minute with 3, and so does a tap inside a menu message. Passive replies do
not count. The platform tells none of this before it refuses, so it is kept here. Source:
developers.weixin.qq.com, Official Accounts, "Customer service messages".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from api.channels.wechat.platform_errors import PlatformOutcome
from api.storage.models import WechatFollower

MESSAGE_WINDOW = timedelta(hours=48)
MESSAGE_LIMIT = 5
CLICK_WINDOW = timedelta(minutes=1)
CLICK_LIMIT = 3
MARGIN = timedelta(seconds=30)
"""Windows end earlier for us, by more than clocks differ and a call takes."""

Openings: TypeAlias = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Allowance:
    """``left``: how many messages can be sent, until ``until``. No time: no window is open."""

    left: int
    until: datetime | None


def allowance(follower: WechatFollower, at: datetime) -> Allowance:
    """What can be sent now. Of two open windows the better one counts, not their sum: the platform
    does not say that they add up."""
    windows = (
        (follower.window_opened_at, MESSAGE_WINDOW, MESSAGE_LIMIT - follower.window_used),
        (follower.click_opened_at, CLICK_WINDOW, CLICK_LIMIT - follower.click_used),
    )
    open_windows = [
        (max(0, left), until)
        for opened_at, length, left in windows
        if opened_at is not None and at < (until := opened_at + length - MARGIN)
    ]
    return Allowance(*max(open_windows, default=(0, None)))


def openings(follower: WechatFollower) -> Openings:
    """When the windows were opened; it changes with every contact."""
    return follower.window_opened_at, follower.click_opened_at


def note_message(follower: WechatFollower, at: datetime) -> None:
    """The follower has written."""
    follower.window_opened_at, follower.window_used = at, 0


def note_click(follower: WechatFollower, at: datetime) -> None:
    """The follower has subscribed, scanned, or clicked."""
    follower.click_opened_at, follower.click_used = at, 0


def note_sent(follower: WechatFollower) -> None:
    """A message has gone out. It counts against both windows; against a closed one it does no
    harm."""
    follower.window_used += 1
    follower.click_used += 1


def note_refused(follower: WechatFollower, outcome: PlatformOutcome) -> None:
    """Believe the platform where it knows better; other outcomes say nothing about windows."""
    if outcome is PlatformOutcome.OUT_OF_WINDOW:
        follower.window_opened_at = follower.click_opened_at = None
    elif outcome is PlatformOutcome.QUOTA_USED:
        follower.window_used, follower.click_used = MESSAGE_LIMIT, CLICK_LIMIT
