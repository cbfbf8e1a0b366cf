"""What each kind of proposal holds.

``Proposal.payload`` is the model without its ``kind``, with personal data covered.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from api.conversations.cleaning import clean
from api.privacy.masking import mask
from api.storage.models import Proposal, ProposalKind
from knowledge_base.publishing.plan import Expected as Expected

QUESTION_MAX_CHARS = 500
TITLE_MAX_CHARS = 80
_FACT_MAX_CHARS = 500
_MANY = 20


def asked(text: str) -> str:
    """A message as a proposal repeats it: on one line, personal data covered; empty if nothing
    can be seen."""
    return mask(" ".join(clean(text).split()))


def _one_line(text: str) -> str:
    line = asked(text)
    if not line:
        raise ValueError("nothing to read")
    return line


# Lengths are of what is kept, after personal data was covered.
Line = Annotated[str, AfterValidator(_one_line), Field(max_length=QUESTION_MAX_CHARS)]
Title = Annotated[str, AfterValidator(_one_line), Field(max_length=TITLE_MAX_CHARS)]
Fact = Annotated[str, AfterValidator(_one_line), Field(max_length=_FACT_MAX_CHARS)]
ArticleId = Annotated[str, Field(min_length=1, max_length=128)]


class _Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def stored(self) -> dict[str, Any]:
        """The payload as it is kept."""
        return self.model_dump(mode="json", exclude={"kind"})


class QuestionVariant(_Payload):
    """Another way to ask for an article that there is."""

    kind: Literal[ProposalKind.QUESTION_VARIANT] = ProposalKind.QUESTION_VARIANT
    article_id: ArticleId
    text: Line


class ArticleDraft(_Payload):
    """An article that is missing. ``examples``: how workers ask for it; ``facts``: what is known
    to belong into it."""

    kind: Literal[ProposalKind.ARTICLE_DRAFT] = ProposalKind.ARTICLE_DRAFT
    title: Title
    area: str
    question: Line
    examples: list[Line] = Field(default=[], max_length=_MANY)
    facts: list[Fact] = Field(default=[], max_length=_MANY)


class NluExample(_Payload):
    """A message of which the intent is known now."""

    kind: Literal[ProposalKind.NLU_EXAMPLE] = ProposalKind.NLU_EXAMPLE
    text: Line
    intent: str


class RegressionCase(_Payload):
    """A question that must not be answered worse again.

    ``article_id``: the article that is right; an answer needs one, and where nothing is to be
    answered there is none.
    """

    kind: Literal[ProposalKind.REGRESSION_CASE] = ProposalKind.REGRESSION_CASE
    question: Line
    expected: Expected
    article_id: ArticleId | None = None

    @model_validator(mode="after")
    def _article_fits(self) -> Self:
        if self.expected is Expected.ANSWER and self.article_id is None:
            raise ValueError("an answer comes from an article")
        if self.expected in (Expected.DECLINE, Expected.HANDOFF) and self.article_id is not None:
            raise ValueError("no article is right where nothing is answered")
        return self


Payload = QuestionVariant | ArticleDraft | NluExample | RegressionCase
NewProposal = Annotated[Payload, Field(discriminator="kind")]
_ANY: TypeAdapter[Payload] = TypeAdapter(NewProposal)


def payload_of(proposal: Proposal) -> Payload:
    """The payload of a stored proposal. Raises ``pydantic.ValidationError``."""
    return _ANY.validate_python({**proposal.payload, "kind": proposal.kind})
