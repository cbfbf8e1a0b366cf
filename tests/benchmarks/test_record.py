import sqlite3

import pytest

from benchmarks.record import Stored, Verdict, answered_out_of_order, check, messages_in_order

TABLES = """
CREATE TABLE messages (id, conversation_id, seq, author, kind, client_message_id, in_reply_to,
                       handled_at);
CREATE TABLE conversations (id, status);
CREATE TABLE handoffs (conversation_id, state);
INSERT INTO conversations VALUES ('c', 'bot');
"""


@pytest.fixture
def record() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    return connection


def store(record: sqlite3.Connection, *rows: tuple[str, str | None, str | None]) -> None:
    """Messages by id, key of the client, and what they answer; handled all."""
    for seq, (own_id, key, answers) in enumerate(rows, start=1):
        author = "bot" if key is None else "worker"
        record.execute(
            "INSERT INTO messages VALUES (?, 'c', ?, ?, 'chat', ?, ?, 1)",
            (own_id, seq, author, key, answers),
        )


def test_a_record_with_everything_in_it_is_clean(record: sqlite3.Connection) -> None:
    store(record, ("1", "a", None), ("2", None, "1"))
    verdict = Verdict()
    check(record, ["a"], ["c"], verdict)
    assert verdict.is_clean
    assert verdict.statuses == {"bot": 1}


def test_what_is_not_there_is_lost(record: sqlite3.Connection) -> None:
    store(record, ("1", "a", None), ("2", None, "1"))
    verdict = Verdict()
    check(record, ["a", "b"], ["c", "d"], verdict)
    assert (verdict.lost, verdict.neither_answered_nor_queued) == (1, 1)
    assert not verdict.is_clean


def test_what_is_there_twice_is_doubled(record: sqlite3.Connection) -> None:
    store(record, ("1", "a", None), ("2", "a", None), ("3", None, "1"))
    verdict = Verdict()
    check(record, ["a"], ["c"], verdict)
    assert verdict.doubled == 1


def test_a_turn_that_was_not_completed_is_unanswered(record: sqlite3.Connection) -> None:
    store(record, ("1", "a", None))
    record.execute("UPDATE messages SET handled_at = NULL")
    verdict = Verdict()
    check(record, ["a"], [], verdict)
    assert verdict.unanswered == 1


def test_messages_come_in_the_order_of_their_places(record: sqlite3.Connection) -> None:
    store(record, ("z", "a", None), ("y", None, "z"))
    assert [each.id for each in messages_in_order(record)["c"]] == ["z", "y"]


def _stored(own_id: str, answers: str | None = None) -> Stored:
    return Stored(own_id, "bot" if answers else "worker", None, answers)


@pytest.mark.parametrize(
    ("messages", "wrong"),
    [
        ([_stored("1"), _stored("2"), _stored("3", "1"), _stored("4", "2")], 0),
        ([_stored("1"), _stored("2"), _stored("3", "2"), _stored("4", "1")], 1),
        ([_stored("2", "1"), _stored("1")], 1),
    ],
)
def test_replies_stand_in_the_order_of_what_they_answer(messages: list[Stored], wrong: int) -> None:
    assert answered_out_of_order(messages) == wrong
