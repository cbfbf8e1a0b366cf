"""Statutes to documents of the kind LAW: one for each article."""

import re
from pathlib import Path

from knowledge_base.document import BODY_SECTION, Document, DocumentKind
from knowledge_base.importers.document_maker import with_revision
from knowledge_base.importers.identifiers import slug
from knowledge_base.importers.statute_dates import StatuteDates, date_in_name, statute_dates
from knowledge_base.importers.statute_parser import Statute, has_articles, parse_statute

_STATE = "中华人民共和国"
_NATIONAL = "全国"
_PLACE = re.compile(r"^(余杭区|杭州市余杭区|[\u4e00-\u9fff]{2,3}?(?:省|市|自治区))")
_DISTRICT = "余杭区"
_STATUTE_NAME = re.compile(
    r"(法|法典|条例|规定|办法|解释|规则|细则|决定|通知|意见|批复|准则|标准|章程|制度)(?:[（(].{1,10}[）)])?$"
)
_NUMBER_OF_NOTICE = re.compile(
    r"^\s*(\S{2,20})[〔\[（(【]\d{4}[〕\]）)】]\s?\d+\s?号\s*$", re.MULTILINE
)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.*\S)[ \t]*$", re.MULTILINE)
_HEAD_CHARACTERS = 1_000


def is_statute(text: str, file: Path) -> bool:
    """Tell law from the rest.

    Law is a text of articles (第一条, 第二条 …), or a notice of a public authority: it has
    an official number (劳社部发〔2008〕3号) and a file name with its date. Notices of a trade
    union (…工发〔2024〕1号) are not: the union's own articles are written from them.
    """
    if has_articles(text):
        return True
    number = _NUMBER_OF_NOTICE.search(text[:_HEAD_CHARACTERS])
    return (
        number is not None
        and "工" not in number.group(1)
        and date_in_name(file.stem)[1] is not None
    )


def make_law_documents(text: str, file: Path) -> list[Document]:
    """Return the documents of one statute, in its order.

    Before the articles comes the introduction, after them the attachments, where there are
    any. A notice without articles is one document. None of them is ``verified``: nobody has
    compared the file with the official text.

    Raises:
        UnreadableError: the order of its articles or its dates are wrong.
    """
    name, named = date_in_name(file.stem)
    statute = parse_statute(text)
    dates = statute_dates(statute, named)
    title = _title(statute, name)
    maker = _Maker(title, dates)
    documents: list[Document] = []
    if not statute.articles:
        return [maker.make("", "", None, _HEADING.sub(r"**\1**", statute.introduction))]
    if statute.introduction:
        documents.append(maker.make("introduction", "引言", None, statute.introduction))
    for article in statute.articles:
        number, inserted = article.number
        suffix = f"{number}-{inserted}" if inserted else str(number)
        documents.append(maker.make(suffix, article.label, article.chapter, article.text))
    for position, (label, body) in enumerate(statute.attachments.items(), start=1):
        documents.append(maker.make(f"annex-{position}", label, None, body))
    return documents


class _Maker:
    def __init__(self, title: str, dates: StatuteDates) -> None:
        self._title = title
        self._dates = dates
        self._base = slug(title)
        self._region = _region(title)

    def make(self, suffix: str, label: str, chapter: str | None, text: str) -> Document:
        version = f"（{self._dates.version}）" if self._dates.version else ""
        return with_revision(
            Document(
                id=f"{self._base}-{suffix}" if suffix else self._base,
                kind=DocumentKind.LAW,
                title=f"{self._title} {label}".strip(),
                revision="",
                region=self._region,
                effective_from=self._dates.effective_from,
                verified=False,
                source=f"《{self._title}》{version}{label}",
                chapter=chapter,
                sections={BODY_SECTION: text},
            )
        )


def _title(statute: Statute, name: str) -> str:
    """Prefer the text's own title where it reads like one, and leave out the state's name."""
    title = statute.title or ""
    if not _STATUTE_NAME.search(title):
        title = name
    return title.removeprefix(_STATE).strip("《》 　") or name


def _region(title: str) -> str:
    match = _PLACE.match(title)
    if match is None:
        return _NATIONAL
    place = match.group(1)
    return _DISTRICT if title.startswith((_DISTRICT, f"杭州市{_DISTRICT}")) else place
