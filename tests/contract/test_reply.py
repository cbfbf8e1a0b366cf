from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contract import (
    CaseFacts,
    Citation,
    Decision,
    Handoff,
    HandoffReason,
    HitScores,
    QuickReply,
    Reply,
    ReplyKind,
    Trace,
    TraceHit,
)

CITATION = Citation(
    title="年休假",
    source="《职工带薪年休假条例》第三条",
    article_id="annual-leave-days",
    effective_from=date(2008, 1, 1),
    as_of=date(2025, 4, 19),
    verified=True,
)
HANDOFF = Handoff(
    reason=HandoffReason.LEGAL_CASE,
    category="劳动合同",
    priority=3,
    summary="被辞退了",
    case_facts=CaseFacts(what_happened="昨天被辞退了", consent=True),
)
TRACE = Trace(
    query="年假 几天",
    rewritten_query="年假几天",
    hits=[
        TraceHit(
            article_id="annual-leave-days",
            revision="0123456789ab",
            section="一句话回答",
            scores=HitScores(bm25=None, dense=0.9, fused=0.9, probability=0.8),
        )
    ],
    index_fingerprint="f",
    encoder="e",
    decision=Decision.ANSWER,
)
REPLY = Reply(
    kind=ReplyKind.ANSWER,
    text="5天。",
    citations=[CITATION],
    quick_replies=[QuickReply(title="转人工", text="转人工")],
    handoff=HANDOFF,
    trace=TRACE,
)


@pytest.mark.parametrize("model", [REPLY, CITATION, HANDOFF, TRACE])
def test_json_round_trip(model: BaseModel) -> None:
    assert type(model).model_validate_json(model.model_dump_json()) == model
    assert type(model).model_validate(model.model_dump(mode="json")) == model


def test_dates_and_kinds_are_plain_json() -> None:
    dumped = REPLY.model_dump(mode="json")
    assert dumped["kind"] == "answer"
    assert dumped["citations"][0]["as_of"] == "2025-04-19"
    assert dumped["citations"][0]["url"] is None


def test_a_short_reply_needs_kind_and_text_only() -> None:
    reply = Reply.model_validate({"kind": "chat", "text": "您好"})
    assert (reply.citations, reply.quick_replies, reply.handoff, reply.trace) == (
        [],
        [],
        None,
        None,
    )


@pytest.mark.parametrize("model", [REPLY, CITATION, HANDOFF, HANDOFF.case_facts, TRACE])
def test_unknown_keys_are_refused(model: BaseModel) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(model).model_validate({**model.model_dump(), "mood": "good"})


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"kind": "joke"},
        {"citations": [{"title": "只有题目"}]},
        {"quick_replies": ["转人工"]},
    ],
)
def test_bad_values_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Reply.model_validate({**REPLY.model_dump(), **change})


def test_a_reply_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        REPLY.text = "6天。"
