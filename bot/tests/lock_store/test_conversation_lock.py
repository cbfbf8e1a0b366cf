import asyncio
import time

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

from lock_store.conversation_lock import ConversationLockStore


@pytest.fixture
def store() -> ConversationLockStore:
    return ConversationLockStore()


async def test_messages_of_a_conversation_keep_their_order(store: ConversationLockStore) -> None:
    log: list[str] = []

    async def handle(name: str) -> None:
        async with store.lock("c1"):
            log.append(f"{name} begins")
            await asyncio.sleep(0)
            log.append(f"{name} ends")

    await asyncio.gather(*(handle(name) for name in "abc"))
    assert log == [f"{name} {step}" for name in "abc" for step in ("begins", "ends")]


async def test_a_waiting_message_is_woken_at_once(store: ConversationLockStore) -> None:
    async def handle() -> None:
        async with store.lock("c1"):
            await asyncio.sleep(0)

    begin = time.perf_counter()
    await asyncio.gather(*(handle() for _ in range(5)))
    assert time.perf_counter() - begin < 0.5, "Rasa's own store polls once a second"


async def test_conversations_do_not_wait_for_each_other(store: ConversationLockStore) -> None:
    async with store.lock("c1"), store.lock("c2"):
        pass


async def test_a_failing_turn_frees_the_conversation(store: ConversationLockStore) -> None:
    with pytest.raises(ValueError, match="boom"):
        async with store.lock("c1"):
            raise ValueError("boom")
    async with store.lock("c1"):
        pass


async def test_waiting_ends(store: ConversationLockStore) -> None:
    async with store.lock("c1"):
        with pytest.raises(LockError):
            async with store.lock("c1", lock_lifetime=0.01):
                pass


async def test_nothing_is_kept_of_finished_conversations(store: ConversationLockStore) -> None:
    async def handle(conversation: str) -> None:
        async with store.lock(conversation):
            await asyncio.sleep(0)

    await asyncio.gather(*(handle(f"c{number % 3}") for number in range(9)))
    assert store._entries == {}


def test_rasa_builds_it_from_the_endpoints() -> None:
    endpoint = EndpointConfig.from_dict(
        {"type": "lock_store.conversation_lock.ConversationLockStore"}
    )
    assert isinstance(LockStore.create(endpoint), ConversationLockStore)
