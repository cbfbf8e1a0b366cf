import asyncio

import pytest

from api.live.events import MessageStored, QueueChanged, Read, StatusChanged
from api.live.hub import Hub
from api.live.mailbox import MailboxClosedError, News
from api.storage.models import ActorKind, Status

pytestmark = pytest.mark.anyio


async def test_everybody_of_a_conversation_hears_it_and_nobody_else() -> None:
    hub = Hub()
    async with hub.subscribe("a") as one, hub.subscribe("a") as two, hub.subscribe("b") as other:
        hub.publish(MessageStored("a", 1))
        hub.publish(StatusChanged("b", Status.WAITING))
        for mailbox in (one, two):
            assert (await mailbox.get()).events == (MessageStored("a", 1),)
        assert (await other.get()).events == (StatusChanged("b", Status.WAITING),)


async def test_the_queue_has_subscribers_of_its_own() -> None:
    hub = Hub()
    async with hub.subscribe_queue() as desk, hub.subscribe("a") as conversation:
        hub.publish(QueueChanged())
        hub.publish(Read("a", ActorKind.STAFF, 1))
        assert (await desk.get()).events == (QueueChanged(),)
        assert (await conversation.get()).events == (Read("a", ActorKind.STAFF, 1),)


async def test_a_subscriber_can_follow_the_next_conversation() -> None:
    hub = Hub()
    async with hub.subscribe("a") as mailbox:
        hub.follow(mailbox, "b")
        hub.publish(MessageStored("a", 1))
        hub.publish(MessageStored("b", 1))
        assert (await mailbox.get()).events == (MessageStored("a", 1), MessageStored("b", 1))
    hub.publish(MessageStored("b", 2))
    assert hub.subscriber_count == 0


async def test_a_subscriber_who_does_not_read_keeps_nobody_waiting() -> None:
    hub = Hub(mailbox_size=4)
    async with hub.subscribe("a") as slow, hub.subscribe("a") as quick:
        for seq in range(1, 101):
            hub.publish(MessageStored("a", seq))
            assert (await quick.get()).events == (MessageStored("a", seq),)
        assert await slow.get() == News((), missed=True)


async def test_everybody_is_told_of_a_loss() -> None:
    hub = Hub()
    async with hub.subscribe("a") as conversation, hub.subscribe_queue() as desk:
        hub.miss()
        assert (await conversation.get()).missed
        assert (await desk.get()).missed


async def test_a_closed_hub_ends_its_subscribers_also_later_ones() -> None:
    hub = Hub()
    async with hub.subscribe("a") as mailbox:
        reader = asyncio.create_task(mailbox.get())
        await asyncio.sleep(0)
        hub.close()
        with pytest.raises(MailboxClosedError):
            await reader
    async with hub.subscribe("a") as late:
        with pytest.raises(MailboxClosedError):
            await late.get()
