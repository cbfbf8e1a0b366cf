"""Files on their way to the browser: made on the disk, gone once the page is."""

import tempfile
from pathlib import Path

from nicegui import ui

from api.reports.exports import FileKind


class Downloads:
    """The files of one page. They can be fetched once each, by who the page gave the address."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        ui.context.client.on_delete(self._clean_up)
        self._number = 0

    def place(self, kind: FileKind) -> Path:
        """Where a new file can be written."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="report-")
        self._number += 1
        return Path(self._folder.name) / f"{self._number}.{kind}"

    @staticmethod
    def send(path: Path, name: str, kind: FileKind) -> None:
        """Let the browser fetch a file that was written."""
        ui.download.file(path, name, kind.media_type)

    def _clean_up(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
