"""The stage that puts the union's own articles first when both they and a law would answer."""

import numpy as np

from knowledge_base.retrieval.candidates import Candidates
from knowledge_base.retrieval.decision import Decision, DecisionModel, features_of
from knowledge_base.retrieval.stage import StageSettings


class PrecedenceSettings(StageSettings):
    """Switched off, laws and drafts compete with the articles on equal terms."""


class Precedence:
    """Looks at the articles alone first; laws and drafts follow behind an answer of theirs."""

    def __init__(self, settings: PrecedenceSettings, model: DecisionModel) -> None:
        self._settings = settings
        self._model = model

    def run(self, candidates: Candidates) -> tuple[Candidates, Candidates]:
        """Return the candidates in order, and those among which the first one is judged.

        An article that would be an answer among the articles is judged among them: a law that
        says the same in its own words makes it no less sure.
        """
        if not self._settings.enabled or candidates.articles.all():
            return candidates, candidates
        articles = candidates.take(np.flatnonzero(candidates.articles))
        if not len(articles):
            return candidates, candidates
        if self._model.decide(features_of(articles)) is not Decision.ANSWER:
            return candidates, candidates
        order = np.argsort(~candidates.articles, kind="stable")
        return candidates.take(order), articles
