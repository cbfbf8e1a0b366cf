"""The documents say what the code does: a setting, article area or command without one fails."""

import re
from pathlib import Path

import pytest
import yaml

from actions.settings import ActionServerSettings
from api.app import create_app
from api.settings import Settings
from knowledge_base.article import FrontMatter, SectionName
from knowledge_base.cli import build_parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARTICLE_FORMAT = (ROOT / "docs" / "articles.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
SETTINGS = README.partition("<!-- settings: begin -->")[2].partition("<!-- settings: end -->")[0]
READ_FROM_THE_ENVIRONMENT = re.compile(r"[\"']UNION_[A-Z0-9_]+[\"']")


@pytest.mark.parametrize("name", [*Settings.model_fields, *ActionServerSettings.model_fields])
def test_every_setting_of_the_models_is_documented(name: str) -> None:
    assert f"`UNION_{name.upper()}`" in SETTINGS


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_table_says_what_the_setting_says(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description
    assert description in SETTINGS


@pytest.mark.parametrize("folder", ["knowledge_base", "scripts", "bot"])
def test_every_variable_read_is_documented(folder: str) -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / folder).rglob("*.py")
        if not {".venv", "tests"} & set(path.parts)
    ]
    read = {
        name.strip("\"'") for text in sources for name in READ_FROM_THE_ENVIRONMENT.findall(text)
    }
    assert {name for name in read if f"`{name}`" not in SETTINGS} == set()


def test_the_example_file_names_only_settings_that_exist() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in re.findall(r"^#?(UNION_[A-Z0-9_]+)=", example, flags=re.MULTILINE):
        assert f"`{name}`" in SETTINGS


@pytest.mark.parametrize("key", FrontMatter.model_fields)
def test_every_key_of_an_article_is_documented(key: str) -> None:
    assert f"`{key}`" in ARTICLE_FORMAT


@pytest.mark.parametrize("section", SectionName)
def test_every_section_of_an_article_is_documented(section: SectionName) -> None:
    assert f"`{section}`" in ARTICLE_FORMAT


def test_every_command_of_the_makefile_that_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", README)) <= targets


def test_every_command_line_of_the_knowledge_base_that_the_readme_names_exists() -> None:
    commands = build_parser().format_help()
    for command in re.findall(r"-m knowledge_base ([a-z-]+)", README):
        assert command in commands


def _names(kind: str) -> list[str]:
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "domain.yml").read_text(encoding="utf-8"))
    names: list[str] = domain[kind]
    return names


@pytest.mark.parametrize("name", [*_names("intents"), *_names("actions")])
def test_every_intent_and_action_is_documented(name: str) -> None:
    assert f"`{name}`" in REFERENCE


def test_every_route_is_documented() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    for path, operations in paths.items():
        for method in operations:
            assert f"`{method.upper()} {path}`" in REFERENCE
