"""The parts of the review, put together once for a process."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import State

from api.knowledge.catalogue import Catalogue as ArticleCatalogue
from api.knowledge.drafting import Drafting
from api.knowledge.places import KnowledgePlaces
from api.knowledge.service import knowledge_of
from api.review import stages
from api.review.catalogue import Catalogue, OwnCatalogue
from api.review.deciding import Decisions
from api.review.proposals import Proposals
from api.review.reviews import Reviews
from api.review.stages import Standing
from api.review.unanswered import UnansweredQuestions
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import Proposal


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """What routes and pages of the review work with."""

    database: Database
    catalogue: Catalogue
    reviews: Reviews
    proposals: Proposals
    decisions: Decisions
    unanswered: UnansweredQuestions

    @classmethod
    def of(
        cls,
        database: Database,
        settings: Settings,
        catalogue: Catalogue | None = None,
        drafting: Drafting | None = None,
    ) -> Self:
        """The parts on a database; articles are the product's own unless others are given, and
        so are their drafts."""
        known = catalogue or OwnCatalogue()
        drafts = drafting or Drafting(ArticleCatalogue(KnowledgePlaces.of(settings)))
        return cls(
            database=database,
            catalogue=known,
            reviews=Reviews(database, known),
            proposals=Proposals(database, known),
            decisions=Decisions(database, known, drafts),
            unanswered=UnansweredQuestions(database, known, settings.timezone),
        )

    async def standings(
        self, session: AsyncSession, proposals: Iterable[Proposal]
    ) -> dict[str, Standing]:
        """How far proposals have come, by their ids."""
        articles = await asyncio.to_thread(self.catalogue.articles)
        questions = {article.id: article.questions for article in articles.values()}
        return await stages.standings(session, questions, proposals)


def review_desk(state: State) -> ReviewDesk:
    """The review of a gateway, made when it is first asked for."""
    if not hasattr(state, "review"):
        drafting = knowledge_of(state).drafting
        state.review = ReviewDesk.of(state.database, state.settings, drafting=drafting)
    desk: ReviewDesk = state.review
    return desk
