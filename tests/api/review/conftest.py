import pytest

from api.review import proposal_routes, routes
from api.review.desk import ReviewDesk
from api.settings import Settings
from api.storage.database import Database
from tests.api.review.shelf import Shelf
from tests.api.review.talks import Talks
from tests.api.staff.conftest import *  # noqa: F403
from tests.api.staff.office import Office


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def talks(database: Database) -> Talks:
    return Talks(database)


@pytest.fixture
async def review_office(office: Office, shelf: Shelf) -> Office:
    """The office with the review's routes."""
    office.app.state.review = ReviewDesk.of(office.database, Settings(), shelf)
    office.app.include_router(routes.own)
    office.app.include_router(proposal_routes.own)
    return office
