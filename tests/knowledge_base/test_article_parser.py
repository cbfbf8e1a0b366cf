from datetime import date
from pathlib import Path

import pytest

from knowledge_base.article import Article, SectionName
from knowledge_base.article_parser import ArticleError, ArticleProblem, parse_article
from knowledge_base.parameters import load_parameters
from tests.knowledge_base.samples import ARTICLE, PARAMETERS, edited


def problems_of(directory: Path, content: str | bytes) -> list[ArticleProblem]:
    path = directory / "article.md"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ArticleError) as caught:
        parse_article(path)
    assert all(problem.file == path for problem in caught.value.problems)
    return caught.value.problems


def test_the_sample_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    path.write_text(ARTICLE, encoding="utf-8")
    assert parse_article(path).id == "annual-leave-days"


FRONT_MATTER_CASES = {
    "no fence at the start": (ARTICLE[4:], 1, "front-matter", "start with"),
    "empty file": ("", 1, "front-matter", "start with"),
    "fence never closed": (
        edited("related: []\n---\n", "related: []\n"),
        1,
        "front-matter",
        "closing",
    ),
    "broken YAML": (edited("facts: [NX01]", "facts: [NX01"), 11, "yaml", ""),
    "tab in YAML": (edited("region: 全国", "region:\t- 全国\n\t- x"), 6, "yaml", ""),
    "control character": (edited("全体职工", "全体\x07职工"), 5, "yaml", ""),
    "a list, not keys": ("---\n- a\n---\n", 2, "yaml", "mapping"),
    "nothing between the fences": ("---\n---\n", 2, "yaml", "mapping"),
    "key twice": (
        edited("region: 全国", "region: 全国\nregion: 浙江省"),
        7,
        "yaml",
        "stands twice",
    ),
    "unknown key": (edited("region: 全国", "region: 全国\nauthor: 小王"), 7, "author", "Extra"),
    "missing key": (edited("audience: 全体职工\n", ""), 2, "audience", "required"),
    "unknown area": (edited("area: annual-leave", "area: holidays"), 4, "area", "areas.yml"),
    "unknown region": (edited("region: 全国", "region: 上海市"), 6, "region", "余杭区"),
    "unknown status": (edited("status: verified", "status: draft"), 9, "status", "verified"),
    "bad id": (edited("id: annual-leave-days", "id: Annual_Leave"), 2, "id", "pattern"),
    "long title": (edited("年休假一年有几天", "年" * 41), 3, "title", "40"),
    "bad fact": (edited("facts: [NX01]", "facts: [NX01, nx2]"), 10, "facts.1", "pattern"),
    "no fact": (edited("facts: [NX01]", "facts: []"), 10, "facts", "at least 1"),
    "fact twice": (edited("facts: [NX01]", "facts: [NX01, NX01]"), 10, "facts", "repeated: NX01"),
    "too few questions": (edited("  - 十年工龄年休假几天\n", ""), 16, "questions", "at least 8"),
    "too many questions": (
        edited("  - 年假几天\n", "".join(f"  - 问题{n}\n" for n in range(34))),
        16,
        "questions",
        "at most 40",
    ),
    "question twice": (
        edited("  - 刚满一年有年假伐", "  - 年假几天"),
        16,
        "questions",
        "repeated: 年假几天",
    ),
    "empty question": (edited("  - 刚满一年有年假伐", "  - ''"), 19, "questions.3", "at least 1"),
    "source without a day": (
        edited("    checked_on: 2025-04-19\n", ""),
        12,
        "sources.0.checked_on",
        "required",
    ),
    "source with a bad link": (
        edited("article_no: 第三条", "url: 某网站"),
        13,
        "sources.0.url",
        "URL",
    ),
    "evidence without a source": (
        edited("related: []", "related: []\nfigures:\n  - text: 15日"),
        26,
        "figures.0.source",
        "required",
    ),
    "reference in the front matter": (
        edited("audience: 全体职工", "audience: 工资不到{{wage.monthly}}的"),
        5,
        "parameter",
        "only sections",
    ),
    "day that does not exist": (
        edited("review_by: 2027-10-31", "review_by: 2027-02-30"),
        8,
        "review_by",
        "",
    ),
    "day in another form": (
        edited("review_by: 2027-10-31", "review_by: 2027年10月"),
        8,
        "review_by",
        "date",
    ),
    "end before the start": (
        edited("review_by:", "effective_to: 2000-01-01\nreview_by:"),
        2,
        "front-matter",
        "effective_to lies before",
    ),
    "review before the start": (
        edited("review_by: 2027-10-31", "review_by: 2001-01-01"),
        2,
        "front-matter",
        "review_by lies before",
    ),
}


@pytest.mark.parametrize(
    ("content", "line", "rule", "detail"),
    FRONT_MATTER_CASES.values(),
    ids=FRONT_MATTER_CASES.keys(),
)
def test_front_matter_rules(
    tmp_path: Path, content: str, line: int, rule: str, detail: str
) -> None:
    (problem,) = problems_of(tmp_path, content)
    assert (problem.line, problem.rule) == (line, rule)
    assert detail in problem.detail


SECTION_CASES = {
    "unknown section": (
        edited("## 怎么办理", "## 联系方式"),
        31,
        "section",
        "unknown section '联系方式'",
    ),
    "third level": (edited("## 怎么办理", "### 怎么办理"), 31, "section", "second-level"),
    "first level": (edited("## 怎么办理", "# 怎么办理"), 31, "section", "second-level"),
    "wrong order": (
        edited("## 怎么办理\n", "## 注意事项\n\n别漏了。\n\n## 怎么办理\n"),
        35,
        "section",
        "'怎么办理' is out of order",
    ),
    "twice": (
        edited("## 依据", "## 怎么办理\n\n再说一遍。\n\n## 依据"),
        35,
        "section",
        "'怎么办理' stands twice",
    ),
    "empty": (edited("跟单位商量好日子，填请假单。\n", ""), 31, "section", "'怎么办理' is empty"),
    "text before the first section": (
        edited("## 一句话回答", "先说两句。\n\n## 一句话回答"),
        27,
        "section",
        "text before",
    ),
    "no short answer": (
        edited("## 一句话回答", "## 谁可以享受"),
        37,
        "section",
        "'一句话回答' is missing",
    ),
    "no basis": (
        edited("\n## 依据\n\n《职工带薪年休假条例》第三条。\n", ""),
        33,
        "section",
        "'依据' is missing",
    ),
    "short answer too long": (
        edited("满一年不满十年的5天，", "满" * 121),
        27,
        "short-answer",
        "at most 120",
    ),
}


@pytest.mark.parametrize(
    ("content", "line", "rule", "detail"), SECTION_CASES.values(), ids=SECTION_CASES.keys()
)
def test_section_rules(tmp_path: Path, content: str, line: int, rule: str, detail: str) -> None:
    (problem,) = problems_of(tmp_path, content)
    assert (problem.line, problem.rule) == (line, rule)
    assert detail in problem.detail


def test_a_short_answer_may_have_120_characters(tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    start = ARTICLE.index("满一年不满")
    end = ARTICLE.index("\n", start)
    path.write_text(ARTICLE[:start] + "满" * 120 + ARTICLE[end:], encoding="utf-8")
    assert len(parse_article(path).short_answer) == 120


def test_an_optional_key_may_be_left_empty(tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    path.write_text(edited("review_by:", "effective_to:\nreview_by:"), encoding="utf-8")
    assert parse_article(path).front_matter.effective_to is None


def test_a_title_may_look_like_a_number(tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    path.write_text(edited("title: 年休假一年有几天", "title: 12351"), encoding="utf-8")
    assert parse_article(path).title == "12351"


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    content = edited("region: 全国", "region: @").encode().replace(b"@", "全国".encode("gb18030"))
    (problem,) = problems_of(tmp_path, content)
    assert (problem.line, problem.rule) == (6, "encoding")


def test_all_problems_of_the_front_matter_are_reported_at_once(tmp_path: Path) -> None:
    content = edited("region: 全国", "region: 上海市").replace("status: verified", "status: ?x")
    assert [problem.rule for problem in problems_of(tmp_path, content)] == ["region", "status"]


def test_all_problems_of_the_sections_are_reported_at_once(tmp_path: Path) -> None:
    content = edited("## 怎么办理", "## 电话").replace("## 依据", "### 依据")
    assert [problem.line for problem in problems_of(tmp_path, content)] == [31, 35, 37]


def test_a_problem_reads_like_a_compiler_message(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, edited("area: annual-leave", "area: holidays"))
    assert str(problem).startswith(f"{tmp_path}/article.md:4: [area] ")


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    path.write_bytes(ARTICLE.replace("\n", "\r\n").encode())
    assert parse_article(path).short_answer.endswith("15天。")


def rendered(directory: Path, text: str, *, on: date, **changes: str) -> Article:
    """Parse the sample with ``text`` as its second section and the sample register."""
    register = directory / "parameters.yml"
    parameters = PARAMETERS
    for old, new in changes.items():
        assert old in parameters
        parameters = parameters.replace(old, new)
    register.write_text(parameters, encoding="utf-8")
    path = directory / "article.md"
    path.write_text(edited("跟单位商量好日子，填请假单。", text), encoding="utf-8")
    return parse_article(path, on=on, register=load_parameters(register))


def test_dated_figures_are_printed_as_they_are_on_the_day(tmp_path: Path) -> None:
    text = "每月{{wage.monthly}}。"
    before = rendered(tmp_path, text, on=date(2025, 12, 31))
    after = rendered(tmp_path, text, on=date(2026, 1, 1))
    assert before.sections[SectionName.PROCEDURE] == "每月2490元。"
    assert after.sections[SectionName.PROCEDURE] == "每月2660元。"
    assert after.parameters["wage.monthly"].value == 2660
    assert before.revision != after.revision


def test_another_value_of_a_parameter_makes_another_revision(tmp_path: Path) -> None:
    text = "一年{{wage.yearly}}。"
    one = rendered(tmp_path, text, on=date(2026, 11, 1))
    same = rendered(tmp_path, text, on=date(2026, 11, 2))
    other = rendered(tmp_path, text, on=date(2026, 11, 1), **{"2660": "2700"})
    assert one.revision == same.revision != other.revision


def test_a_wording_holds_only_as_long_as_its_figures(tmp_path: Path) -> None:
    article = rendered(tmp_path, "{{allowance.heat}}", on=date(2026, 11, 1))
    assert article.effective_to == date(2026, 12, 31)
    assert article.valid_on(date(2026, 12, 31))
    assert not article.valid_on(date(2027, 1, 1))


def test_a_figure_of_the_past_does_not_end_the_article(tmp_path: Path) -> None:
    article = rendered(tmp_path, "那时{{wage.monthly@2024-05-01}}", on=date(2026, 11, 1))
    assert article.effective_to is None


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("好\n\n每月{{wage.weekly}}。", "no such parameter"),
        ("好\n\n每月{{allowance.heat}}。", "the last one ended on 2026-12-31"),
        ("好\n\n每月{{wage.monthly。", "has the form"),
    ],
)
def test_a_figure_that_cannot_be_printed_is_a_problem_with_its_line(
    tmp_path: Path, text: str, detail: str
) -> None:
    with pytest.raises(ArticleError) as caught:
        rendered(tmp_path, text, on=date(2027, 1, 1))
    (problem,) = caught.value.problems
    assert (problem.line, problem.rule) == (35, "parameter")
    assert detail in problem.detail


def test_the_limit_of_the_short_answer_counts_what_is_printed(tmp_path: Path) -> None:
    register = tmp_path / "parameters.yml"
    register.write_text(PARAMETERS, encoding="utf-8")
    path = tmp_path / "article.md"
    start = ARTICLE.index("满一年不满")
    end = ARTICLE.index("\n", start)
    text = "满" * 115 + "{{wage.monthly}}"
    path.write_text(ARTICLE[:start] + text + ARTICLE[end:], encoding="utf-8")
    article = parse_article(path, on=date(2026, 11, 1), register=load_parameters(register))
    assert len(article.short_answer) == 120


def test_sections_know_the_line_on_which_their_text_begins(tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    path.write_text(ARTICLE, encoding="utf-8")
    lines = ARTICLE.splitlines()
    article = parse_article(path)
    for name, number in article.section_lines.items():
        assert lines[number - 1] == article.sections[name].splitlines()[0]
