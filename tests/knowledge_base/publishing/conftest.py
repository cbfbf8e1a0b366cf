"""A small knowledge base in service, with articles that are told apart by their words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.collection import load_collection
from knowledge_base.engine import SearchEngine
from knowledge_base.evaluation.questions import LabelledQuestion
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.overlay import OverlayStore
from knowledge_base.publishing.plan import PlannedArticle, Progress, PublicationPlan, Ready
from knowledge_base.publishing.publisher import Places, Publisher
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.samples import write_small_corpus

LABELLED = [
    LabelledQuestion(id="leave", question="年休假一年有几天", answers=("annual-leave-days",)),
    LabelledQuestion(id="aid", question="职工医疗互助怎么申请", answers=("mutual-aid",)),
    LabelledQuestion(id="arrears", question="被拖欠工资怎么办", answers=("wage-arrears",)),
    LabelledQuestion(id="weather", question="明天下不下雨", answers=()),
]


class Desk:
    """Publishes on the small knowledge base, and knows what is in use."""

    def __init__(self, places: Places, engine: SearchEngine) -> None:
        self.places = places
        self.engine = engine
        self.told: list[Progress] = []
        self.ready: Ready | None = None
        self.publisher = Publisher(places, lambda: engine, self.told.append)

    def publish(
        self, plan: PublicationPlan, confirm: Callable[[Ready], bool] = lambda _: True
    ) -> Ready:
        def remember(ready: Ready) -> bool:
            self.ready = ready
            return confirm(ready)

        return self.publisher.publish(plan, LABELLED, remember)

    @property
    def state(self) -> tuple[str, str | None]:
        """The index version and the articles in use."""
        return self.places.index.pointer().in_use, self.places.overlays.in_use

    @property
    def left_behind(self) -> set[str]:
        """Versions that stand in the stores and are not in use."""
        in_use = {*self.places.index.pointer().names, self.places.overlays.in_use}
        names = {path.name for path in self.places.index.directory.glob("[!.]*") if path.is_dir()}
        names |= {path.name for path in self.places.overlays.directory.glob("*") if path.is_dir()}
        return names - {each for each in in_use if each}

    def search(self, question: str) -> list[str]:
        served = KnowledgeBase.from_store(self.places.index, self.engine)
        return [hit.document.id for hit in served.search(question).hits]

    def source(self, article_id: str) -> str:
        (path,) = self.places.articles.rglob(f"{article_id}.md")
        return path.read_text(encoding="utf-8")

    def plan(self, name: str, article_id: str, old: str, new: str) -> PublicationPlan:
        """A plan that changes every ``old`` of an article to ``new``."""
        (path,) = self.places.articles.rglob(f"{article_id}.md")
        source = self.source(article_id).replace(old, new)
        planned = PlannedArticle(id=article_id, area=path.parent.name, source=source)
        return PublicationPlan(name=name, articles=[planned])

    def spoilt(self, name: str, article_id: str) -> PublicationPlan:
        """A plan that makes an article speak of wage arrears."""
        source = self.source("wage-arrears").replace("id: wage-arrears", f"id: {article_id}")
        planned = PlannedArticle(id=article_id, area="wage-arrears", source=source)
        return PublicationPlan(name=name, articles=[planned])


@pytest.fixture
def desk(tmp_path: Path, engine: SearchEngine) -> Desk:
    articles = tmp_path / "program"
    write_small_corpus(articles)
    store = IndexStore(tmp_path / "index")
    documents = load_collection(articles).documents
    build_index(documents, store, engine.encoder, list(engine.analysers.values()))
    return Desk(Places(articles, OverlayStore(tmp_path / "articles"), store), engine)
