import pytest

from knowledge_base.importers.pdf import read_pdf
from knowledge_base.importers.refusal import UnreadableError
from tests.knowledge_base.importers.makers import LEFT, pdf, pdf_paragraphs

LONG = (
    "第一条 为了帮助患病的职工减轻负担，按照本市的有关规定，制定本办法，由区总工会负责解释，"
    "自公布之日起开始实行，以前的办法同时停止执行。"
)
SHORT = "第二条 职工本人提出申请。"
FOOTER = (290, "- 1 -")


def test_broken_lines_become_paragraphs_again() -> None:
    text = read_pdf(pdf(pdf_paragraphs(LONG, SHORT))).text
    assert text == f"{LONG}\n\n{SHORT}"


def test_a_paragraph_goes_on_across_a_page_with_its_number() -> None:
    lines = pdf_paragraphs(LONG)
    text = read_pdf(pdf([*lines[:1], FOOTER], [*lines[1:], FOOTER])).text
    assert text == LONG


def test_running_heads_are_left_out() -> None:
    head = (LEFT, "某区总工会文件")
    text = read_pdf(pdf(*([head, *pdf_paragraphs(f"{page}、内容")] for page in "甲乙丙"))).text
    assert text == "甲、内容\n\n乙、内容\n\n丙、内容"


def test_a_file_that_needs_a_password_is_refused() -> None:
    with pytest.raises(UnreadableError, match="is encrypted; save it without a password"):
        read_pdf(pdf(pdf_paragraphs(SHORT), password="secret"))


def test_a_file_that_only_forbids_copying_is_read() -> None:
    assert read_pdf(pdf(pdf_paragraphs(SHORT), password="")).text == SHORT


def test_a_scan_is_refused() -> None:
    with pytest.raises(UnreadableError, match="it is scanned"):
        read_pdf(pdf([], []))


def test_a_page_without_text_among_others_is_noted() -> None:
    page = pdf_paragraphs(SHORT)
    assert read_pdf(pdf(page, [], page)).notes == ("no text on page 2: a picture?",)


def test_a_font_that_names_no_characters_is_refused() -> None:
    with pytest.raises(UnreadableError, match="fonts do not say"):
        read_pdf(pdf(pdf_paragraphs(LONG), ordering="Unknown"))


def test_the_number_of_pages_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge_base.importers.pdf.MAX_PAGES", 1)
    with pytest.raises(UnreadableError, match="more than 1 pages"):
        read_pdf(pdf(pdf_paragraphs(SHORT), pdf_paragraphs(SHORT)))


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing", pdf(pdf_paragraphs(LONG))[:700]])
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="damaged"):
        read_pdf(content)
