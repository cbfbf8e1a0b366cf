from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from knowledge_base.article import Slug
from knowledge_base.importers.identifiers import slug

VALID = TypeAdapter(Slug)


def test_names_become_pinyin() -> None:
    assert slug("劳动合同法") == "lao-dong-he-tong-fa"
    assert slug("2024年 Health check（一）") == "2024-nian-health-check-yi"
    assert slug("！") == "document"


def test_long_names_stay_apart() -> None:
    first, second = slug("长" * 60 + "甲"), slug("长" * 60 + "假")
    assert first != second
    assert max(len(first), len(second)) <= 80


@settings(deadline=None)
@given(st.text())
def test_every_name_gives_a_valid_identifier(text: str) -> None:
    assert VALID.validate_python(slug(text)) == slug(text)
