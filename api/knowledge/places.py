"""Where the knowledge base keeps what the desk works on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from api.settings import Settings
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.index.store import IndexStore
from knowledge_base.overlay import OverlayStore
from knowledge_base.publishing.publisher import Places

_PENDING = ".pending"


@dataclass(frozen=True)
class KnowledgePlaces:
    """``program``: the articles that came with the program; ``articles``: what editors put into
    service; ``index``: the versions of the index."""

    program: Path
    articles: Path
    index: Path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The places of the settings."""
        return cls(ARTICLES_DIR, settings.articles_dir, settings.index_dir)

    @property
    def overlays(self) -> OverlayStore:
        """The store of what editors put into service."""
        return OverlayStore(self.articles)

    @property
    def stores(self) -> Places:
        """The same, as the publisher wants them."""
        return Places(self.program, self.overlays, IndexStore(self.index))

    @property
    def pending_imports(self) -> Path:
        """Imported documents that wait for the next publication."""
        return self.articles / _PENDING

    @property
    def arguments(self) -> list[str]:
        """Options of the ``publish`` command."""
        places = {
            "--documents": self.program,
            "--articles": self.articles,
            "--index": self.index,
        }
        return [word for option, path in places.items() for word in (option, str(path))]
