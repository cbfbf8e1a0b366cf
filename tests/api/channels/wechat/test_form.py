import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.channels.wechat.choices import chosen, more_line
from api.channels.wechat.form import (
    COMPOSED_MAX_BYTES,
    PART_MAX_BYTES,
    Option,
    Part,
    compose,
)
from api.channels.wechat.plain import to_wechat
from api.storage.models import Author, Message, MessageKind

ANCHOR = re.compile(r'<a href="https?://[^"<>\s]*">[^<]+</a>')
MARK = re.compile(r"（\d+/\d+）")
SENTENCE = "单位拖欠工资的，可以向人社部门的劳动监察投诉，也可以申请劳动仲裁。"


def citation(title: str = "欠薪怎么办", **fields: Any) -> dict[str, Any]:
    return {
        "title": title,
        "source": "《劳动保障监察条例》第九条",
        "article_id": "wage-arrears",
        "effective_from": None,
        "as_of": "2026-10-01",
        "verified": True,
        "url": None,
    } | fields


SOURCE = "来源：《欠薪怎么办》，《劳动保障监察条例》第九条（核对 2026-10-01）"


def said(
    text: str,
    kind: MessageKind = MessageKind.ANSWER,
    author: Author = Author.BOT,
    *choices: str,
    **fields: Any,
) -> Message:
    replies = [{"title": title, "text": f"{title}怎么办"} for title in choices]
    return Message.of(author, kind, text, quick_replies=replies, **fields)


def only(parts: list[Part]) -> Part:
    (part,) = parts
    return part


def test_nothing_to_say_is_no_part() -> None:
    assert compose([]) == []
    assert compose([said(" "), said("#")]) == []


def test_messages_are_merged_in_their_order() -> None:
    first, second = said("**甲**乙"), said("- 丙")
    part = only(compose([first, second]))
    assert part == Part("甲乙\n\n· 丙", (first.id, second.id), ())


def test_a_message_with_nothing_to_show_goes_with_the_others() -> None:
    messages = [said(" "), said("甲"), said("\n"), said(SENTENCE * 30)]
    parts = compose(messages)
    assert [each for part in parts for each in part.message_ids] == [each.id for each in messages]
    assert all(part.text for part in parts)


def test_what_staff_and_notices_say_is_not_introduced() -> None:
    staff = said("您好，材料**收到**了。", MessageKind.CHAT, Author.STAFF)
    notice = said("同事已经接手。", MessageKind.NOTICE, Author.SYSTEM)
    assert only(compose([notice, staff])).text == "同事已经接手。\n\n您好，材料收到了。"


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, SOURCE),
        (
            {"url": "https://example.org/a?b=1&c=2"},
            '来源：<a href="https://example.org/a?b=1&c=2">《欠薪怎么办》</a>，'
            "《劳动保障监察条例》第九条（核对 2026-10-01）",
        ),
        ({"url": "javascript:alert(1)"}, SOURCE),
        ({"verified": False}, SOURCE.replace("）", "，待确认）")),
        ({"verified": False, "as_of": None}, SOURCE.replace("核对 2026-10-01", "待确认")),
        ({"as_of": None}, SOURCE.replace("（核对 2026-10-01）", "")),
        ({"title": "《劳动法》", "source": ""}, "来源：《劳动法》（核对 2026-10-01）"),
        ({"title": "<b>", "source": "甲\n\n乙"}, "来源：《＜b>》，甲 乙（核对 2026-10-01）"),
    ],
)
def test_a_source_is_one_line(fields: dict[str, Any], line: str) -> None:
    part = only(compose([said("甲", citations=[citation(**fields)])]))
    assert part.text == f"甲\n\n{line}"


def test_a_source_stands_once_in_a_part() -> None:
    messages = [said("甲", citations=[citation(), citation()]), said("乙", citations=[citation()])]
    assert only(compose(messages)).text == f"甲\n\n{SOURCE}\n\n乙"


def test_in_another_part_the_source_is_repeated() -> None:
    answers = [said(SENTENCE * 12, citations=[citation()]) for _ in range(2)]
    first, second = compose(answers)
    assert first.text.endswith(SOURCE)
    assert second.text.endswith(SOURCE)


def test_a_split_answer_is_numbered_and_keeps_its_source() -> None:
    answer = said(SENTENCE * 40, citations=[citation()])
    parts = compose([answer])
    assert len(parts) == 3
    assert [part.message_ids for part in parts] == [(), (), (answer.id,)]
    for number, part in enumerate(parts, start=1):
        assert part.text.startswith(f"（{number}/3）{SENTENCE}")
        assert part.text.removesuffix(f"\n\n{SOURCE}").endswith(SENTENCE)
        assert (SOURCE in part.text) == (number == 3)


def test_a_split_answer_begins_behind_a_short_message() -> None:
    notice = said("先把核对过的资料给您。", MessageKind.NOTICE, Author.SYSTEM)
    first, second = compose([notice, answer := said(SENTENCE * 28)])
    assert first.text.startswith(f"先把核对过的资料给您。\n\n（1/2）{SENTENCE}")
    assert first.message_ids == (notice.id,)
    assert second.message_ids == (answer.id,)


def test_sources_too_long_for_one_part_are_split_too() -> None:
    sources = [citation(f"标题{number}", source="很长的出处；" * 40) for number in range(6)]
    parts = compose([said(SENTENCE, citations=sources)])
    assert all(len(part.text.encode()) <= COMPOSED_MAX_BYTES for part in parts)
    assert "".join(part.text for part in parts).count("来源：") == 6


def test_choices_are_numbered() -> None:
    part = only(compose([said("甲", MessageKind.ANSWER, Author.BOT, "工伤", "讨\n薪<b>")]))
    assert part.text == "甲\n\n您也可以直接回复数字：\n回复 1：工伤\n回复 2：讨 薪＜b>"
    assert part.options == (Option("工伤", "工伤怎么办"), Option("讨\n薪<b>", "讨\n薪<b>怎么办"))


def test_nine_choices_at_most_however_long() -> None:
    part = only(compose([said("甲", MessageKind.CHAT, Author.BOT, *["😀" * 99] * 12)]))
    assert len(part.options) == 9
    assert "回复 9：" in part.text
    assert "回复 10" not in part.text


def test_a_bare_number_remains_the_answer_to_a_question() -> None:
    question = said("**月工资多少？**", MessageKind.QUESTION, Author.BOT, "跳过", "直接转人工")
    part = only(compose([said("好的", MessageKind.CHAT, Author.BOT, "工伤"), question]))
    assert part.text == "好的\n\n月工资多少？\n\n也可以回复“跳过怎么办”、“直接转人工怎么办”"
    assert part.options == ()


def test_choices_before_a_question_are_no_numbers() -> None:
    answer = said("甲", MessageKind.ANSWER, Author.BOT, "工伤")
    part = only(compose([answer, said("几年？", MessageKind.QUESTION)]))
    assert part.options == ()
    assert "回复 1" not in part.text


def test_only_the_last_choices_count() -> None:
    first = said("甲", MessageKind.ANSWER, Author.BOT, "工伤")
    second = said("乙", MessageKind.CHOICES, Author.BOT, "讨薪")
    part = only(compose([first, second, said("丙", MessageKind.CHAT)]))
    assert [option.title for option in part.options] == ["讨薪"]
    assert part.text.count("回复 1：") == 1


@pytest.mark.parametrize("author", [Author.STAFF, Author.SYSTEM])
def test_a_word_of_somebody_else_ends_the_choices(author: Author) -> None:
    answer = said("甲", MessageKind.ANSWER, Author.BOT, "工伤")
    for messages in (
        [answer, said("乙", MessageKind.NOTICE, author)],
        [said("乙", MessageKind.NOTICE, author, "工伤")],
    ):
        part = only(compose(messages))
        assert part.options == ()
        assert "回复" not in part.text


def test_choices_go_into_a_part_of_their_own_rather_than_split_the_answer() -> None:
    answer = said(SENTENCE * 18, MessageKind.ANSWER, Author.BOT, "工伤" * 10)
    first, second = compose([answer])
    assert first == Part(SENTENCE * 18, (answer.id,), ())
    assert second.text.startswith("您也可以直接回复数字：")
    assert chosen("1", [{"title": o.title, "text": o.text} for o in second.options])


_TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        st.sampled_from(["**粗**", "\n## 题\n", "\n- 项\n", "\n\n", "[官网](https://e.org/a)"]),
        st.sampled_from([SENTENCE, SENTENCE * 9, "甲" * 900, "1" * 2500, "😀" * 700]),
        st.sampled_from(["<a href='x'>", "[长](https://e.org/" + "a" * 2400 + ")"]),
    ),
    max_size=12,
).map("".join)
_CITATIONS = st.lists(
    st.builds(
        citation,
        st.text("甲乙<", min_size=1, max_size=9),
        source=st.sampled_from(["", "《法》", "长；" * 150]),
        url=st.sampled_from([None, "https://e.org/a", "https://e.org/" + "a" * 900]),
        verified=st.booleans(),
    ),
    max_size=3,
)
_MESSAGES = st.lists(
    st.builds(
        lambda text, kind, author, citations, titles: said(
            text, kind, author, *titles, citations=citations
        ),
        _TEXTS,
        st.sampled_from([MessageKind.ANSWER, MessageKind.QUESTION, MessageKind.CHAT]),
        st.sampled_from([Author.BOT, Author.BOT, Author.STAFF, Author.SYSTEM]),
        _CITATIONS,
        st.lists(st.text(min_size=1, max_size=60), max_size=10),
    ),
    max_size=5,
)


def _bare(text: str) -> str:
    """Without blanks, numbers of parts, and what is not of the messages' texts."""
    return "".join(MARK.sub("", text).split())


def _is_within(needle: str, text: str) -> bool:
    characters = iter(text)
    return all(character in characters for character in needle)


@settings(max_examples=50, deadline=None)
@given(_MESSAGES)
def test_parts_fit_lose_nothing_and_keep_the_order(messages: list[Message]) -> None:
    parts = compose(messages)
    for part in parts:
        assert 0 < len(part.text.encode()) <= COMPOSED_MAX_BYTES
        assert len(f"{part.text}\n\n{more_line(99)}".encode()) <= PART_MAX_BYTES
        assert part.text == part.text.strip("\n ")
        assert "<" not in ANCHOR.sub("", part.text)
    if parts:
        ids = [message_id for part in parts for message_id in part.message_ids]
        assert ids == [message.id for message in messages]
    everything = _bare("".join(part.text for part in parts))
    assert _is_within(_bare("".join(to_wechat(message.text) for message in messages)), everything)
    assert not any(part.options for part in parts[:-1])


@settings(max_examples=50, deadline=None)
@given(st.lists(_TEXTS, max_size=5))
def test_without_sources_and_choices_the_text_is_exactly_that_of_the_messages(
    texts: list[str],
) -> None:
    parts = compose([said(text) for text in texts])
    expected = _bare("".join(map(to_wechat, texts)))
    assert _bare("".join(part.text for part in parts)) == expected
