"""A follower whose acts go into a session; terminal and scripts both act through it."""

import asyncio
from pathlib import Path

from api.channels.wechat.simulator.delivery import Delivery
from api.channels.wechat.simulator.follower import Follower, NothingToTapError
from api.channels.wechat.simulator.screen import Link
from api.channels.wechat.simulator.session import Session, Who
from api.channels.wechat.simulator.texts import simulator_texts


class Actor:
    """Raises what ``Follower`` raises."""

    def __init__(self, follower: Follower, session: Session) -> None:
        self.follower = follower
        self._session = session
        self._texts = simulator_texts().did
        follower.screen.on_show = session.saw

    def _did(self, text: str) -> None:
        self._session.did(Who.FOLLOWER, text)

    async def say(self, words: str) -> Delivery:
        """Write."""
        self._did(words)
        return await self.follower.text(words)

    async def send_image(self, file: Path) -> Delivery:
        """Send a picture. Raises ``OSError``."""
        data = await asyncio.to_thread(file.read_bytes)
        self._did(self._texts.image)
        return await self.follower.image(data)

    async def speak(self, recognition: str | None) -> Delivery:
        """Send a recording."""
        self._did(self._texts.voice.format(words=recognition or "").rstrip())
        return await self.follower.voice(recognition)

    async def tap(self, link: Link) -> Delivery | None:
        """Tap a link; None if it only opens a page."""
        self._did(self._texts.tap.format(link=link.text))
        return await self.follower.tap(link)

    async def click(self, key: str) -> Delivery:
        """Tap an entry of the menu."""
        self._did(self._texts.click.format(key=key))
        return await self.follower.click(key)

    async def scan(self, scene: str) -> Delivery:
        """Scan a code of the account."""
        self._did(self._texts.scan.format(scene=scene))
        return await self.follower.scan(scene)

    async def subscribe(self, scene: str | None = None) -> Delivery:
        """Follow the account."""
        self._did(self._texts.subscribe)
        return await self.follower.subscribe(scene)

    async def unsubscribe(self) -> Delivery:
        """Follow the account no more."""
        self._did(self._texts.unsubscribe)
        return await self.follower.unsubscribe()

    def link(self, wanted: int | str) -> Link:
        """What can be tapped: the n-th of the newest message that has links, or the newest of
        that text or menu id. Raises ``NothingToTapError``."""
        if isinstance(wanted, str):
            return self.follower.find_link(wanted)
        for shown in reversed(self.follower.screen.shown):
            if shown.links:
                if not 1 <= wanted <= len(shown.links):
                    break
                return shown.links[wanted - 1]
        raise NothingToTapError
