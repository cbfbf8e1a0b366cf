"""The first text of a new article."""

from collections.abc import Sequence
from datetime import date, timedelta

from api.knowledge.questions import scalar
from api.knowledge.texts import knowledge_texts
from knowledge_base.article import SHORT_ANSWER_LIMIT, SectionName
from knowledge_base.document import BODY_SECTION, Document

_REVIEW_AFTER = timedelta(days=365)


def new_article(
    article_id: str,
    area: str,
    title: str,
    day: date,
    *,
    questions: Sequence[str] = (),
    points: Sequence[str] = (),
) -> str:
    """A text to fill in, with what is known already.

    ``points``: what belongs into it; they stand under the procedure, for the editor to sort.
    """
    listed = "".join(f"- {point}\n" for point in points)
    sections = f"## {SectionName.PROCEDURE}\n\n{listed}\n" if points else ""
    return _filled(article_id, area, title, day, questions, "", sections, "")


def of_document(article_id: str, area: str, document: Document, day: date) -> str:
    """A text to fill in from an imported document.

    What an article has no section for stands under the procedure, for the editor to sort.
    """
    sections = dict(document.sections)
    body = sections.pop(BODY_SECTION, "")
    short = sections.pop(SectionName.SHORT_ANSWER, "")
    if not short and len(body) <= SHORT_ANSWER_LIMIT:
        short, body = body, ""
    if body:
        procedure = sections.get(SectionName.PROCEDURE, "")
        sections[SectionName.PROCEDURE] = "\n\n".join(filter(None, [body, procedure]))
    basis = sections.pop(SectionName.BASIS, document.source)
    texts = "".join(
        f"## {name}\n\n{sections[name]}\n\n" for name in SectionName if sections.get(name)
    )
    return _filled(article_id, area, document.title, day, document.questions, short, texts, basis)


def _filled(
    article_id: str,
    area: str,
    title: str,
    day: date,
    questions: Sequence[str],
    short_answer: str,
    sections: str,
    basis: str,
) -> str:
    return knowledge_texts().template.format(
        id=article_id,
        title=scalar(title),
        area=area,
        today=day,
        review_by=day + _REVIEW_AFTER,
        questions="\n".join(f"  - {scalar(each)}" for each in questions or [title]),
        short_answer=short_answer,
        sections=sections,
        basis=basis,
    )
