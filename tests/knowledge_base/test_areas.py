import re

from knowledge_base.areas import area_names
from knowledge_base.corpus import ARTICLES_DIR


def test_names_are_slugs_with_distinct_chinese_names() -> None:
    names = area_names()
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in names)
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", name) for name in names.values())
    assert len(set(names.values())) == len(names)


def test_the_folders_of_the_articles_are_areas() -> None:
    folders = {path.name for path in ARTICLES_DIR.iterdir() if path.is_dir()}
    assert folders <= area_names().keys()
