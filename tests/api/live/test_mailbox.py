import asyncio

import pytest

from api.live.events import MessageStored, QueueChanged, Typing
from api.live.mailbox import Mailbox, MailboxClosedError, News
from api.storage.models import ActorKind

pytestmark = pytest.mark.anyio


def stored(seq: int) -> MessageStored:
    return MessageStored("c", seq)


async def test_events_come_together_and_in_order() -> None:
    mailbox = Mailbox()
    typing = Typing("c", ActorKind.STAFF)
    for event in (stored(1), typing, stored(2)):
        mailbox.put(event)
    assert await mailbox.get() == News((stored(1), typing, stored(2)), missed=False)


async def test_a_reader_waits_for_what_comes() -> None:
    mailbox = Mailbox()
    reader = asyncio.create_task(mailbox.get())
    await asyncio.sleep(0)
    assert not reader.done()
    mailbox.put(stored(1))
    assert (await reader).events == (stored(1),)


async def test_the_same_event_is_in_it_once() -> None:
    mailbox = Mailbox()
    for _ in range(3):
        mailbox.put(QueueChanged())
    assert (await mailbox.get()).events == (QueueChanged(),)


async def test_an_overfull_mailbox_says_that_something_was_missed() -> None:
    mailbox = Mailbox(size=2)
    for seq in range(1, 4):
        mailbox.put(stored(seq))
    assert await mailbox.get() == News((), missed=True)
    mailbox.put(stored(4))
    assert await mailbox.get() == News((stored(4),), missed=False)


async def test_a_closed_mailbox_gives_what_it_has_and_then_ends() -> None:
    mailbox = Mailbox()
    mailbox.put(stored(1))
    mailbox.close()
    mailbox.put(stored(2))
    mailbox.miss()
    assert await mailbox.get() == News((stored(1),), missed=False)
    with pytest.raises(MailboxClosedError):
        await mailbox.get()


async def test_closing_ends_a_reader_who_waits() -> None:
    mailbox = Mailbox()
    reader = asyncio.create_task(mailbox.get())
    await asyncio.sleep(0)
    mailbox.close()
    with pytest.raises(MailboxClosedError):
        await reader
