"""The fields that articles and parameters share: places, fact ids and sources."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, HttpUrl, StringConstraints

Region = Literal["余杭区", "杭州市", "浙江省", "全国"]
FactId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}\d{2}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]+$")]


class Source(BaseModel):
    """Where a statement comes from and when it was last checked there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    article_no: Line | None = None
    url: HttpUrl | None = None
    checked_on: date
