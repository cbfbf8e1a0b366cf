"""DOCX, HTML and PDF to Markdown. These functions run in the :mod:`sandbox`.

MarkItDown's converters are called one by one, not through its front class: that one loads
plug-ins, guesses types and opens addresses. Links lose their targets and pictures are dropped,
so nothing in a document leads anywhere.
"""

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge_base.importers.pdf import PdfText, read_pdf
from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.tables import tables_to_lists
from knowledge_base.importers.text_encoding import decode_text

if TYPE_CHECKING:
    from markitdown import DocumentConverter

HEAD_END = "<!-- INFO END -->"
"""Ends the history of adoption in the files of the public collection LawRefBook/Laws."""

_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        *(f"p[style-name='heading {level}'] => h{level + 1}:fresh" for level in range(1, 6)),
    ]
)
"""The title of a Word document stands above its first-level headings."""

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_COMMENT_BEGIN, _COMMENT_END = "<!--", "-->"
# What is not closed ends at the next opening bracket: a file of nothing but brackets is read in
# time that grows with its length, not with the square of it.
_LABEL, _TARGET = r"\[([^\[\]]*)\]", r"\((?:[^()]|\([^()]*\))*\)"
_IMAGE = re.compile(f"!{_LABEL}{_TARGET}")
_LINK = re.compile(f"(?<!!){_LABEL}{_TARGET}")


@dataclass(frozen=True)
class ConvertedText:
    """Markdown without links, pictures and tables, and what the operator should know."""

    markdown: str
    notes: tuple[str, ...] = ()


def convert_docx(content: bytes) -> ConvertedText:
    """Read a DOCX file whose archive has been checked.

    Raises:
        UnreadableError: the file is damaged or holds no text.
    """
    from markitdown.converters import DocxConverter

    converter: DocumentConverter = DocxConverter()  # type: ignore[no-untyped-call] # not annotated
    return ConvertedText(_convert(converter, content, ".docx"))


def convert_html(content: bytes) -> ConvertedText:
    """Read a web page in any encoding that :func:`decode_text` knows; scripts are left out.

    Raises:
        UnreadableError: the encoding is unknown, or the page holds no text.
    """
    from markitdown.converters import HtmlConverter

    # The encoding that the page declares is often wrong; decode_text looks at the bytes.
    return ConvertedText(_convert(HtmlConverter(), decode_text(content).encode(), ".html"))


def convert_pdf(content: bytes) -> ConvertedText:
    """Read a PDF file that has text.

    Raises:
        UnreadableError: the file is encrypted, scanned, too long or damaged.
    """
    read: PdfText = read_pdf(content)
    return ConvertedText(_visible(read.text), read.notes)


def convert_text(content: bytes) -> ConvertedText:
    """Read plain text or Markdown.

    Raises:
        UnreadableError: the encoding is unknown, or there is no text.
    """
    return ConvertedText(_plain(decode_text(content)))


def _convert(converter: "DocumentConverter", content: bytes, extension: str) -> str:
    from markitdown import StreamInfo

    try:
        result = converter.convert(
            io.BytesIO(content),
            StreamInfo(extension=extension, charset="utf-8"),
            style_map=_STYLES,
            strip=["a", "img"],
            escape_asterisks=False,
            escape_underscores=False,
        )
    except MemoryError:
        raise
    except Exception as error:
        # The libraries below raise whatever they stumble over; the text of such an error may
        # quote the document, so it is not passed on.
        raise UnreadableError(f"the file is damaged ({type(error).__name__})") from None
    return _plain(result.markdown)


def _plain(markdown: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", _without_comments(markdown)))
    return _visible(tables_to_lists(text))


def _visible(text: str) -> str:
    shown = _INVISIBLE.sub("", text).replace("\N{NO-BREAK SPACE}", " ")
    shown = _BLANK_LINES.sub("\n\n", shown)
    if not shown.strip():
        raise UnreadableError("holds no text")
    return shown


def _without_comments(text: str) -> str:
    """The text without comments but the marker; one that is not closed is no comment."""
    pieces, at = [], 0
    while (begin := text.find(_COMMENT_BEGIN, at)) >= 0:
        end = text.find(_COMMENT_END, begin + len(_COMMENT_BEGIN))
        if end < 0:
            break
        end += len(_COMMENT_END)
        pieces += [text[at:begin], HEAD_END if text[begin:end] == HEAD_END else ""]
        at = end
    return "".join([*pieces, text[at:]])
