"""From one file to its documents."""

from dataclasses import dataclass
from pathlib import Path

from knowledge_base.document import Document
from knowledge_base.importers.conversion import (
    convert_docx,
    convert_html,
    convert_pdf,
    convert_text,
)
from knowledge_base.importers.drafts import make_drafts
from knowledge_base.importers.files import FileFormat, read_source
from knowledge_base.importers.refusal import ImportRefusedError, UnreadableError
from knowledge_base.importers.sandbox import Sandbox
from knowledge_base.importers.statutes import is_statute, make_law_documents
from knowledge_base.importers.workbook import make_row_drafts, read_workbook

_CONVERTERS = {
    FileFormat.DOCX: convert_docx,
    FileFormat.HTML: convert_html,
    FileFormat.PDF: convert_pdf,
}


@dataclass(frozen=True)
class ReadDocuments:
    """The documents of a file, and notes for the operator about what was left out."""

    documents: list[Document]
    notes: tuple[str, ...]


def read_documents(path: Path, sandbox: Sandbox) -> ReadDocuments:
    """Read one file of any supported type; foreign parsers run in ``sandbox``.

    Raises:
        ImportRefusedError: the file is not read, with the reason.
    """
    source = read_source(path)
    try:
        if source.format is FileFormat.XLSX:
            drafts = make_row_drafts(sandbox.run(read_workbook, source.content), path)
            return ReadDocuments(drafts.documents, drafts.notes)
        converter = _CONVERTERS.get(source.format)
        converted = (
            convert_text(source.content)
            if converter is None
            else sandbox.run(converter, source.content)
        )
        make = make_law_documents if is_statute(converted.markdown, path) else make_drafts
        return ReadDocuments(make(converted.markdown, path), converted.notes)
    except UnreadableError as error:
        raise ImportRefusedError(path, str(error)) from error
