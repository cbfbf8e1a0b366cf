"""The words of the pages: every value that can come up has some."""

from api.console.review.texts import page_texts
from api.review.payloads import Expected
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


def test_every_value_has_words() -> None:
    texts = page_texts()
    for words, values in (
        (texts.reasons, ReviewReason),
        (texts.states, ReviewState),
        (texts.channels, Channel),
        (texts.kinds, MessageKind),
        (texts.authors, Author),
        (texts.handoff_reasons, HandoffReason),
        (texts.proposal_kinds, ProposalKind),
        (texts.proposal_states, ProposalState),
        (texts.expected, Expected),
        (texts.detail.decisions, Decision),
    ):
        assert set(words) == set(values), values


def test_every_kind_of_proposal_can_be_made() -> None:
    texts = page_texts()
    for kind in ProposalKind:
        assert getattr(texts.make, kind)
        assert getattr(texts.dialogs, kind)
