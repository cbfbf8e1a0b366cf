"""Publication: approved revisions come into service together, or not at all.

The row is written before the process starts, and again before it may switch; so whatever ends
when, ``recover`` knows from the row and the two pointers on the disk what is in service.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge import process, publications, revisions
from api.knowledge.catalogue import area_in
from api.knowledge.imports import Imports
from api.knowledge.places import KnowledgePlaces
from api.knowledge.publications import report_of
from api.knowledge.reviewed import regression_cases
from api.knowledge.texts import knowledge_texts
from api.storage.database import Database
from api.storage.models import (
    ArticleRevision,
    Publication,
    PublicationState,
    RevisionState,
    Staff,
    now,
)
from knowledge_base.index.lock import AlreadyLockedError
from knowledge_base.publishing.plan import (
    Ended,
    PlannedArticle,
    Progress,
    PublicationPlan,
    Ready,
    RegressionCase,
    RollBackPlan,
)
from knowledge_base.publishing.publisher import settle

_STATES = {
    "live": PublicationState.LIVE,
    "refused": PublicationState.REFUSED,
    "failed": PublicationState.FAILED,
}
_log = logging.getLogger(__name__)


class Publishing:
    """Puts what was approved into service, one publication at a time."""

    def __init__(
        self,
        database: Database,
        places: KnowledgePlaces,
        imports: Imports,
        *,
        command: Sequence[str] = process.COMMAND,
        options: Sequence[str] = (),
        clock: Callable[[], datetime] = now,
    ) -> None:
        """``options`` go to the command beside the places."""
        self._database = database
        self._places = places
        self._imports = imports
        self._command = command
        self._arguments = [*places.arguments, *options]
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._rolling_back = asyncio.Lock()
        self._progress: dict[str, list[Progress]] = {}

    def progress(self, publication_id: str) -> list[Progress]:
        """How far a publication of this process is: the last line of each step."""
        return list(self._progress.get(publication_id, ()))

    async def start(self, staff: Staff, *, only: str | None = None) -> Publication:
        """Begin to publish what waits, or ``only`` one article of it.

        Imports that ``staff`` brought in wait for somebody else.

        Raises ``ApiError``: publication_running, nothing_to_publish.
        """
        if self._rolling_back.locked():
            raise ApiError(ErrorCode.PUBLICATION_RUNNING)
        await self.recover()
        pending = await asyncio.to_thread(self._imports.pending) if only is None else []
        imports = [each.name for each in pending if each.uploaded_by != staff.id]
        async with self._database.write() as session:
            approved = [
                each
                for each in await revisions.in_state(session, RevisionState.APPROVED)
                if only in (None, each.article_id)
            ]
            cases = await regression_cases(session)
            publication = await publications.begin(session, staff, approved, imports, self._clock())
        plan = self._plan(publication.id, approved, imports, cases)
        self._progress = {publication.id: []}
        self._task = asyncio.create_task(self._publish(plan, imports))
        return publication

    async def roll_back(self, staff: Staff) -> Publication:
        """Return to what was in service before the last publication.

        Raises ``ApiError``: publication_running, nothing_to_roll_back, publication_failed.
        """
        async with self._rolling_back:
            await self.recover()
            async with self._database.read() as session:
                if await publications.running(session):
                    raise ApiError(ErrorCode.PUBLICATION_RUNNING)
                publication = await publications.last_live(session)
            report = report_of(publication)
            if report.index_before is None or publication.index_version is None:
                raise ApiError(ErrorCode.NOTHING_TO_ROLL_BACK)
            plan = RollBackPlan(
                overlay=report.overlay_before,
                index_version=report.index_before,
                instead_of=publication.index_version,
            )
            ended = await self._carry_out(plan)
            if ended.state != "live":
                raise ApiError(ErrorCode.PUBLICATION_FAILED, reason=_told(ended.reason))
            async with self._database.write() as session:
                await publications.roll_back(session, staff, publication.id)
                return await publications.find(session, publication.id)

    async def recover(self) -> None:
        """Settle publications whose process has ended without a word."""
        if self._task is not None and not self._task.done():
            return
        async with self._database.read() as session:
            left_over = await publications.running(session)
        for publication in left_over:
            await self._settle(publication)

    async def wait(self) -> None:
        """Wait for the publication that runs in this process."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """End what runs; ``recover`` settles it at the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _publish(self, plan: PublicationPlan, imports: Sequence[str]) -> None:
        try:
            ended = await self._carry_out(plan)
            if ended.reason == process.DIED:
                async with self._database.read() as session:
                    await self._settle(await publications.find(session, plan.name))
                return
            await self._end(plan.name, _STATES[ended.state], imports, reason=ended.reason)
        except Exception:
            # What it did is on the disk; the row stays until somebody settles it.
            _log.exception("a publication ended unexpectedly")

    async def _carry_out(self, plan: PublicationPlan | RollBackPlan) -> Ended:
        try:
            async with process.started(plan, self._arguments, self._command) as running:
                async for event in running.events():
                    if isinstance(event, Ended):
                        return event
                    if isinstance(event, Progress):
                        self._note(event)
                    elif isinstance(plan, PublicationPlan):
                        await self._remember(plan.name, event)
                        running.switch()
                _log.error("the publisher died", extra={"cause": await running.error()})
        except OSError as error:
            return Ended(state="failed", reason=str(error))
        return Ended(state="failed", reason=process.DIED)

    def _note(self, progress: Progress) -> None:
        for steps in self._progress.values():
            steps[:] = [each for each in steps if each.step is not progress.step]
            steps.append(progress)

    async def _remember(self, publication_id: str, ready: Ready) -> None:
        async with self._database.write() as session:
            publication = await publications.find(session, publication_id)
            report = report_of(publication).model_copy(
                update={
                    "gate": ready.report,
                    "index_before": ready.index_before,
                    "overlay_before": ready.overlay_before,
                }
            )
            publication.report = report.model_dump(mode="json")
            # What did not pass is never switched to.
            publication.index_version = ready.index_version if ready.report.passed else None

    async def _settle(self, publication: Publication) -> None:
        try:
            live = await asyncio.to_thread(
                settle, self._places.stores, publication.id, publication.index_version
            )
        except AlreadyLockedError:
            return
        state = PublicationState.LIVE if live else PublicationState.FAILED
        imports = report_of(publication).imports
        reason = "" if live else process.DIED
        await self._end(publication.id, state, imports, reason=reason)

    async def _end(
        self, publication_id: str, state: PublicationState, imports: Sequence[str], *, reason: str
    ) -> None:
        told = _told(reason) if reason else ""
        async with self._database.write() as session:
            await publications.end(session, publication_id, state, self._clock(), reason=told)
        if state is PublicationState.LIVE:
            for name in imports:
                with contextlib.suppress(ApiError):
                    await asyncio.to_thread(self._imports.drop, name)

    def _plan(
        self,
        name: str,
        approved: Sequence[ArticleRevision],
        imports: Sequence[str],
        cases: Sequence[RegressionCase],
    ) -> PublicationPlan:
        return PublicationPlan(
            name=name,
            articles=[
                PlannedArticle(id=each.article_id, area=area_in(each.source), source=each.source)
                for each in approved
                if not each.retires
            ],
            retired=[each.article_id for each in approved if each.retires],
            imports=[str(self._imports.path_of(each)) for each in imports],
            cases=list(cases),
        )


def _told(reason: str) -> str:
    """A reason in words for people."""
    texts = knowledge_texts().publication
    if reason == process.DIED:
        return texts.killed
    for known in texts.reasons:
        if re.fullmatch(known.detail, reason, re.DOTALL):
            return known.text.format(detail=reason)
    return texts.other.format(detail=reason)
