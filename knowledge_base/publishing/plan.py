"""What is to be put into service, and what came of it."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge_base.article import Slug
from knowledge_base.index.pointer import VersionName


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedArticle(_Data):
    """An article as its file will be."""

    id: Slug
    area: Slug
    source: str


class Expected(StrEnum):
    """What the assistant should do with a question."""

    ANSWER = "answer"
    CHOICES = "choices"
    """Ask back, with articles to choose from."""
    DECLINE = "decline"
    HANDOFF = "handoff"


class RegressionCase(_Data):
    """A question that was treated wrongly once, and what is right; ``article_id``: the answer, or
    one of the choices."""

    id: str
    question: str = Field(pattern=r"\S")
    expected: Expected
    article_id: str | None = None

    @model_validator(mode="after")
    def _answer_has_an_article(self) -> Self:
        if self.expected is Expected.ANSWER and self.article_id is None:
            raise ValueError("an answer comes from an article")
        return self


class PublicationPlan(_Data):
    """Changes to what editors have in service.

    ``imports``: stored imports to add, each in place of one of the same name.
    """

    name: VersionName
    articles: list[PlannedArticle] = []
    retired: list[Slug] = []
    imports: list[str] = []
    cases: list[RegressionCase] = []

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        ids = [*(article.id for article in self.articles), *self.retired]
        if len(set(ids)) < len(ids):
            raise ValueError("an article stands twice")
        return self


class RollBackPlan(_Data):
    """Back to what was in service before: ``overlay`` None is the program's articles alone.

    ``index_version`` serves them if ``instead_of``, which came after it, is still in use.
    """

    overlay: VersionName | None
    index_version: VersionName
    instead_of: VersionName


class Step(StrEnum):
    """How far it has come."""

    STAGE = "stage"
    LOAD = "load"
    BUILD = "build"
    COMPARE = "compare"
    SWITCH = "switch"


class Progress(_Data):
    """One line while it works; ``done`` of ``total`` where that is known."""

    event: Literal["progress"] = "progress"
    step: Step
    done: int = 0
    total: int = 0


class Outcome(_Data):
    """What a question gets: ``decision`` is answer, choices or decline."""

    article_id: str | None
    title: str
    decision: str
    probability: float
    right: bool


class Verdict(_Data):
    """A question that is answered in another way than before.

    ``expected``: the articles that answer it. ``case``: it is a regression case, of which
    ``treatment`` is what should be done with it.
    """

    id: str
    question: str
    expected: list[str]
    case: bool
    treatment: Expected | None = None
    before: Outcome
    after: Outcome


class Measure(_Data):
    """A measure before and after; ``fell``: by more than is allowed."""

    name: str
    before: float
    after: float
    fell: bool


class GateReport(_Data):
    """The comparison of what is staged with what is in use.

    ``left_out``: questions that nothing answers any more because their articles were retired.
    """

    passed: bool
    questions: int
    cases: int
    measures: list[Measure]
    broken: list[Verdict]
    repaired: list[Verdict]
    left_out: list[Verdict]


class Ready(_Data):
    """Everything is staged. The other side answers ``switch`` if it is to go live."""

    event: Literal["ready"] = "ready"
    index_version: str
    index_before: str
    overlay_before: str | None
    report: GateReport


class Ended(_Data):
    """The last line. ``reason`` says why it failed, ``index_version`` what is in use if not."""

    event: Literal["ended"] = "ended"
    state: Literal["live", "refused", "failed"]
    reason: str = ""
    index_version: str | None = None
