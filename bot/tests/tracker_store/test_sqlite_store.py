import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.tracker_store import TrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from tracker_store.sqlite_store import KEPT_USER_TURNS, SQLiteTrackerStore

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet]
    slots:
      failed_turns: {type: float, initial_value: 0.0, mappings: [{type: custom}]}
      topic: {type: any, mappings: [{type: custom}]}
    responses:
      utter_greet: [{text: hi}]
    """
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteTrackerStore]:
    store = SQLiteTrackerStore(DOMAIN, db=str(path))
    yield store
    store.close()


def turn(number: int) -> list[Event]:
    parse_data = {
        "intent": {"name": "greet", "confidence": 0.9},
        "intent_ranking": [{"name": "greet", "confidence": 0.9}],
        "text_tokens": [(0, 2)],
        "metadata": {"channel": "web"},
    }
    return [
        UserUttered(f"第{number}句", {"name": "greet"}, parse_data=parse_data),
        ActionExecuted("utter_greet"),
        BotUttered(f"答{number}", {"custom": {"kind": "chat", "text": f"答{number}"}}),
        ActionExecuted("action_listen"),
    ]


async def run_turns(store: TrackerStore, numbers: range) -> None:
    """As Rasa does: get the tracker, add a turn, save it."""
    for number in numbers:
        tracker = await store.get_or_create_tracker("c1", append_action_listen=False)
        if not tracker.events:
            start_session(tracker)
        tracker.update_with_events(turn(number), DOMAIN)
        await store.save(tracker)


def start_session(tracker: DialogueStateTracker) -> None:
    carried = [SlotSet(e.key, e.value) for e in tracker.applied_events() if isinstance(e, SlotSet)]
    tracker.update_with_events(
        [
            ActionExecuted("action_session_start"),
            SessionStarted(),
            *carried,
            ActionExecuted("action_listen"),
        ],
        DOMAIN,
    )


def texts(tracker: DialogueStateTracker) -> list[str]:
    return [e.text for e in tracker.events if isinstance(e, UserUttered)]


async def retrieved(store: TrackerStore, conversation: str = "c1") -> DialogueStateTracker:
    tracker = await store.retrieve(conversation)
    assert tracker is not None
    return tracker


async def test_an_unknown_conversation_has_no_tracker(store: SQLiteTrackerStore) -> None:
    assert await store.retrieve("c1") is None
    assert await store.retrieve_full_tracker("c1") is None


async def test_a_conversation_comes_back(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(2))
    tracker = await retrieved(store)
    assert texts(tracker) == ["第0句", "第1句"]
    assert tracker.latest_message is not None
    assert tracker.latest_message.metadata == {}
    assert tracker.latest_action_name == "action_listen"
    assert [e.data["custom"]["text"] for e in tracker.events if isinstance(e, BotUttered)] == [
        "答0",
        "答1",
    ]


async def test_it_survives_a_restart(store: SQLiteTrackerStore, path: Path) -> None:
    await run_turns(store, range(3))
    store.close()
    reopened = SQLiteTrackerStore(DOMAIN, db=str(path))
    assert texts(await retrieved(reopened)) == ["第0句", "第1句", "第2句"]
    reopened.close()
    store.__init__(DOMAIN, db=str(path))  # type: ignore[misc]  # for the fixture to close


async def test_a_second_process_sees_each_save(store: SQLiteTrackerStore, path: Path) -> None:
    other = SQLiteTrackerStore(DOMAIN, db=str(path))
    await run_turns(store, range(1))
    assert texts(await retrieved(other)) == ["第0句"]
    other.close()


async def test_only_new_events_are_appended(store: SQLiteTrackerStore, path: Path) -> None:
    await run_turns(store, range(50))
    tracker = await store.retrieve_full_tracker("c1")
    assert tracker is not None
    assert texts(tracker) == [f"第{number}句" for number in range(50)]
    await store.save(tracker)
    await store.save(await retrieved(store))
    with sqlite3.connect(path) as database:
        (count,) = database.execute("SELECT count(*) FROM event").fetchone()
    assert count == len(tracker.events)


async def test_a_tracker_of_another_origin_is_saved_once(store: SQLiteTrackerStore) -> None:
    tracker = DialogueStateTracker.from_events("c1", turn(0), DOMAIN.slots)
    await store.save(tracker)
    assert texts(await retrieved(store)) == ["第0句"]


async def test_who_asks_right_after_a_turn_gets_its_tracker(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(2))
    saved = store.saved_last("c1")
    assert saved is not None
    assert texts(saved) == texts(await retrieved(store))
    assert saved.current_slot_values() == (await retrieved(store)).current_slot_values()
    assert store.saved_last("another") is None


async def test_a_forgotten_conversation_is_not_kept_in_memory(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(1))
    await store.delete("c1")
    assert store.saved_last("c1") is None


async def test_retrieved_trackers_stay_short(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(200))
    tracker = await retrieved(store)
    assert texts(tracker) == [f"第{number}句" for number in range(200 - KEPT_USER_TURNS, 200)]
    assert len(tracker.events) == 1 + 4 * KEPT_USER_TURNS


async def test_the_latest_slot_values_survive_the_cut(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(1))
    tracker = await retrieved(store)
    tracker.update_with_events(
        [SlotSet("failed_turns", 1.0), SlotSet("topic", "工伤"), SlotSet("failed_turns", 2.0)],
        DOMAIN,
    )
    await store.save(tracker)
    await run_turns(store, range(1, 1 + 2 * KEPT_USER_TURNS))
    tracker = await retrieved(store)
    assert (tracker.get_slot("failed_turns"), tracker.get_slot("topic")) == (2.0, "工伤")
    assert [e.key for e in tracker.events if isinstance(e, SlotSet)] == ["topic", "failed_turns"]


async def test_an_open_loop_and_a_pause_survive_the_cut(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(1))
    tracker = await retrieved(store)
    tracker.update_with_events([ActiveLoop("case_form"), ConversationPaused()], DOMAIN)
    await store.save(tracker)
    await run_turns(store, range(1, 1 + 2 * KEPT_USER_TURNS))
    tracker = await retrieved(store)
    assert tracker.active_loop_name == "case_form"
    assert tracker.is_paused()


async def test_a_reset_survives_the_cut(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(1))
    tracker = await retrieved(store)
    tracker.update_with_events([SlotSet("topic", "工伤"), AllSlotsReset()], DOMAIN)
    await store.save(tracker)
    await run_turns(store, range(1, 1 + 2 * KEPT_USER_TURNS))
    assert (await retrieved(store)).get_slot("topic") is None


async def test_a_new_session_keeps_slots_and_leaves_the_turns(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(2))
    for number in range(2, 40):
        tracker = await retrieved(store)
        tracker.update(SlotSet("topic", number), DOMAIN)
        start_session(tracker)
        tracker.update_with_events(turn(number), DOMAIN)
        await store.save(tracker)
    tracker = await retrieved(store)
    assert texts(tracker) == ["第39句"]
    assert tracker.get_slot("topic") == 39
    # Rasa carries over every slot event it sees; they must not pile up from session to session.
    assert len(tracker.events) == 6


async def test_what_only_the_current_turn_needs_is_not_stored(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(1))
    tracker = await retrieved(store)
    assert tracker.latest_message is not None
    parse_data = tracker.latest_message.parse_data
    assert "intent_ranking" not in parse_data
    assert "text_tokens" not in parse_data
    assert parse_data["intent"] == {"name": "greet", "confidence": 0.9}


async def test_a_failed_save_stores_nothing(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(1))
    tracker = await retrieved(store)
    tracker.update_with_events([*turn(1), SlotSet("topic", {1, 2})], DOMAIN)
    with pytest.raises(TypeError):
        await store.save(tracker)
    assert texts(await retrieved(store)) == ["第0句"]


async def test_conversations_are_apart_and_can_be_deleted(store: SQLiteTrackerStore) -> None:
    await run_turns(store, range(1))
    other = store.init_tracker("c2")
    other.update_with_events(turn(7), DOMAIN)
    await store.save(other)
    assert sorted(await store.keys()) == ["c1", "c2"]
    await store.delete("c1")
    await store.delete("unknown")
    assert await store.retrieve("c1") is None
    assert texts(await retrieved(store, "c2")) == ["第7句"]


def test_the_file_is_in_write_ahead_mode(store: SQLiteTrackerStore, path: Path) -> None:
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_rasa_builds_it_from_the_endpoints(tmp_path: Path) -> None:
    endpoint = EndpointConfig.from_dict(
        {"type": "tracker_store.sqlite_store.SQLiteTrackerStore", "db": str(tmp_path / "t.db")}
    )
    store = TrackerStore.create(endpoint, DOMAIN)
    assert isinstance(store, SQLiteTrackerStore)
    assert check_if_tracker_store_async(store)
    store.close()
