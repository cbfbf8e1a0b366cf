"""What the routes of the review ask for."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request

from api.review.desk import ReviewDesk, review_desk
from api.settings import Settings
from api.staff import auth
from api.staff.permissions import Permission
from api.storage.models import Staff


async def _desk(request: Request) -> ReviewDesk:
    return review_desk(request.app.state)


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


TheReview = Annotated[ReviewDesk, Depends(_desk)]
GatewaySettings = Annotated[Settings, Depends(_settings)]
Reviewer = Annotated[Staff, auth.requires(Permission.REVIEW)]
Editor = Annotated[Staff, auth.requires(Permission.EDIT_KNOWLEDGE)]
After = Annotated[
    str | None, Query(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="`next` of the page before")
]
Day = Annotated[date | None, Query(ge=date(2020, 1, 1), le=date(2099, 12, 31))]
Limit = Annotated[int, Query(ge=1, le=200)]
