"""PDF to paragraphs, by pdfminer.

MarkItDown's own converter makes a paragraph of every line of Chinese text, page numbers
included, so that sentences end in the middle. Here the position of a line says whether the
paragraph goes on.
"""

import io
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge_base.importers.refusal import UnreadableError

if TYPE_CHECKING:
    from pdfminer.layout import LTPage, LTTextLine

MAX_PAGES = 1_000
_PAGE_NUMBER = re.compile(r"^[\W_]*(第\s*)?\d{1,4}(\s*页)?([\W_]*(共\s*)?\d{1,4}(\s*页)?)?[\W_]*$")
_UNKNOWN_GLYPH = re.compile(r"\(cid:\d+\)")
_PARAGRAPH_START = re.compile(
    r"^(第[零〇一二三四五六七八九十百千\d]+[编章节条]|[一二三四五六七八九十]+、|[（(]|\d+[.．、]|[①-⑳])"
)
_SENTENCE_END = ("。", "；", "：", "！", "？", ".", ";", ":")
_REPEATED_ON = 3
"""On so many pages a first or last line must stand to be a running head."""


@dataclass(frozen=True)
class PdfText:
    """Paragraphs, parted by blank lines, and notes for the operator."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    text: str
    reaches_margin: bool
    indented: bool


def read_pdf(content: bytes) -> PdfText:
    """Return the text of a PDF file.

    A file that opens without a password but forbids copying is read: the union was given it.

    Raises:
        UnreadableError: it needs a password, has no text, is too long or damaged.
    """
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    try:
        pages = list(_pages(content))
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadableError("is encrypted; save it without a password") from error
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:
        # pdfminer raises anything from KeyError to struct.error on a broken file; the text
        # of such an error may quote the document, so it is not passed on.
        raise UnreadableError(f"the file is damaged ({type(error).__name__})") from None
    return _join_pages(pages)


def _pages(content: bytes) -> Iterator[list[_Line]]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    document = PDFDocument(PDFParser(io.BytesIO(content)))
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(all_texts=True))
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(document), start=1):
        if number > MAX_PAGES:
            raise UnreadableError(f"has more than {MAX_PAGES} pages; split it")
        interpreter.process_page(page)
        yield _lines(device.get_result())


def _lines(page: "LTPage") -> list[_Line]:
    found = [
        (line, text)
        for line in _text_lines(page)
        if (text := _UNKNOWN_GLYPH.sub("\ufffd", line.get_text()).strip())
    ]
    if not found:
        return []
    left = min(line.x0 for line, _ in found)
    right = max(line.x1 for line, _ in found)
    size = statistics.median(line.height for line, _ in found)
    # Where all lines of a page are short, the longest does not show where the margin is.
    margin = max(right - 2 * size, left + page.width / 2)
    return [_Line(text, line.x1 >= margin, line.x0 >= left + size) for line, text in found]


def _text_lines(element: object) -> Iterator["LTTextLine"]:
    from pdfminer.layout import LTContainer, LTTextLine

    if isinstance(element, LTTextLine):
        yield element
    elif isinstance(element, LTContainer):
        for child in element:
            yield from _text_lines(child)


def _join_pages(pages: list[list[_Line]]) -> PdfText:
    empty = [number for number, lines in enumerate(pages, start=1) if not lines]
    if 2 * len(empty) >= len(pages):
        raise UnreadableError(
            "has no text on half of its pages or more, it is scanned; recognise its text (OCR)"
        )
    running = _running_heads(pages)
    paragraphs: list[str] = []
    goes_on = False
    for line in (line for page in pages for line in _without_page_number(page)):
        if line.text in running:
            continue
        if goes_on and not line.indented and not _starts_paragraph(paragraphs[-1], line.text):
            paragraphs[-1] = _glue(paragraphs[-1], line.text)
        else:
            paragraphs.append(line.text)
        goes_on = line.reaches_margin
    text = "\n\n".join(paragraphs)
    if 20 * text.count("\ufffd") > len(text):
        raise UnreadableError(
            "its fonts do not say which characters they draw; recognise its text (OCR)"
        )
    notes = (f"no text on page {', '.join(map(str, empty))}: a picture?",) if empty else ()
    return PdfText(text, notes)


def _running_heads(pages: list[list[_Line]]) -> set[str]:
    counts = Counter(text for page in pages if page for text in {page[0].text, page[-1].text})
    return {text for text, count in counts.items() if count >= max(_REPEATED_ON, len(pages) / 2)}


def _without_page_number(page: list[_Line]) -> list[_Line]:
    kept = list(page)
    if kept and _PAGE_NUMBER.match(kept[-1].text):
        kept.pop()
    if kept and _PAGE_NUMBER.match(kept[0].text):
        kept.pop(0)
    return kept


def _starts_paragraph(before: str, text: str) -> bool:
    return before.endswith(_SENTENCE_END) and _PARAGRAPH_START.match(text) is not None


def _glue(before: str, after: str) -> str:
    between = " " if before[-1].isascii() and after[0].isascii() else ""
    return f"{before}{between}{after}"
