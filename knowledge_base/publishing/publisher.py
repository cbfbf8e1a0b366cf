"""From a plan to what is in use: all of it, or nothing.

Two pointers change, the index's and then the overlay's, each at once. A process that ends between
them leaves a new index beside old articles on disk; whoever started it finishes that with
:func:`settle`. Until then a build from the disk returns to what was before.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_base.calendar import today
from knowledge_base.collection import load_collection
from knowledge_base.document import Document
from knowledge_base.evaluation.questions import LabelledQuestion
from knowledge_base.index.lock import AlreadyLockedError, try_exclusive_lock
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.overlay import IMPORTED, RETIRED_SUFFIX, OverlayStore
from knowledge_base.publishing.plan import (
    GateReport,
    Progress,
    PublicationPlan,
    Ready,
    RollBackPlan,
    Step,
)

if TYPE_CHECKING:
    # Loads PyTorch, which going back does not need as a rule.
    from knowledge_base.engine import SearchEngine

_LOCK_FILE = ".publishing"
_TELL_EVERY = 20


class NotPublishedError(Exception):
    """Nothing has changed; the message says why."""


class RefusedError(Exception):
    """What was staged answers worse than what is in use; nothing has changed."""


@dataclass(frozen=True)
class Places:
    """``articles``: those of the program; ``overlays``: what editors put into service."""

    articles: Path
    overlays: OverlayStore
    index: IndexStore


@dataclass(frozen=True)
class Publisher:
    """Carries out plans, one at a time.

    ``engine`` loads the encoder when it is needed; ``tell`` is told how far it is.
    """

    places: Places
    engine: "Callable[[], SearchEngine]"
    tell: Callable[[Progress], None]

    def publish(
        self,
        plan: PublicationPlan,
        labelled: Sequence[LabelledQuestion],
        confirm: Callable[[Ready], bool],
    ) -> Ready:
        """Stage, build, compare, and switch if nothing gets worse and ``confirm`` says so.

        Raises:
            RefusedError: the gate did not pass; ``confirm`` was told the report.
            NotPublishedError: an article is not sound, there is no index in use, another
                publication is at work, or ``confirm`` said no.
            DocumentError: as ``load_collection``.
            OSError: something cannot be read or written.
        """
        with self._alone():
            overlays, store = self.places.overlays, self.places.index
            overlay_before = overlays.in_use
            try:
                index_before = store.pointer().in_use
            except (IndexUnavailableError, CorruptIndexError) as error:
                raise NotPublishedError(str(error)) from error
            self.tell(Progress(step=Step.STAGE))
            self._stage(plan, overlay_before)
            version = index_before
            live = False
            try:
                version = self._build(plan.name)
                ready = Ready(
                    index_version=version,
                    index_before=index_before,
                    overlay_before=overlay_before,
                    report=self._compare(plan, labelled, index_before, version),
                )
                agreed = confirm(ready)
                if not ready.report.passed:
                    raise RefusedError
                if not agreed:
                    raise NotPublishedError("it was called off")
                self.tell(Progress(step=Step.SWITCH))
                store.switch(version, instead_of=index_before)
                live = True
                overlays.use(plan.name)
                return ready
            except (IndexUnavailableError, CorruptIndexError) as error:
                raise NotPublishedError(str(error)) from error
            finally:
                if not live:
                    store.discard(version)
                    overlays.remove(plan.name)

    def roll_back(self, plan: RollBackPlan) -> str:
        """Return to what was in service before, without a comparison; return the index version.

        The index is built anew where its version is gone, or where others came in between: the
        program may have changed since.

        Raises:
            NotPublishedError: the articles of then are gone, or another publication is at work.
            DocumentError: as ``load_collection``.
            OSError: something cannot be read or written.
        """
        with self._alone():
            overlays, store = self.places.overlays, self.places.index
            self.tell(Progress(step=Step.SWITCH))
            try:
                store.switch(plan.index_version, instead_of=plan.instead_of)
                version = plan.index_version
            except (IndexUnavailableError, CorruptIndexError):
                version = self._build(plan.overlay)
                store.switch(version)
            overlays.use(plan.overlay)
            return version

    @contextmanager
    def _alone(self) -> Iterator[None]:
        directory = self.places.overlays.directory
        directory.mkdir(parents=True, exist_ok=True)
        try:
            with try_exclusive_lock(directory / _LOCK_FILE):
                yield
        except AlreadyLockedError as error:
            raise NotPublishedError("another publication is at work") from error

    def _stage(self, plan: PublicationPlan, based_on: str | None) -> None:
        with self.places.overlays.staged(plan.name, based_on) as folder:
            for article in plan.articles:
                _take_out(folder, article.id)
                path = folder / article.area / f"{article.id}.md"
                path.parent.mkdir(exist_ok=True)
                path.write_text(article.source, encoding="utf-8")
            for article_id in plan.retired:
                _take_out(folder, article_id)
                (folder / f"{article_id}{RETIRED_SUFFIX}").touch()
            for source in map(Path, plan.imports):
                (folder / IMPORTED).mkdir(exist_ok=True)
                shutil.copyfile(source, folder / IMPORTED / source.name)

    def _build(self, overlay: str | None) -> str:
        from knowledge_base.index.builder import build_index

        documents = self._documents(overlay)
        self.tell(Progress(step=Step.LOAD))
        engine = self.engine()
        self.tell(Progress(step=Step.BUILD))
        analysers = list(engine.analysers.values())
        built = build_index(documents, self.places.index, engine.encoder, analysers, switch=False)
        return built.version

    def _documents(self, overlay: str | None) -> list[Document]:
        version = self.places.overlays.version(overlay)
        found = load_collection(self.places.articles, overlay=version)
        # What came with the program was checked with it. What an editor wrote must not be left
        # out in silence; a relation to an article that was retired leaves nothing out.
        unsound = [
            each
            for each in found.problems
            if each.rule != "related" and version.directory in each.file.parents
        ]
        if unsound:
            raise NotPublishedError("; ".join(map(str, unsound)))
        return found.documents

    def _compare(
        self, plan: PublicationPlan, labelled: Sequence[LabelledQuestion], before: str, after: str
    ) -> GateReport:
        from knowledge_base.publishing import gate
        from knowledge_base.search import KnowledgeBase

        engine, store = self.engine(), self.places.index
        return gate.compare(
            KnowledgeBase.of_version(store, before, engine),
            KnowledgeBase.of_version(store, after, engine),
            labelled,
            plan.cases,
            on=today(),
            progress=self._tell_compared,
        )

    def _tell_compared(self, done: int, total: int) -> None:
        if done % _TELL_EVERY == 0 or done == total:
            self.tell(Progress(step=Step.COMPARE, done=done, total=total))


def settle(places: Places, overlay: str, index_version: str | None) -> bool:
    """Finish or undo what a process that ended had begun; tell whether it is in service.

    Args:
        places: where it was at work.
        overlay: the name of its plan.
        index_version: what it had built when it was told to switch; None: it was not.

    Raises:
        AlreadyLockedError: it is still at work.
        OverlayError: its articles are gone although they are searched.
        OSError: something cannot be written.
    """
    places.overlays.directory.mkdir(parents=True, exist_ok=True)
    with try_exclusive_lock(places.overlays.directory / _LOCK_FILE):
        try:
            in_use = places.index.pointer().in_use
        except (IndexUnavailableError, CorruptIndexError):
            in_use = None
        if index_version is not None and in_use == index_version:
            places.overlays.use(overlay)
            return True
        if index_version is not None and in_use is not None:
            places.index.discard(index_version)
        places.overlays.remove(overlay)
        return False


def _take_out(folder: Path, article_id: str) -> None:
    for path in (*folder.glob(f"*/{article_id}.md"), folder / f"{article_id}{RETIRED_SUFFIX}"):
        path.unlink(missing_ok=True)
