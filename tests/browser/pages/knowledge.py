"""What lies on the knowledge desk: work of editors, and publications that passed and did not."""

from datetime import timedelta
from typing import Final

from api.knowledge.catalogue import Catalogue
from api.knowledge.desk import KnowledgeDesk
from api.knowledge.places import KnowledgePlaces
from api.knowledge.publications import PublishedArticle, Report
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import ArticleRevision, Publication, PublicationState, Staff, now
from knowledge_base.publishing.plan import GateReport, Measure, Outcome, Verdict

DRAFT: Final = "annual-leave-carry-over"
SUBMITTED: Final = "overtime-time-off"
APPROVED: Final = "women-paternity-leave"
_FINE = (
    Measure(name="MRR@10", before=0.8312, after=0.8334, fell=False),
    Measure(name="nDCG@10", before=0.8551, after=0.8560, fell=False),
    Measure(name="coverage", before=0.7420, after=0.7436, fell=False),
)
_FELL = (
    Measure(name="MRR@10", before=0.8334, after=0.8207, fell=True),
    Measure(name="nDCG@10", before=0.8560, after=0.8448, fell=True),
    Measure(name="coverage", before=0.7436, after=0.7431, fell=False),
)
_BROKEN = Verdict(
    id="case-1",
    question="调休不给，能要加班费吗",
    expected=["overtime-time-off"],
    case=True,
    before=Outcome(
        article_id="overtime-time-off",
        title="补休能不能抵加班费",
        decision="answer",
        probability=0.91,
        right=True,
    ),
    after=Outcome(
        article_id="annual-leave-arrangement",
        title="年假谁定时间，公司能强制安排吗",
        decision="choices",
        probability=0.48,
        right=False,
    ),
)


async def work(database: Database, settings: Settings, staff: dict[str, Staff]) -> None:
    """Do it, as the people of the desk would."""
    desk = KnowledgeDesk(database, Catalogue(KnowledgePlaces.of(settings)))
    editor, supervisor = staff["editor"], staff["supervisor"]
    await _edit(desk, editor, DRAFT)
    submitted = await _edit(desk, editor, SUBMITTED)
    await desk.submit(editor, submitted.id, "改了一种问法")
    approved = await _edit(desk, editor, APPROVED)
    await desk.submit(editor, approved.id)
    await desk.decide(supervisor, approved.id, approve=True)
    at = now()
    async with database.write() as session:
        for state, gate, days in (
            (PublicationState.LIVE, _gate(passed=True), 9),
            (PublicationState.REFUSED, _gate(passed=False), 2),
        ):
            ended = at - timedelta(days=days)
            report = Report(articles=[_ARTICLE], gate=gate)
            session.add(
                Publication(
                    state=state,
                    revision_ids=[],
                    index_version="20261101-1" if gate.passed else None,
                    report=report.model_dump(mode="json"),
                    started_by=supervisor.id,
                    ended_at=ended,
                    created_at=ended,
                )
            )
            await session.flush()


_ARTICLE = PublishedArticle(id=SUBMITTED, title="补休能不能抵加班费", number=1, retires=False)


def _gate(*, passed: bool) -> GateReport:
    return GateReport(
        passed=passed,
        questions=1543,
        cases=12,
        measures=list(_FINE if passed else _FELL),
        broken=[] if passed else [_BROKEN],
        repaired=[],
        left_out=[],
    )


async def _edit(desk: KnowledgeDesk, staff: Staff, article_id: str) -> ArticleRevision:
    """Word the first of its questions in another way."""
    opened = await desk.open(article_id)
    head, mark, questions = opened.source.partition("questions:\n")
    first, line_end, others = questions.partition("\n")
    source = f"{head}{mark}{first}，想问清楚{line_end}{others}"
    return await desk.save(staff, article_id, source, base=opened.base)
