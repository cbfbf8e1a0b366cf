"""A follower of the account: what they do, and what they see."""

import asyncio
from collections.abc import Sequence
from typing import Final

from api.channels.wechat.simulator.delivery import Attempt, Deliverer, Delivery
from api.channels.wechat.simulator.messages import Composer, Push
from api.channels.wechat.simulator.screen import (
    PLATFORM_FAULT,
    By,
    Link,
    Screen,
    Shown,
    text_parts,
)
from api.channels.wechat.simulator.state import PlatformState, Profile

_OTHER_REPLIES: Final = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "music": "[音乐]",
    "news": "[图文]",
}


class NotFollowingError(Exception):
    """Who does not follow the account cannot write to it."""


class NothingToTapError(Exception):
    """No message has such a link."""


class Follower:
    """A person with the account in their list of chats.

    What they do returns once the platform has its answer from the gateway, or has given up. Who
    does not follow the account can only ``subscribe`` or ``scan``; the rest raises
    ``NotFollowingError``. ``compose`` words messages for ``deliver``.
    """

    def __init__(
        self,
        state: PlatformState,
        profile: Profile,
        deliverer: Deliverer,
        composer: Composer,
        *,
        api_base: str,
    ) -> None:
        self._state = state
        self._profile = profile
        self._deliverer = deliverer
        self._api_base = api_base
        self.compose = composer

    @property
    def openid(self) -> str:
        """How the account knows the person."""
        return self._profile.openid

    @property
    def screen(self) -> Screen:
        """The chat with the account."""
        return self._profile.screen

    @property
    def is_following(self) -> bool:
        """Whether they follow the account."""
        return self._profile.is_following

    @property
    def sees_typing(self) -> bool:
        """Whether "对方正在输入" stands above the chat."""
        until = self._profile.typing_until
        return until is not None and self._state.clock() < until

    @property
    def quota_left(self) -> int:
        """Customer-service messages that the account may send now."""
        return self._profile.quota.left(self._state.clock())

    async def text(self, content: str) -> Delivery:
        """Write."""
        return await self._do(self.compose.text(content))

    async def image(self, data: bytes, content_type: str = "image/jpeg") -> Delivery:
        """Send a picture."""
        media_id = self._state.keep_media(data, content_type, "jpg")
        return await self._do(self.compose.image(media_id, f"{self._api_base}/mmbiz/{media_id}"))

    async def voice(self, recognition: str | None = None, data: bytes = b"#!AMR\n\x04") -> Delivery:
        """Speak. ``recognition``: the words, where the platform still recognises them."""
        media_id = self._state.keep_media(data, "audio/amr", "amr")
        return await self._do(self.compose.voice(media_id, recognition))

    async def video(self, data: bytes, *, short: bool = False) -> Delivery:
        """Send a film."""
        media_id = self._state.keep_media(data, "video/mp4", "mp4")
        return await self._do(self.compose.video(media_id, short=short))

    async def location(self, latitude: float, longitude: float, label: str) -> Delivery:
        """Send a place; degrees."""
        return await self._do(self.compose.location(latitude, longitude, label))

    async def link(self, title: str, description: str, url: str) -> Delivery:
        """Forward a page."""
        return await self._do(self.compose.link(title, description, url))

    async def subscribe(self, scene: str | None = None) -> Delivery:
        """Follow the account."""
        self._profile.is_following = True
        return await self._do(self.compose.subscribe(scene))

    async def unsubscribe(self) -> Delivery:
        """Follow it no more."""
        push = self.compose.unsubscribe()
        self._require_following()
        self._profile.is_following = False
        self._profile.quota.close()
        return await self._deliver(push)

    async def scan(self, scene: str) -> Delivery:
        """Scan a code of the account, and so follow it."""
        if not self.is_following:
            return await self.subscribe(scene)
        return await self._do(self.compose.scan(scene))

    async def click(self, key: str) -> Delivery:
        """Tap an entry of the account's menu that sends its key."""
        return await self._do(self.compose.click(key))

    async def view(self, url: str) -> Delivery:
        """Tap an entry of the menu that opens a page."""
        return await self._do(self.compose.view(url))

    async def tap(self, link: str | Link) -> Delivery | None:
        """Tap something in the newest message that has it, by its text or its menu id.

        Returns None where it only opens a page. Raises ``NothingToTapError``.
        """
        found = link if isinstance(link, Link) else self.find_link(link)
        if found.message is None:
            return None
        return await self._do(self.compose.text(found.message, menu_id=found.menu_id))

    async def deliver(
        self, push: Push, times: int = 3, *, at_once: bool = False
    ) -> Sequence[Attempt]:
        """Deliver the same thing several times whatever the answers are, one after the other or
        all at once. The screen does not show them; the window opens once."""
        self._profile.note(push.credit, self._state.clock())
        if at_once:
            return await asyncio.gather(*(self._deliverer.attempt(push) for _ in range(times)))
        return [await self._deliverer.attempt(push) for _ in range(times)]

    async def sees(self, words: str, *, within_s: float, start: int = 0) -> Shown:
        """The first message with these words, from a place of the screen on. Raises
        ``TimeoutError``."""
        return await self.screen.wait_for(
            lambda shown: words in shown.text, within_s=within_s, start=start
        )

    async def _do(self, push: Push) -> Delivery:
        self._require_following()
        self._profile.note(push.credit, self._state.clock())
        return await self._deliver(push)

    async def _deliver(self, push: Push) -> Delivery:
        delivery = await self._deliverer.deliver(push)
        self._state.deliveries.append(delivery)
        parts = _parts_of(delivery)
        if parts and self.is_following:
            by = By.PLATFORM_FAULT if delivery.is_fault else By.PASSIVE
            self._profile.typing_until = None
            self.screen.add(Shown(parts, by, self._state.clock()))
        return delivery

    def _require_following(self) -> None:
        if not self.is_following:
            raise NotFollowingError

    def find_link(self, wanted: str) -> Link:
        """The newest thing to tap with this text or menu id. Raises ``NothingToTapError``."""
        for shown in reversed(self.screen.shown):
            for link in shown.links:
                if wanted in (link.text, link.menu_id):
                    return link
        raise NothingToTapError


def _parts_of(delivery: Delivery) -> tuple[str | Link, ...]:
    """What the outcome of a delivery puts on the screen; nothing for an acknowledgement."""
    if delivery.is_fault:
        return (PLATFORM_FAULT,)
    reply = delivery.attempts[-1].reply
    if reply is None:
        return ()
    if reply["MsgType"] == "text":
        return text_parts(reply["Content"])
    other = _OTHER_REPLIES.get(reply["MsgType"])
    return (other,) if other else ()
