"""The articles in service, as they are on the disk."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.knowledge.places import KnowledgePlaces
from api.storage.models import ArticleRevision, RevisionState
from knowledge_base.calendar import today
from knowledge_base.corpus import Corpus, load_corpus
from knowledge_base.facts import Fact, load_facts
from knowledge_base.parameters import Parameters, parameters

_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_AREA = re.compile(r"^area:[ \t]*([a-z0-9-]+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Snapshot:
    """One state of what is in service, with what articles are checked against."""

    corpus: Corpus
    retired: frozenset[str]
    program: Mapping[str, Path]
    facts: Mapping[str, Fact]
    register: Parameters
    day: date

    @property
    def broken(self) -> Mapping[str, Path]:
        """Files of articles that workers do not get although they are in service: they are not
        sound, or print a figure that has no value today."""
        return {
            problem.file.stem: problem.file
            for problem in self.corpus.problems
            if problem.file.stem not in self.corpus.articles
        }

    def source(self, article_id: str) -> str | None:
        """The file of an article in service, or None."""
        path = self.corpus.files.get(article_id) or self.broken.get(article_id)
        return path.read_text(encoding="utf-8") if path else None

    def program_source(self, article_id: str) -> str | None:
        """The file that came with the program, or None."""
        path = self.program.get(article_id)
        return path.read_text(encoding="utf-8") if path else None

    def knows(self, article_id: str) -> bool:
        """Whether there is a file of this article, in service or with the program."""
        return article_id in self.corpus.files or article_id in self.program

    def to_edit(self, article_id: str, newest: ArticleRevision | None) -> str:
        """The text that an editor goes on from: what was written last, or what is in service."""
        in_service = self.source(article_id)
        if newest and (in_service is None or newest.state is not RevisionState.PUBLISHED):
            return newest.source
        return in_service or self.program_source(article_id) or ""

    def questions(self) -> Mapping[str, Sequence[str]]:
        """The questions of the articles in service, by their ids."""
        return {
            article.id: article.front_matter.questions for article in self.corpus.articles.values()
        }


class Catalogue:
    """Reads the articles in a thread, and again when another version or day begins."""

    def __init__(self, places: KnowledgePlaces) -> None:
        self._places = places
        self._lock = asyncio.Lock()
        self._state: object = None
        self._snapshot: Snapshot | None = None

    async def snapshot(self) -> Snapshot:
        """What is in service now.

        Raises:
            OverlayError: it cannot be told.
        """
        async with self._lock:
            state = await asyncio.to_thread(self._look)
            if self._snapshot is None or state != self._state:
                self._snapshot = await asyncio.to_thread(self._read)
                self._state = state
            return self._snapshot

    def _look(self) -> object:
        files = [(str(path), path.stat().st_mtime_ns) for path in self._program_files()]
        return today(), self._places.overlays.in_use, files

    def _read(self) -> Snapshot:
        overlay, day, register = self._places.overlays.current(), today(), parameters()
        return Snapshot(
            corpus=load_corpus(self._places.program, overlay=overlay, on=day, register=register),
            retired=overlay.retired(),
            program={path.stem: path for path in self._program_files()},
            facts=load_facts(),
            register=register,
            day=day,
        )

    def _program_files(self) -> list[Path]:
        return sorted(self._places.program.rglob("*.md"))


def title_in(source: str) -> str:
    """The title of an article that need not be sound; empty if it has none."""
    match = _TITLE.search(source)
    return match[1].strip("\"'") if match else ""


def area_in(source: str) -> str:
    """The area of an article that need not be sound; empty if it has none."""
    match = _AREA.search(source)
    return match[1] if match else ""
