"""Every article with what is known of it, and the worklist of what lapses."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from api.knowledge.catalogue import Snapshot, area_in, title_in
from api.storage.models import ArticleRevision, RevisionState
from knowledge_base.article import Article, ArticleStatus

DUE_WITHIN = timedelta(days=60)


class Standing(StrEnum):
    """Whether workers get the article."""

    LIVE = "live"
    NOT_YET = "not_yet"
    """Its first day has not come."""
    LAPSED = "lapsed"
    BROKEN = "broken"
    """It is in service, but it cannot be read or prints a figure that has no value today."""
    RETIRED = "retired"
    NEW = "new"
    """It has never been in service."""


class DueKind(StrEnum):
    """What has to be done by a day."""

    REVIEW = "review"
    LAPSES = "lapses"
    FIGURES_LAPSE = "figures_lapse"
    """A dated figure that it prints ends."""
    BROKEN = "broken"
    """Workers do not get it any more; see ``Standing.BROKEN``."""


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class RevisionSummary(_View):
    """A revision without its text. ``author`` and ``decided_by`` are names."""

    id: str
    number: int
    based_on: int
    state: RevisionState
    retires: bool
    comment: str
    author_id: str
    author: str
    decided_by: str | None
    updated_at: datetime
    published_at: datetime | None

    @classmethod
    def of(cls, revision: ArticleRevision, names: Mapping[str, str]) -> "RevisionSummary":
        """The summary of a stored revision."""
        return cls(
            id=revision.id,
            number=revision.number,
            based_on=revision.based_on,
            state=revision.state,
            retires=revision.retires,
            comment=revision.comment,
            author_id=revision.author_id,
            author=names.get(revision.author_id, ""),
            decided_by=names.get(revision.decided_by or ""),
            updated_at=revision.updated_at,
            published_at=revision.published_at,
        )


class ArticleRow(_View):
    """An article in the list. Dates are those of the version in service, None for a new one;
    ``effective_to`` is its figures' if that is earlier."""

    id: str
    title: str
    area: str
    standing: Standing
    status: ArticleStatus | None
    effective_from: date | None
    effective_to: date | None
    review_by: date | None
    latest: RevisionSummary | None


class DueItem(_View):
    """A line of the worklist; ``overdue``: the day has passed."""

    kind: DueKind
    by: date
    overdue: bool
    figures: list[str] = []
    article: ArticleRow


def rows(
    snapshot: Snapshot, latest: Mapping[str, ArticleRevision], names: Mapping[str, str]
) -> list[ArticleRow]:
    """All articles: in service, retired, and not in service yet, by area and title."""
    summaries = {
        article_id: RevisionSummary.of(revision, names) for article_id, revision in latest.items()
    }
    found = [
        _in_service(article, snapshot.day, summaries.get(article.id))
        for article in snapshot.corpus.articles.values()
    ]
    others = snapshot.retired | snapshot.broken.keys() | latest.keys()
    for article_id in sorted(others - snapshot.corpus.articles.keys()):
        revision = latest.get(article_id)
        source = revision.source if revision else snapshot.source(article_id)
        source = source or snapshot.program_source(article_id) or ""
        found.append(
            ArticleRow(
                id=article_id,
                title=title_in(source) or article_id,
                area=area_in(source),
                standing=_standing_of_other(snapshot, article_id),
                status=None,
                effective_from=None,
                effective_to=None,
                review_by=None,
                latest=summaries.get(article_id),
            )
        )
    return sorted(found, key=lambda row: (row.area, row.title, row.id))


def select(
    articles: Sequence[ArticleRow],
    *,
    text: str = "",
    area: str | None = None,
    standing: Standing | None = None,
    status: ArticleStatus | None = None,
    state: RevisionState | None = None,
) -> list[ArticleRow]:
    """The articles that fit; every word of ``text`` stands in the title or the id."""
    words = text.lower().split()
    return [
        row
        for row in articles
        if all(word in f"{row.title} {row.id}".lower() for word in words)
        and area in (None, row.area)
        and standing in (None, row.standing)
        and status in (None, row.status)
        and (state is None or (row.latest is not None and row.latest.state is state))
    ]


def worklist(
    snapshot: Snapshot, articles: Sequence[ArticleRow], within: timedelta = DUE_WITHIN
) -> list[DueItem]:
    """What lapses or has to be looked at again within some days, the most urgent first."""
    until = snapshot.day + within
    by_id = {row.id: row for row in articles}
    items = [
        item
        for article in snapshot.corpus.articles.values()
        for item in _due(article, by_id[article.id], snapshot.day)
        if item.by <= until
    ]
    items += [
        DueItem(kind=DueKind.BROKEN, by=snapshot.day, overdue=True, article=row)
        for row in articles
        if row.standing is Standing.BROKEN
    ]
    return sorted(items, key=lambda item: (item.by, item.article.title))


def _standing_of_other(snapshot: Snapshot, article_id: str) -> Standing:
    if article_id in snapshot.retired:
        return Standing.RETIRED
    return Standing.BROKEN if article_id in snapshot.broken else Standing.NEW


def _due(article: Article, row: ArticleRow, day: date) -> list[DueItem]:
    head = article.front_matter
    found = [
        DueItem(kind=DueKind.REVIEW, by=head.review_by, overdue=head.review_by < day, article=row)
    ]
    for kind, by in (
        (DueKind.LAPSES, head.effective_to),
        (DueKind.FIGURES_LAPSE, article.rendered_until),
    ):
        if by is not None:
            figures = _ending(article, by) if kind is DueKind.FIGURES_LAPSE else []
            overdue = by < day
            found.append(DueItem(kind=kind, by=by, overdue=overdue, figures=figures, article=row))
    return found


def _ending(article: Article, by: date) -> list[str]:
    return sorted(name for name, value in article.parameters.items() if value.effective_to == by)


def _in_service(article: Article, day: date, latest: RevisionSummary | None) -> ArticleRow:
    head = article.front_matter
    if day < head.effective_from:
        standing = Standing.NOT_YET
    else:
        standing = Standing.LIVE if article.valid_on(day) else Standing.LAPSED
    return ArticleRow(
        id=article.id,
        title=article.title,
        area=head.area,
        standing=standing,
        status=head.status,
        effective_from=head.effective_from,
        effective_to=article.effective_to,
        review_by=head.review_by,
        latest=latest,
    )
