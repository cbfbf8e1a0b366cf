"""The parts of the review, put together once for a process."""

from dataclasses import dataclass
from typing import Self

from starlette.datastructures import State

from api.review.catalogue import Catalogue, OwnCatalogue
from api.review.proposals import Proposals
from api.review.reviews import Reviews
from api.review.unanswered import UnansweredQuestions
from api.settings import Settings
from api.storage.database import Database


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """What routes and pages of the review work with."""

    database: Database
    catalogue: Catalogue
    reviews: Reviews
    proposals: Proposals
    unanswered: UnansweredQuestions

    @classmethod
    def of(cls, database: Database, settings: Settings, catalogue: Catalogue | None = None) -> Self:
        """The parts on a database; articles are the product's own unless others are given."""
        known = catalogue or OwnCatalogue()
        return cls(
            database=database,
            catalogue=known,
            reviews=Reviews(database, known),
            proposals=Proposals(database, known),
            unanswered=UnansweredQuestions(database, known, settings.timezone),
        )


def review_desk(state: State) -> ReviewDesk:
    """The review of a gateway, made when it is first asked for."""
    if not hasattr(state, "review"):
        state.review = ReviewDesk.of(state.database, state.settings)
    desk: ReviewDesk = state.review
    return desk
