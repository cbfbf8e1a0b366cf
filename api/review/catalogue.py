"""Articles and areas by name, as reviewers pick them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from knowledge_base.areas import area_names
from knowledge_base.collection import collection_state, overlay_of
from knowledge_base.corpus import ARTICLES_DIR, load_corpus


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article that is in service, with the ways to ask for it."""

    id: str
    title: str
    area: str
    questions: tuple[str, ...] = ()


class Catalogue(Protocol):
    """What there is to choose from."""

    def articles(self) -> Mapping[str, KnownArticle]:
        """Articles by id. May read files: call it in a thread where that matters."""
        ...

    def areas(self) -> Mapping[str, str]:
        """Names of the areas by their slugs, in their order."""
        ...


class OwnCatalogue:
    """The product's own articles with what editors put into service; read anew when they change."""

    def __init__(self) -> None:
        self._state: object = None
        self._articles: Mapping[str, KnownArticle] = {}

    def articles(self) -> Mapping[str, KnownArticle]:
        """Articles by id, about half a second of work after a change."""
        state = collection_state(ARTICLES_DIR)
        if state != self._state:
            corpus = load_corpus(ARTICLES_DIR, overlay=overlay_of(ARTICLES_DIR))
            self._articles = {
                article.id: KnownArticle(
                    article.id,
                    article.front_matter.title,
                    article.front_matter.area,
                    tuple(article.front_matter.questions),
                )
                for article in corpus.articles.values()
            }
            self._state = state
        return self._articles

    def areas(self) -> Mapping[str, str]:
        """Names of the areas by their slugs, in their order."""
        return area_names()
