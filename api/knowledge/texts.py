"""The Chinese texts of the knowledge desk's services, from ``texts.yml``."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _pattern(value: str) -> str:
    re.compile(value)
    return value


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProblemText(_Texts):
    """What to say of a broken rule whose detail matches; ``rule`` None: of any rule."""

    rule: str | None = None
    detail: Annotated[str, AfterValidator(_pattern)]
    text: Text


class ProblemTexts(_Texts):
    """How the rules of :mod:`knowledge_base.article_checks` are said to editors."""

    fields: dict[str, Text]
    item: Text
    other: Text
    details: list[ProblemText]


class ImportTexts(_Texts):
    """Why a foreign file is not read: the first pattern that is found says it."""

    reasons: list[ProblemText]
    other: Text


class PreviewTexts(_Texts):
    """What the assistant adds to an article, as in ``actions/texts.yml``."""

    caution: Text
    law: Text


class PublicationTexts(_Texts):
    """Why a publication came to nothing."""

    reasons: list[ProblemText]
    other: Text
    killed: Text


class KnowledgeTexts(_Texts):
    """Everything in ``texts.yml``. Comments go to revisions that nobody wrote by hand;
    ``template``: a new article."""

    problems: ProblemTexts
    imports: ImportTexts
    preview: PreviewTexts
    publication: PublicationTexts
    variant_comment: Text
    draft_comment: Text
    retire_comment: Text
    rolled_back_comment: Text
    template: str


@cache
def knowledge_texts() -> KnowledgeTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return KnowledgeTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
