"""Where a deployment keeps what a backup has to have."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from api.attachments.storage import DIRECTORY
from api.operations.manifest import ARTICLES, IMPORTED
from api.settings import Settings
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.paths import articles_directory, imported_directory, index_directory


@dataclass(frozen=True)
class Sources:
    """``articles``: what editors put into service. The dialogue server's trackers are not among
    them: they are its short memory, and the record of every conversation is in the database."""

    database_url: str
    attachments: Path
    articles: Path
    imported: Path
    index: Path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the settings."""
        return cls(
            database_url=settings.database_url,
            attachments=settings.data_dir / DIRECTORY,
            articles=articles_directory(),
            imported=imported_directory(),
            index=index_directory(),
        )

    @property
    def folders(self) -> dict[str, Path]:
        """The folders that are copied as they are, by their names in the archive."""
        return {ARTICLES: self.articles, IMPORTED: self.imported}

    def index_version(self) -> str | None:
        """The version of the index in use; None: there is none."""
        try:
            return IndexStore(self.index).pointer().in_use
        except (IndexUnavailableError, CorruptIndexError):
            return None
