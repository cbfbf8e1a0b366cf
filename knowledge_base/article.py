"""The model of an article: front matter, sections and the rules both must keep."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from knowledge_base.areas import area_names
from knowledge_base.parameters import ParameterValue
from knowledge_base.source import FactId, Line, Region, Source

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


class FigureEvidence(BaseModel):
    """Figures that no fact names, and the place of a listed source where an editor read them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Line
    source: Line


class FrontMatter(BaseModel):
    """The YAML head of an article file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Slug
    title: Annotated[Line, Field(max_length=40)]
    area: Annotated[str, AfterValidator(_known_area)]
    audience: Line
    region: Region
    effective_from: date
    effective_to: date | None = None
    review_by: date
    status: ArticleStatus
    facts: Annotated[list[FactId], Field(min_length=1), AfterValidator(_distinct)]
    sources: Annotated[list[Source], Field(min_length=1)]
    questions: Annotated[list[Line], Field(min_length=8, max_length=40), AfterValidator(_distinct)]
    related: Annotated[list[Slug], AfterValidator(_distinct)] = Field(default_factory=list)
    calculations: list[Line] = Field(default_factory=list)
    figures: list[FigureEvidence] = Field(default_factory=list)

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
    section_lines: dict[SectionName, int]
    """The line of the file on which a section's text begins."""
    revision: str
    """First 12 hex digits of a SHA-256 over the rendered text and how long it holds."""
    parameters: dict[str, ParameterValue]
    """The dated figures that the sections print, by the reference that names them."""
    rendered_until: date | None
    """The last day on which all of these still hold, where one of them has an end."""

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

    @property
    def effective_to(self) -> date | None:
        """The last day on which this wording holds: the article's, or its figures' if earlier."""
        ends = [end for end in (self.front_matter.effective_to, self.rendered_until) if end]
        return min(ends, default=None)

    def valid_on(self, day: date) -> bool:
        """Tell whether the article may be an answer on that day."""
        return self.front_matter.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )
