"""Puts the channel together from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from api.attachments.fetching import ADAPTER as MEDIA_ADAPTER
from api.attachments.fetching import MediaFetcher
from api.attachments.storage import Storage
from api.channels.wechat import courier as courier_module
from api.channels.wechat.access_token import AccessTokens
from api.channels.wechat.channel import WechatChannel
from api.channels.wechat.courier import Courier
from api.channels.wechat.handling import Handler
from api.channels.wechat.media import PlatformMedia
from api.channels.wechat.platform import Platform
from api.channels.wechat.replay import ReplayGuard, replay_guard
from api.channels.wechat.wire import Wire
from api.conversations.service import ConversationService
from api.live.events import Publisher
from api.outbox.adapters import Adapter
from api.security.rate_limits import RateLimits
from api.settings import Settings
from api.storage.database import Database


@dataclass
class Account:
    """What sends and fetches in the account's name; without an AppSecret nothing does."""

    tokens: AccessTokens | None
    platform: Platform | None
    courier: Courier
    media: MediaFetcher

    @classmethod
    def of(
        cls,
        settings: Settings,
        database: Database,
        client: httpx2.AsyncClient,
        storage: Storage,
        publisher: Publisher,
    ) -> "Account":
        """The account of the settings; nothing connects yet."""
        tokens = platform = None
        if settings.wechat_app_secret is not None:
            tokens = AccessTokens(
                database,
                client,
                api_base=settings.wechat_api_base,
                app_id=settings.wechat_app_id,
                app_secret=settings.wechat_app_secret.get_secret_value(),
                secret_key=settings.secret_key.get_secret_value(),
            )
            platform = Platform(client, tokens, settings.wechat_api_base)
        return cls(
            tokens,
            platform,
            Courier(database, platform, settings.wechat_account),
            MediaFetcher(database, storage, PlatformMedia(platform), publisher=publisher),
        )

    @property
    def adapters(self) -> Mapping[str, Adapter]:
        """The ways out of the outbox that the account serves."""
        return {courier_module.ADAPTER: self.courier, MEDIA_ADAPTER: self.media}

    async def close(self) -> None:
        """Let a running fetch of a token end."""
        if self.tokens is not None:
            await self.tokens.close()


class Endpoint:
    """The protocol, and the channel behind it."""

    def __init__(self, wire: Wire, channel: WechatChannel, replays: ReplayGuard) -> None:
        self.wire = wire
        self.channel = channel
        self._replays = replays

    @classmethod
    def of(
        cls,
        settings: Settings,
        account: Account,
        database: Database,
        conversations: ConversationService,
        limits: RateLimits,
        publisher: Publisher,
    ) -> "Endpoint | None":
        """The endpoint, if an account is set up."""
        if settings.wechat_token is None:
            return None
        redis_url = settings.redis_url.get_secret_value() if settings.redis_url else None
        aes_key = settings.wechat_aes_key
        replays = replay_guard(redis_url)
        wire = Wire(
            settings.wechat_token.get_secret_value(),
            settings.wechat_app_id,
            aes_key.get_secret_value() if aes_key else None,
            replays,
        )
        handler = Handler(
            database,
            conversations,
            secret_key=settings.secret_key.get_secret_value(),
            publisher=publisher,
        )
        channel = WechatChannel(
            database,
            handler,
            account.courier,
            account.platform,
            settings.wechat_account,
            limits,
        )
        return cls(wire, channel, replays)

    def start(self) -> None:
        """Take up what a crash left."""
        self.channel.start()

    async def close(self) -> None:
        """Stop."""
        await self.channel.close()
        await self._replays.close()
