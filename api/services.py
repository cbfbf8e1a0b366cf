"""Everything that works behind the routes, put together once for a process."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

import httpx2

from api.attachments import erasure as attachment_erasure
from api.attachments.erasure import FileDeletion, Sweep
from api.attachments.reading import StoredFiles
from api.attachments.storage import DIRECTORY, Storage
from api.attachments.uploads import Uploads
from api.channels.wechat.setup import Account, Endpoint
from api.conversations.degraded import DegradedAnswers
from api.conversations.dialogue import DialogueServers, new_client
from api.conversations.service import ConversationService
from api.conversations.turn import TurnHandler
from api.conversations.turn_locks import TurnLocks
from api.desk_modes import ClaimMode
from api.handoff.care import Care
from api.handoff.desk import Desk
from api.handoff.waiting import WaitingRoom
from api.inbox.assigning import Assigning
from api.inbox.knowledge import ActionServerSearch
from api.inbox.search_index import SearchIndex
from api.live.events import Publisher
from api.live.hub import Hub
from api.live.mailbox import MailboxClosedError
from api.live.redis_bridge import RedisBridge
from api.members.answers import MemberAnswers
from api.members.vault import Vault, split_keys
from api.members.verification import Verification
from api.outbox.adapters import Adapter
from api.outbox.dispatcher import Dispatcher
from api.outbox.escalation import Escalations
from api.outbox.webhook import WebhookAdapter
from api.privacy import bot_memory
from api.privacy.bot_memory import BotMemory
from api.privacy.deletion import Deletion
from api.privacy.retention import Retention
from api.promises.service import ServicePromises
from api.reports.service import ReportServices
from api.review.rounds import ReviewRound
from api.security.rate_limits import RateLimits
from api.settings import Settings
from api.staff.passwords import Passwords
from api.staff.people import People
from api.storage.database import Database

_CARE_EVERY_S = 15.0
_HOUR_S = 3600.0
_REVIEW_EVERY_S = 180.0
_ALERTS_EVERY_S = 60.0
_INDEX_EVERY_S = 2.0
_ASSIGN_EVERY_S = 3.0
Round: TypeAlias = Callable[[], Awaitable[object]]
_log = logging.getLogger(__name__)


@dataclass
class Services:
    """The parts; ``start`` sets those to work that work by themselves."""

    database: Database
    client: httpx2.AsyncClient
    dialogue: DialogueServers
    locks: TurnLocks
    hub: Hub
    bridge: RedisBridge | None
    conversations: ConversationService
    desk: Desk
    dispatcher: Dispatcher
    people: People
    vault: Vault
    verification: Verification
    deletion: Deletion
    uploads: Uploads
    stored_files: StoredFiles
    rounds: Sequence[tuple[Round, float]]
    """What goes on by itself, and the seconds between two rounds."""
    reports: ReportServices
    knowledge_search: ActionServerSearch
    wechat_account: Account
    wechat: Endpoint | None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings, limits: RateLimits) -> "Services":
        """Build them; nothing connects yet."""
        database = Database(settings.database_url)
        client = new_client()
        hub = Hub()
        redis_url = settings.redis_url
        bridge = RedisBridge(hub, redis_url.get_secret_value()) if redis_url else None
        publisher: Publisher = bridge or hub
        receivers = _receivers(settings, client)
        escalations = Escalations(list(receivers))
        storage = Storage(settings.data_dir / DIRECTORY)
        wechat_account = Account.of(settings, database, client, storage, publisher)
        rasa_secret = settings.rasa_secret.get_secret_value()
        memory = BotMemory(client, settings.rasa_urls, secret=rasa_secret)
        promises = ServicePromises.of(settings)
        dialogue = DialogueServers(
            client,
            settings.rasa_urls,
            secret=rasa_secret,
            timeout_s=settings.rasa_timeout,
            max_chars=settings.rasa_max_chars,
        )
        locks = TurnLocks(database, settings.database_url)
        secret_key = settings.secret_key.get_secret_value()
        vault = vault_of(settings)
        verification = Verification(
            database,
            vault,
            secret_key=secret_key,
            public_url=settings.public_url,
            publisher=publisher,
        )
        deletion = Deletion(database, secret_key=secret_key, publisher=publisher)
        turns = TurnHandler(
            database,
            dialogue,
            DegradedAnswers(client, settings.actions_url, timeout_s=settings.rasa_timeout),
            WaitingRoom(promises, escalations),
            MemberAnswers(verification, settings.timezone),
            deletion,
            publisher,
        )
        conversations = ConversationService(
            database,
            turns,
            locks,
            secret_key=secret_key,
            message_max_chars=settings.message_max_chars,
            publisher=publisher,
        )
        desk = Desk(database, publisher=publisher, message_max_chars=settings.message_max_chars)
        care = Care(
            database,
            desk,
            promises,
            escalations,
            silence=timedelta(minutes=settings.staff_silence_minutes),
            idle=timedelta(days=settings.idle_days),
            publisher=publisher,
        )
        reports = ReportServices.of(
            settings,
            database,
            escalations,
            articles=settings.articles_dir,
            alert_days=settings.alert_days,
            alert_people=settings.alert_people,
        )
        rounds: list[tuple[Round, float]] = [
            (care.round, _CARE_EVERY_S),
            (Retention(database, keep=timedelta(days=settings.retention_days)).round, _HOUR_S),
            (Sweep(database, storage).round, _HOUR_S),
            (ReviewRound(database, share=settings.review_share).round, _REVIEW_EVERY_S),
            (reports.alert_round.round, _ALERTS_EVERY_S),
            (SearchIndex(database).round, _INDEX_EVERY_S),
        ]
        if settings.claim_mode is ClaimMode.AUTOMATIC:
            rounds.append((Assigning(database, desk).round, _ASSIGN_EVERY_S))
        return cls(
            database=database,
            client=client,
            dialogue=dialogue,
            locks=locks,
            hub=hub,
            bridge=bridge,
            conversations=conversations,
            desk=desk,
            dispatcher=Dispatcher(
                database,
                {
                    **receivers,
                    **wechat_account.adapters,
                    bot_memory.ADAPTER: memory,
                    attachment_erasure.ADAPTER: FileDeletion(storage),
                },
            ),
            people=People.of(
                database,
                Passwords(),
                secret_key=secret_key,
                redis_url=redis_url.get_secret_value() if redis_url else None,
                require_totp=settings.require_totp,
            ),
            vault=vault,
            verification=verification,
            deletion=deletion,
            uploads=Uploads(database, storage, publisher=publisher),
            stored_files=StoredFiles(database, storage),
            rounds=rounds,
            reports=reports,
            knowledge_search=ActionServerSearch(
                client, settings.actions_url, timeout_s=settings.rasa_timeout
            ),
            wechat_account=wechat_account,
            wechat=Endpoint.of(
                settings, wechat_account, database, conversations, limits, publisher
            ),
        )

    @property
    def publisher(self) -> Publisher:
        """Where events go: to this process, and to the other gateways where there are some."""
        return self.bridge or self.hub

    async def start(self, *, recovery_wait_s: float) -> None:
        """Take up what a crash left, and begin the work that goes on by itself."""
        if self.bridge is not None:
            self.bridge.start()
        self.dispatcher.start()
        self._tasks += [
            asyncio.create_task(_again_and_again(work, pause_s)) for work, pause_s in self.rounds
        ]
        if self.wechat is not None:
            self.wechat.start()
            self._tasks.append(asyncio.create_task(self._hurry_deliveries()))
        await self.conversations.recover(self.dialogue.wait_until_up(recovery_wait_s))

    async def _hurry_deliveries(self) -> None:
        """What a colleague writes goes out at once, not when the outbox looks again."""
        async with self.hub.subscribe_queue() as mailbox:
            while True:
                try:
                    await mailbox.get()
                except MailboxClosedError:
                    return
                self.dispatcher.notify()

    async def close(self) -> None:
        """Stop everything, turns first."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.hub.close()
        if self.wechat is not None:
            await self.wechat.close()
        await self.conversations.close()
        await self.dispatcher.close()
        await self.wechat_account.close()
        if self.bridge is not None:
            await self.bridge.close()
        await self.people.close()
        await self.locks.close()
        await self.dialogue.close()
        await self.client.aclose()
        await self.database.close()


async def _again_and_again(work: Callable[[], Awaitable[object]], pause_s: float) -> None:
    """Do it after every pause; a failure is logged, and the next round tries again."""
    while True:
        await asyncio.sleep(pause_s)
        try:
            await work()
        except Exception:
            _log.exception("background work failed")


def vault_of(settings: Settings) -> Vault:
    """The vault of members' numbers, with the keys of the settings."""
    keys = settings.member_keys or settings.secret_key
    lookup_secret = settings.member_lookup_secret or settings.secret_key
    return Vault(split_keys(keys.get_secret_value()), lookup_secret.get_secret_value())


def _receivers(settings: Settings, client: httpx2.AsyncClient) -> dict[str, Adapter]:
    """Those who hear of escalations."""
    url, secret = settings.escalation_webhook_url, settings.escalation_webhook_secret
    if url is None or secret is None:
        return {}
    return {"webhook": WebhookAdapter(client, url, secret=secret.get_secret_value())}
