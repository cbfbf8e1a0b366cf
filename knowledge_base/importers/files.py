"""What may be read at all: ordinary files of a known type and a sane size."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from knowledge_base.importers.archives import check_archive
from knowledge_base.importers.refusal import ImportRefusedError, UnreadableError

MAX_FILE_MIB = 50
_MAX_BYTES = MAX_FILE_MIB * 1024 * 1024


class FileFormat(StrEnum):
    """The formats that are read."""

    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


SUFFIXES = {
    ".docx": FileFormat.DOCX,
    ".pdf": FileFormat.PDF,
    ".xlsx": FileFormat.XLSX,
    ".html": FileFormat.HTML,
    ".htm": FileFormat.HTML,
    ".md": FileFormat.MARKDOWN,
    ".markdown": FileFormat.MARKDOWN,
    ".txt": FileFormat.TEXT,
}
OLD_OFFICE = {".doc": ".docx", ".wps": ".docx", ".rtf": ".docx", ".xls": ".xlsx", ".et": ".xlsx"}
_MAIN_PART = {FileFormat.DOCX: "word/document.xml", FileFormat.XLSX: "xl/workbook.xml"}
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = b"%PDF-"
_PDF_HEADER_WITHIN = 1024
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class SourceFile:
    """A file that passed the checks, read once: later changes on disk do not matter."""

    path: Path
    format: FileFormat
    content: bytes


def files_below(path: Path) -> Iterator[Path]:
    """Yield ``path`` itself, or the supported files below the folder ``path`` in a stable order.

    Left out in a folder: links, hidden files, lock files of office programs (``~$``) and
    ``README``, which is about the folder.
    """
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if (
                file.suffix.lower() in SUFFIXES
                and not name.startswith((".", "~$"))
                and file.stem.lower() != "readme"
                and not file.is_symlink()
            ):
                yield file


def read_source(path: Path) -> SourceFile:
    """Read one file after checking its kind, size, type and, for DOCX and XLSX, the archive.

    Raises:
        ImportRefusedError: the file must not or cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in OLD_OFFICE:
        raise ImportRefusedError(path, f"{suffix} is not read; save it as {OLD_OFFICE[suffix]}")
    if suffix not in SUFFIXES:
        raise ImportRefusedError(path, f"unknown type; known: {' '.join(SUFFIXES)}")
    content = _read_bytes(path)
    file_format = SUFFIXES[suffix]
    _check_type(path, file_format, content)
    if file_format in _MAIN_PART:
        try:
            check_archive(content, main_part=_MAIN_PART[file_format])
        except UnreadableError as error:
            raise ImportRefusedError(path, str(error)) from error
    return SourceFile(path, file_format, content)


def _read_bytes(path: Path) -> bytes:
    if path.is_symlink():
        raise ImportRefusedError(path, "is a symbolic link; name the file itself")
    try:
        # O_NONBLOCK: opening a named pipe must not wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise ImportRefusedError(path, "is not an ordinary file")
            if state.st_size > _MAX_BYTES:
                size = state.st_size / 1024 / 1024
                raise ImportRefusedError(
                    path, f"has {size:.0f} MiB; at most {MAX_FILE_MIB} MiB are read"
                )
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ImportRefusedError(path, error.strerror or "cannot be read") from error
    if len(content) > _MAX_BYTES:
        raise ImportRefusedError(path, f"grew beyond {MAX_FILE_MIB} MiB while it was read")
    if not content.strip():
        raise ImportRefusedError(path, "is empty")
    return content


def _check_type(path: Path, file_format: FileFormat, content: bytes) -> None:
    """Compare what the name promises with how the contents begin."""
    is_office = file_format in _MAIN_PART
    if content.startswith(_OLE):
        if is_office and _ENCRYPTED_PACKAGE in content:
            raise ImportRefusedError(path, "is encrypted; save it without a password")
        raise ImportRefusedError(path, "is an old Office file inside; save it as .docx or .xlsx")
    found = _type_of(content)
    expected = "ZIP" if is_office else "PDF" if file_format is FileFormat.PDF else "text"
    if found != expected:
        raise ImportRefusedError(
            path, f"is named {path.suffix} but its contents are {found}, not {expected}"
        )


def _type_of(content: bytes) -> str:
    if content.startswith(_ZIP):
        return "ZIP"
    if _PDF in content[:_PDF_HEADER_WITHIN]:
        return "PDF"
    return "text"
