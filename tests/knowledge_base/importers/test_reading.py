from pathlib import Path

import pytest

from knowledge_base.document import DocumentKind
from knowledge_base.importers.reading import read_documents
from knowledge_base.importers.refusal import ImportRefusedError
from knowledge_base.importers.sandbox import Sandbox
from tests.knowledge_base.importers.makers import (
    docx,
    paragraph,
    pdf,
    pdf_paragraphs,
    write,
    xlsx,
)

TITLE, BODY = "互助须知", "住院以后去窗口办理。"
MATERIALS, PAPERS = "申请材料", "身份证和发票。"
STATUTE = ("某市办法", "第一条 为了甲，制定本办法。", "第二条 本办法自2020年1月1日起施行。")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.docx",
            docx(
                paragraph(TITLE, "T"), paragraph(BODY), paragraph(MATERIALS, "1"), paragraph(PAPERS)
            ),
        ),
        ("a.pdf", pdf(pdf_paragraphs(TITLE, BODY, f"{MATERIALS}：", PAPERS))),
        ("a.html", f"<h1>{TITLE}</h1><p>{BODY}</p><h2>{MATERIALS}</h2><p>{PAPERS}</p>"),
        ("a.md", f"# {TITLE}\n\n{BODY}\n\n## {MATERIALS}\n\n{PAPERS}\n"),
        ("a.txt", f"{TITLE}\r\n{BODY}\r\n{MATERIALS}：\r\n{PAPERS}\r\n".encode("gb18030")),
        ("a.xlsx", xlsx(["标题", "答案", "需要材料"], [TITLE, BODY, PAPERS])),
    ],
)
def test_every_format_gives_the_same_draft(
    tmp_path: Path, sandbox: Sandbox, name: str, content: bytes | str
) -> None:
    (draft,) = read_documents(write(tmp_path / name, content), sandbox).documents
    assert draft.kind is DocumentKind.DRAFT
    assert draft.title == TITLE
    assert draft.sections == {"正文": BODY, "需要材料": PAPERS}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", docx(*map(paragraph, STATUTE))),
        ("a.pdf", pdf(pdf_paragraphs(*STATUTE))),
        ("a.html", "".join(f"<p>{line}</p>" for line in STATUTE)),
        ("a.txt", "\n".join(STATUTE)),
    ],
)
def test_a_statute_is_known_in_every_format(
    tmp_path: Path, sandbox: Sandbox, name: str, content: bytes | str
) -> None:
    documents = read_documents(write(tmp_path / name, content), sandbox).documents
    assert [each.title for each in documents] == ["某市办法 第一条", "某市办法 第二条"]
    assert {each.kind for each in documents} == {DocumentKind.LAW}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", pdf(pdf_paragraphs(BODY), password="x"), "is encrypted"),
        ("a.pdf", pdf([]), "it is scanned"),
        ("a.xlsx", xlsx(), "the workbook is empty"),
        ("a.docx", docx(parts={"a.bin": "0" * 8_000_000}), "times its packed size"),
        ("a.txt", "職工會員".encode("big5"), "save it as UTF-8"),
    ],
)
def test_bad_input_is_refused_by_name(
    tmp_path: Path, sandbox: Sandbox, name: str, content: bytes, message: str
) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(ImportRefusedError, match=message) as caught:
        read_documents(path, sandbox)
    assert caught.value.file == path
