"""Parsers of files, in this process: what confines them on the way is tested elsewhere."""

import logging
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from api.attachments.kinds import recognise
from api.attachments.refusals import FileRefusedError
from api.members.identity import check_digit
from api.members.roster import read_roster
from api.members.sheets import RosterError
from knowledge_base.article_parser import ArticleError, parse_source
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.facts import load_facts
from knowledge_base.importers.reading import read_documents
from knowledge_base.importers.refusal import ImportRefusedError
from knowledge_base.importers.sandbox import Sandbox
from tests.api.attachments import samples
from tests.knowledge_base.importers import makers
from tests.security.fuzzing.words import TODAY

Result = TypeVar("Result")
REFUSALS: Final = (
    ArticleError,
    FileRefusedError,
    ImportRefusedError,
    RosterError,
    ValueError,
)
"""The failures that the parsers declare; a refused encoding is a ``ValueError``."""
_BORN = "33010619900101123"
_HEADINGS = ("姓名", "身份证号", "手机号", "所属工会", "入会日期", "互助保障年度")
_MEMBER = (
    "张伟",
    f"{_BORN}{check_digit(_BORN)}",
    "13800138000",
    "余杭工会",
    "2020-01-01",
    "2019-2024",
)

DOCX: Final = makers.docx(makers.paragraph("年假", "T"), makers.table(("问", "答")))
DOCX_PART: Final = "word/document.xml"
XLSX: Final = makers.xlsx(("标题", "问题", "答案"), ("年假", "有几天", "五天"))
ROSTER: Final = makers.xlsx(_HEADINGS, _MEMBER)
ROSTER_PART: Final = "xl/worksheets/sheet1.xml"
PDF: Final = makers.pdf(makers.pdf_paragraphs("第一条 为了保护职工。", "第二条 说明。"))


def articles() -> Sequence[bytes]:
    """Some of the program's own."""
    return [path.read_bytes() for path in sorted(ARTICLES_DIR.rglob("*.md"))[::40]]


def attachments() -> Sequence[bytes]:
    """One of each kind that is kept, and what is not kept."""
    return [*samples.ALL.values(), samples.HTML, samples.SVG, samples.ZIP]


@cache
def load_libraries() -> None:
    """Load what parsers load with the first file of a kind, which takes long."""
    for parse, content in (
        (document(".docx"), DOCX),
        (document(".html"), b"<p>x</p>"),
        (document(".pdf"), PDF),
        (document(".xlsx"), XLSX),
    ):
        parse(content)


def below_the_headings(text: str) -> bytes:
    """A list of members with a sound line, and the text below."""
    return "\n".join((",".join(_HEADINGS), ",".join(_MEMBER), text)).encode("utf-8", "replace")


class _InThisProcess(Sandbox):
    def run(self, function: Callable[[bytes], Result], content: bytes) -> Result:
        # Libraries tell of every oddity of a damaged file.
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        return function(content)


def article(content: bytes) -> str:
    """An article. Raises ``ArticleError``."""
    parse_source(content, Path("a.md"), on=TODAY)
    return "article"


def attachment(content: bytes) -> str:
    """What an attachment is. Raises ``FileRefusedError``."""
    return recognise(content).content_type


def document(suffix: str) -> Callable[[bytes], str]:
    """A file for the knowledge base. It raises ``ImportRefusedError``."""

    def parse(content: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"文件{suffix}")
            path.write_bytes(content)
            read = read_documents(path, _InThisProcess())
        return "documents" if read.documents else "none"

    return parse


def facts(content: bytes) -> str:
    """The register of facts. Raises ``ValueError``."""
    with tempfile.NamedTemporaryFile(suffix=".md") as file:
        file.write(content)
        file.flush()
        return "facts" if load_facts(Path(file.name)) else "none"


def roster(suffix: str) -> Callable[[bytes], str]:
    """A list of members. It raises ``RosterError``."""

    def parse(content: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"名册{suffix}")
            path.write_bytes(content)
            found = read_roster(path, today=TODAY)
        return "problems" if found.problems else "members"

    return parse
