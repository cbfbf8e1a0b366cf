"""What the pages decide by themselves."""

from api.console.knowledge import parts
from api.console.knowledge.publication_view import _outcome
from api.console.knowledge.texts import page_texts
from api.knowledge.listing import Standing
from api.storage.models import PublicationState, RevisionState
from knowledge_base.publishing.gate import COVERAGE, WRONG
from knowledge_base.publishing.plan import Outcome


def test_every_state_has_a_word_and_a_colour() -> None:
    texts = page_texts()
    assert set(texts.states) == set(RevisionState)
    assert set(texts.standings) == set(Standing)
    assert set(texts.publication_states) == set(PublicationState)
    assert {COVERAGE, WRONG} <= texts.publish.measure_names.keys()
    tones = {parts.tone(state) for state in (*RevisionState, *PublicationState, *Standing)}
    assert tones == {"good", "warn", "bad", ""}


def test_an_outcome_is_told_in_words() -> None:
    nothing = Outcome(article_id=None, title="", decision="decline", probability=0, right=False)
    assert _outcome(nothing) == "没找到（不回答）"
