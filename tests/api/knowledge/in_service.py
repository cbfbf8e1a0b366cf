"""The small knowledge base as reviewers choose from it."""

from collections.abc import Mapping

from api.knowledge.places import KnowledgePlaces
from api.review.catalogue import KnownArticle
from knowledge_base.areas import area_names
from knowledge_base.corpus import load_corpus


class InService:
    def __init__(self, places: KnowledgePlaces) -> None:
        self._places = places

    def articles(self) -> Mapping[str, KnownArticle]:
        corpus = load_corpus(self._places.program, overlay=self._places.overlays.current())
        return {
            article.id: KnownArticle(
                article.id,
                article.title,
                article.front_matter.area,
                tuple(article.front_matter.questions),
            )
            for article in corpus.articles.values()
        }

    def areas(self) -> Mapping[str, str]:
        return area_names()
