"""The model of an article: front matter, sections and the rules both must keep."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    model_validator,
)

from knowledge_base.areas import area_names

SHORT_ANSWER_LIMIT = 120
"""Characters of the short answer: what fits a phone screen without scrolling."""


class SectionName(StrEnum):
    """The fixed headings of an article, in the order they are shown."""

    SHORT_ANSWER = "一句话回答"
    ELIGIBILITY = "谁可以享受"
    BENEFIT = "能得到什么"
    PROCEDURE = "怎么办理"
    MATERIALS = "需要材料"
    TIME_LIMIT = "办理时限"
    PLACE = "去哪里"
    CAUTION = "注意事项"
    BASIS = "依据"


class ArticleStatus(StrEnum):
    """Whether the article may be stated as certain."""

    VERIFIED = "verified"
    NEEDS_CONFIRMATION = "needs_confirmation"


def _known_area(value: str) -> str:
    if value not in area_names():
        raise ValueError(f"unknown area {value!r}; areas.yml lists the known ones")
    return value


def _distinct(values: list[str]) -> list[str]:
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"repeated: {', '.join(repeated)}")
    return values


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
FactId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}\d{2}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]+$")]


class Source(BaseModel):
    """Where a statement comes from and when it was last checked there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    article_no: Line | None = None
    url: HttpUrl | None = None
    checked_on: date


class FrontMatter(BaseModel):
    """The YAML head of an article file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Slug
    title: Annotated[Line, Field(max_length=40)]
    area: Annotated[str, AfterValidator(_known_area)]
    audience: Line
    region: Literal["余杭区", "杭州市", "浙江省", "全国"]
    effective_from: date
    effective_to: date | None = None
    review_by: date
    status: ArticleStatus
    facts: Annotated[list[FactId], Field(min_length=1), AfterValidator(_distinct)]
    sources: Annotated[list[Source], Field(min_length=1)]
    questions: Annotated[list[Line], Field(min_length=5, max_length=20), AfterValidator(_distinct)]
    related: Annotated[list[Slug], AfterValidator(_distinct)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        if self.review_by < self.effective_from:
            raise ValueError("review_by lies before effective_from")
        return self


class Article(BaseModel):
    """One checked article. ``sections`` keeps the order of :class:`SectionName`."""

    model_config = ConfigDict(frozen=True)

    front_matter: FrontMatter
    sections: dict[SectionName, str]
    revision: str
    """First 12 hex digits of the file's SHA-256: names exactly this wording."""

    @property
    def id(self) -> str:
        return self.front_matter.id

    @property
    def title(self) -> str:
        return self.front_matter.title

    @property
    def short_answer(self) -> str:
        return self.sections[SectionName.SHORT_ANSWER]

    @property
    def as_of(self) -> date:
        """The day up to which *every* source of the article has been checked."""
        return min(source.checked_on for source in self.front_matter.sources)

    def valid_on(self, day: date) -> bool:
        """Tell whether the article may be an answer on that day."""
        head = self.front_matter
        return head.effective_from <= day and (
            head.effective_to is None or day <= head.effective_to
        )
