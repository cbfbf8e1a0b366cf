"""The Chinese words of these pages, from ``texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.review.payloads import Expected
from api.review.stages import Stage
from api.storage.models import (
    Author,
    Channel,
    MessageKind,
    ProposalKind,
    ProposalState,
    ReviewReason,
    ReviewState,
)
from contract import Decision, HandoffReason

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tabs(_Texts):
    """The pages of the review."""

    queue: Text
    proposals: Text
    unanswered: Text


class QueueTexts(_Texts):
    """The list and its filters."""

    all: Text
    filters: Text
    state: Text
    any_state: Text
    area: Text
    article: Text
    channel: Text
    intent: Text
    since: Text
    until: Text
    clear: Text
    empty: Text
    pick: Text
    more: Text
    no_question: Text
    opened: Text
    keys: Text


class DetailTexts(_Texts):
    """One answer with the talk around it."""

    masked: Text
    earlier: Text
    later: Text
    looked_at: Text
    answered_with: Text
    nearest: Text
    found: Text
    query: Text
    nothing_found: Text
    article: Text
    section: Text
    probability: Text
    bm25: Text
    dense: Text
    fused: Text
    decisions: dict[Decision, Text]
    helpful: Text
    not_helpful: Text
    rating: Text
    handed_off: Text
    reviewed: Text
    right_article: Text
    right_intent: Text
    made: Text


class VerdictTexts(_Texts):
    """What a reviewer says of an answer."""

    right: Text
    wrong: Text
    dismissed: Text
    wrong_title: Text
    right_article: Text
    right_intent: Text
    comment: Text
    save: Text
    saved: Text


class MakeTexts(_Texts):
    """What can be made of an answer."""

    hint: Text
    question_variant: Text
    nlu_example: Text
    regression_case: Text
    article_draft: Text


class DialogTexts(_Texts):
    """The forms of proposals."""

    question_variant: Text
    nlu_example: Text
    regression_case: Text
    article_draft: Text
    masked: Text
    text: Text
    question: Text
    article: Text
    no_article: Text
    intent: Text
    expected: Text
    title: Text
    area: Text
    examples: Text
    facts: Text
    cancel: Text
    save: Text
    saved: Text
    incomplete: Text


class ProposalsTexts(_Texts):
    """The page of proposals."""

    title: Text
    kind: Text
    state: Text
    any: Text
    empty: Text
    by: Text
    accept: Text
    reject: Text
    withdraw: Text
    accepted: Text
    drafted: Text
    rejected: Text
    withdrawn: Text
    second_person: Text
    not_yours: Text
    variant_of: Text
    intent: Text
    expected: Text
    expected_article: Text
    area: Text
    examples: Text
    facts: Text
    open_review: Text
    open_article: Text
    in_draft: Text
    guards: Text
    awaits_export: Text
    explain: Text
    export: Text
    export_nlu: Text
    export_nlu_all: Text
    export_regression: Text
    more: Text


class AcceptDraftTexts(_Texts):
    """The dialog that takes a missing article over."""

    title: Text
    hint: Text
    id: Text
    bad_id: Text
    accept: Text


class UnansweredTexts(_Texts):
    """The page of unanswered questions."""

    title: Text
    days: dict[int, Text]
    working: Text
    failed: Text
    summary: Text
    none: Text
    size: Text
    nearest: Text
    no_nearest: Text
    examples: Text
    weeks: Text
    week: Text
    draft: Text


class PageTexts(_Texts):
    """Everything in ``texts.yml``."""

    tabs: Tabs
    nav: Text
    reasons: dict[ReviewReason, Text]
    states: dict[ReviewState, Text]
    channels: dict[Channel, Text]
    kinds: dict[MessageKind, Text]
    authors: dict[Author, Text]
    handoff_reasons: dict[HandoffReason, Text]
    queue: QueueTexts
    detail: DetailTexts
    verdict: VerdictTexts
    make: MakeTexts
    proposal_kinds: dict[ProposalKind, Text]
    proposal_states: dict[ProposalState, Text]
    stages: dict[Stage, Text]
    expected: dict[Expected, Text]
    dialogs: DialogTexts
    proposals: ProposalsTexts
    accept_draft: AcceptDraftTexts
    unanswered: UnansweredTexts


@cache
def page_texts() -> PageTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return PageTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
