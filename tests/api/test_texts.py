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


def test_every_crisis_pattern_compiles() -> None:
    for pattern in crisis_texts().patterns + crisis_texts().exceptions:
        re.compile(pattern)
