"""What the platform knows: the account's followers, media, menu and tokens."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from api.channels.wechat.simulator.access_tokens import AccessTokens
from api.channels.wechat.simulator.account import SimulatedAccount
from api.channels.wechat.simulator.codes import Code, Refused
from api.channels.wechat.simulator.delivery import Delivery
from api.channels.wechat.simulator.faults import Faults
from api.channels.wechat.simulator.messages import Credit
from api.channels.wechat.simulator.quota import Quota
from api.channels.wechat.simulator.screen import Screen

MEDIA_KEPT: Final = timedelta(days=3)
"""Source: https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/
Get_temporary_materials.html"""


@dataclass(slots=True)
class Profile:
    """A person whom the account's API can address."""

    openid: str
    is_following: bool
    quota: Quota = field(default_factory=Quota)
    screen: Screen = field(default_factory=Screen)
    contact_at: datetime | None = None
    """When the person last did something that opens a window."""
    typing_until: datetime | None = None

    def note(self, credit: Credit, at: datetime) -> None:
        """Open the window that a message or an event opens."""
        match credit:
            case Credit.MESSAGE:
                self.quota.note_message(at)
            case Credit.CLICK:
                self.quota.note_click(at)
            case Credit.NONE:
                return
        self.contact_at = at


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a follower has sent."""

    data: bytes
    content_type: str
    file_name: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the API. ``code`` is None where the connection broke off before it was done."""

    path: str
    code: Code | None
    at: datetime


class PlatformState:
    """Everything behind the API."""

    def __init__(self, account: SimulatedAccount, clock: Callable[[], datetime]) -> None:
        self.account = account
        self.clock = clock
        self.tokens = AccessTokens(clock)
        self.faults = Faults()
        self.profiles: dict[str, Profile] = {}
        self.menu: dict[str, Any] | None = None
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self._media: dict[str, Media] = {}

    def recipient(self, openid: str) -> Profile:
        """A follower. Raises ``Refused``: 40003 unknown, 43004 not following."""
        profile = self.profiles.get(openid)
        if profile is None:
            raise Refused(Code.INVALID_OPENID)
        if not profile.is_following:
            raise Refused(Code.NOT_FOLLOWING)
        return profile

    def keep_media(self, data: bytes, content_type: str, extension: str) -> str:
        """Keep a file for three days; returns its media id."""
        media_id = secrets.token_urlsafe(48)
        name = f"{media_id[:12]}.{extension}"
        self._media[media_id] = Media(data, content_type, name, self.clock())
        return media_id

    def media(self, media_id: str) -> Media:
        """A file. Raises ``Refused``: 40007 unknown, or gone after three days."""
        media = self._media.get(media_id)
        if media is None or self.clock() >= media.sent_at + MEDIA_KEPT:
            raise Refused(Code.INVALID_MEDIA_ID)
        return media
