import re

from api.channels.wechat.form import PART_MAX_BYTES
from api.channels.wechat.form_texts import FormTexts, form_texts


def test_a_new_follower_reads_three_lines() -> None:
    lines = form_texts().greeting.splitlines()
    assert len(lines) == 3
    assert "小助手" in lines[0]
    assert lines[1].count("“") == 2
    assert "转人工" in lines[2]
    assert "12351" in lines[2]


def test_every_text_fits_into_one_message() -> None:
    said = [getattr(form_texts(), name) for name in FormTexts.model_fields]
    assert all(len(text.encode()) <= PART_MAX_BYTES for text in said if isinstance(text, str))


def test_what_is_not_text_has_a_place_in_the_record() -> None:
    stored = form_texts().stored
    assert stored.image == "[图片]"
    assert stored.location.format(label="{杭州}") == "[位置：{杭州}]"
    assert stored.link.format(title="通知") == "[链接：通知]"


def test_patterns_compile() -> None:
    re.compile(form_texts().view.asks)
    re.compile(form_texts().choices.number)
