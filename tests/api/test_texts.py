import re

import pytest
from pydantic import ValidationError

from api.error_codes import ErrorCode
from api.texts import GatewayTexts, crisis_texts, gateway_texts
from contract import HandoffReason


def test_every_text_is_there() -> None:
    texts = gateway_texts()
    assert set(texts.errors) == set(ErrorCode)
    assert set(texts.handoff_why) == set(HandoffReason) == set(texts.queue.reasons)
    assert [choice.title for choice in texts.greeting.quick_replies] == [
        "医疗互助怎么报",
        "免费体检",
        "工资集体协商",
        "讨薪",
        "工伤",
        "转人工",
    ]


def test_a_missing_text_is_noticed_at_the_start() -> None:
    incomplete = gateway_texts().model_dump()
    del incomplete["errors"]["not_found"]
    with pytest.raises(ValidationError, match="errors lacks not_found"):
        GatewayTexts.model_validate(incomplete)


def test_crisis_texts_name_the_numbers_and_promise_no_time() -> None:
    texts = crisis_texts()
    for text in (texts.reply, texts.notice, gateway_texts().bot_unavailable):
        assert not re.search(r"\d+ ?(分钟|小时|个工作日)|马上有人|立即有人", text)
    for text in (texts.reply, texts.notice):
        assert all(number in text for number in ("12356", "120", "110"))


def test_the_line_that_keeps_a_crisis_on_the_desk_is_short_and_promises_no_time() -> None:
    text = crisis_texts().kept
    assert len(text) <= 80
    assert "\n" not in text
    assert not re.search(r"分钟|小时|马上有人|立即有人", text)
    assert {"12356"} <= set(re.findall(r"\d+", text)) <= {"12356", "110", "120"}


def test_words_that_take_a_crisis_back_are_read_in_no_time_however_long() -> None:
    for words in ("没事了谢谢,真的算了,", "不用管我取消转人工", "我真的"):
        assert re.fullmatch(crisis_texts().takes_back, words * 2000 + "欠薪") is None


def test_every_crisis_pattern_compiles() -> None:
    for pattern in crisis_texts().patterns + crisis_texts().exceptions:
        re.compile(pattern)
