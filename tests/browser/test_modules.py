"""Modules by themselves: what they make of the words of the other side."""

from typing import Any

import pytest
from playwright.sync_api import Page

from actions.calculators.catalogue import CALCULATORS
from actions.calculators.fields import Kind
from actions.texts import texts
from api.attachments.texts import attachment_texts
from api.promises.texts import promise_texts
from api.texts import gateway_texts
from tests.browser.site import Site

INPUT_OF = {
    Kind.MONEY: {("number", "元")},
    Kind.HOURS: {("number", "小时")},
    Kind.DAYS: {("number", "天")},
    Kind.COUNT: {("number", "次"), ("number", "件")},
    Kind.GRADE: {("choice", None)},
    Kind.DATE: {("date", None), ("month", None)},
    Kind.SPAN: {("span", None), ("number", "个月")},
}
FIELDS = [
    (calculator, field.name, wording)
    for calculator in CALCULATORS.values()
    for field in calculator.fields
    if field.kind is not Kind.CHOICE
    for wording in ("question", "implausible")
    if getattr(calculator.texts.fields[field.name], wording)
]


@pytest.fixture(scope="module")
def modules(browser: Any, site: Site) -> Any:
    """Calls a function of a module with arguments."""
    page: Page = browser.new_page()
    page.goto(site.put("/empty", "<!doctype html><title>x</title>"))

    def call(module: str, name: str, *arguments: object) -> Any:
        return page.evaluate(
            "async ([module, name, values]) =>"
            " (await import(`/src/${module}.js`))[name](...values)",
            [module, name, list(arguments)],
        )

    yield call
    page.close()


def question(text: str, *quick_replies: str, kind: str = "question") -> dict[str, Any]:
    replies = [{"title": each, "text": each} for each in quick_replies]
    return {"author": "bot", "kind": kind, "text": text, "quick_replies": replies}


@pytest.mark.parametrize(
    ("calculator", "name", "wording"),
    FIELDS,
    ids=[f"{calculator.name}-{name}-{wording}" for calculator, name, wording in FIELDS],
)
def test_every_figure_of_every_calculator_has_its_input(
    modules: Any, calculator: Any, name: str, wording: str
) -> None:
    field = next(each for each in calculator.fields if each.name == name)
    text = getattr(calculator.texts.fields[name], wording)
    found = modules("questions", "inputFor", question(text, "先不算了", "转人工"))
    assert (found["kind"], found.get("unit")) in INPUT_OF[field.kind], text
    assert [aside["text"] for aside in found["asides"]] == ["先不算了", "转人工"]


def test_a_choice_has_its_options(modules: Any) -> None:
    found = modules(
        "questions", "inputFor", question("是哪个节日？", "元旦", "春节", "先不算了", "转人工")
    )
    assert found["kind"] == "choice"
    assert [option["text"] for option in found["options"]] == ["元旦", "春节"]


def test_questions_of_an_intake(modules: Any) -> None:
    words = texts().intake
    kinds = {}
    for fact, asked in words.questions.items():
        options = [reply.text for reply in asked.quick_replies]
        message = question(asked.question, *options, words.skip.text, words.at_once.text)
        found = modules("questions", "inputFor", message)
        assert len(found["asides"]) == 2
        kinds[fact] = found["kind"], found.get("unit")
    assert kinds["amount"] == ("number", "元")
    assert kinds["people"] == ("number", "人")
    assert kinds["consent"] == ("choice", None)
    for fact in ("employer", "what_happened", "when", "evidence", "contact"):
        assert kinds[fact] == ("text", None)


def test_the_first_question_of_an_intake_comes_with_a_hand_off(modules: Any) -> None:
    words = texts().intake
    opening = words.first.format(question=words.questions["amount"].question)
    message = question(opening, words.skip.text, words.at_once.text, kind="handoff")
    assert modules("questions", "inputFor", message)["unit"] == "元"
    assert modules("questions", "inputFor", question(words.closing, kind="handoff")) is None


@pytest.mark.parametrize("kind", ["answer", "chat", "choices", "decline"])
def test_nothing_else_is_a_question(modules: Any, kind: str) -> None:
    assert modules("questions", "inputFor", question("您一个月工资多少元？", kind=kind)) is None


def test_words_that_the_bot_reads(modules: Any) -> None:
    assert modules("questions", "dayInWords", "2026-03-05") == "2026年3月5日"
    assert modules("questions", "dayInWords", "2026-3") == "2026年3月"
    assert modules("questions", "spanInWords", 3, 7) == "3年7个月"
    assert modules("questions", "spanInWords", 0, 8) == "8个月"
    assert modules("questions", "spanInWords", 0, 0) == ""


def test_the_colleague_is_named_by_the_notices_that_name_one(modules: Any) -> None:
    desk = gateway_texts().desk
    named = {"claimed", "transferred"}
    for notice in type(desk).model_fields:
        text = getattr(desk, notice)
        name = modules("server_words", "staffNameIn", text.replace("{name}", "王芳"))
        assert name == ("王芳" if notice in named else None)


def test_promises_are_found_with_the_place(modules: Any) -> None:
    words = promise_texts()
    ahead = words.ahead.format(ahead=2) + words.target[3]
    found = modules("server_words", "promiseIn", f"已经转给同事。\n\n{ahead}")
    assert found == {"words": words.target[3], "place": 3}
    first = modules(
        "server_words", "promiseIn", f"已经转给同事。\n\n{words.first}{words.target[2]}"
    )
    assert first == {"words": words.target[2], "place": 1}
    closed = words.closed.format(why=words.why.over, opening="明天（周四）上午8:30")
    for sentence in (closed, words.calendar_unknown, words.urgent):
        found = modules("server_words", "promiseIn", f"已经转给同事。\n\n{sentence}")
        assert found == {"words": sentence.replace("**", ""), "place": None}
    assert modules("server_words", "promiseIn", "您好") is None


def test_asides_are_those_of_the_bot(modules: Any) -> None:
    intake, calculation = texts().intake, texts().calculation
    for reply in (intake.skip, intake.at_once, calculation.stop, texts().person):
        assert modules("server_words", "isAside", reply.model_dump())
    for reply in (intake.skip, calculation.stop):
        assert not modules("server_words", "asksForPerson", reply.model_dump())
    assert modules("server_words", "asksForPerson", texts().person.model_dump())


def test_files_are_known_by_what_stands_for_them(modules: Any) -> None:
    stored = attachment_texts().stored
    for family in type(stored).model_fields:
        text = getattr(stored, family).replace("{name}", "合同.pdf")
        assert modules("server_words", "fileIn", text) == text[1:-1]
    assert modules("server_words", "fileIn", "[不是文件]") is None


HTML = [
    ("<p>一<strong>二</strong></p>", "<p>一<strong>二</strong></p>"),
    ("<ul><li>一</li><li>二</li></ul>", "<ul><li>一</li><li>二</li></ul>"),
    ("<h2>题</h2>", "<h3>题</h3>"),
    ("一<br />二", "一<br>二"),
    ("a &lt;b&gt; &amp; &quot;c&#x27;&#39;", "a &lt;b&gt; &amp; \"c''"),
    ("5 < 6 > 4", "5 &lt; 6 &gt; 4"),
    ("</p></p>一<p>二", "一<p>二</p>"),
    ('<a href="javascript:alert(1)">一</a>', "<span>一</span>"),
    ('<a href="https://a.cn/?a=1&amp;b=2" onclick="x()">一</a>', None),
    ("<img src=x onerror=x()>一", "一"),
    ('<p title="a>b">一</p>', "<p>一</p>"),
]


@pytest.mark.parametrize(("html", "expected"), HTML, ids=range(len(HTML)))
def test_formatted_text(browser: Any, site: Site, html: str, expected: str | None) -> None:
    page: Page = browser.new_page()
    page.goto(site.put("/empty", "<!doctype html><title>x</title>"))
    got = page.evaluate(
        "async (html) => { const { richText } = await import('/src/richtext.js');"
        " const box = document.createElement('div'); box.append(richText(html));"
        " return box.innerHTML; }",
        html,
    )
    page.close()
    link = (
        '<a href="https://a.cn/?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">一</a>'
    )
    assert got == (expected or link)


def test_a_colour_gives_readable_others(modules: Any) -> None:
    assert modules("theme", "paletteOf", "red") == {}
    dark, light = (modules("theme", "paletteOf", each) for each in ("#0b5d4f", "#ffd000"))
    assert dark["--accent-ink"] == "#ffffff"
    assert light["--accent-ink"] != "#ffffff"


def test_a_file_is_known_by_its_bytes(browser: Any, site: Site) -> None:
    page: Page = browser.new_page()
    page.goto(site.put("/empty", "<!doctype html><title>x</title>"))
    problem = """async ([bytes, size]) => {
      const { problemWith } = await import('/src/uploads.js');
      return problemWith(new File([new Uint8Array(bytes), new Uint8Array(size)], '照片.jpg'));
    }"""
    png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    assert page.evaluate(problem, [png, 20]) is None
    assert page.evaluate(problem, [list(b"%PDF-1.7"), 20]) is None
    assert page.evaluate(problem, [list(b"<svg onload=x>"), 20]) == "fileKind"
    assert page.evaluate(problem, [[], 0]) == "fileEmpty"
    assert page.evaluate(problem, [png, 11 * 1024 * 1024]) == "fileTooLarge"
    page.close()
