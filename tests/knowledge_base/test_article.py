from datetime import date
from pathlib import Path

import pytest

from knowledge_base.article import ArticleStatus, SectionName
from knowledge_base.article_parser import parse_article
from tests.knowledge_base.samples import write_article


def test_an_article_gives_its_parts(tmp_path: Path) -> None:
    article = parse_article(write_article(tmp_path))
    assert article.id == "annual-leave-days"
    assert article.title == "年休假一年有几天"
    assert article.short_answer.startswith("满一年不满十年的5天")
    assert article.front_matter.status is ArticleStatus.VERIFIED
    assert list(article.sections) == [
        SectionName.SHORT_ANSWER,
        SectionName.PROCEDURE,
        SectionName.BASIS,
    ]


def test_it_is_as_fresh_as_its_oldest_source(tmp_path: Path) -> None:
    sources = [
        {"title": "甲", "checked_on": date(2026, 5, 1)},
        {"title": "乙", "checked_on": date(2025, 3, 2)},
    ]
    assert parse_article(write_article(tmp_path, sources=sources)).as_of == date(2025, 3, 2)


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_both_ends_of_the_window_count(tmp_path: Path, day: date, valid: bool) -> None:
    article = parse_article(
        write_article(tmp_path, effective_from=date(2020, 1, 1), effective_to=date(2020, 12, 31))
    )
    assert article.valid_on(day) is valid


def test_without_an_end_it_stays_valid(tmp_path: Path) -> None:
    assert parse_article(write_article(tmp_path)).valid_on(date(2999, 1, 1))


def test_the_revision_names_exactly_one_wording(tmp_path: Path) -> None:
    one = parse_article(write_article(tmp_path / "1"))
    same = parse_article(write_article(tmp_path / "2"))
    other = parse_article(write_article(tmp_path / "3", audience="女职工"))
    assert one.revision == same.revision != other.revision
    assert len(one.revision) == 12
