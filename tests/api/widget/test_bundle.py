import re
from typing import Final

import pytest

from api.widget.bundle import BundleError, link, locales, minify_css, read_sources, widget_bundle

KIB: Final = 1024
SOURCES = read_sources()
OWN = {name: text for name, text in SOURCES.items() if name != "generated.js"}
# What came after ES2020, or into Chromium after version 87.
TOO_NEW = {
    "private members": r"this\.#|^\s+#\w+",
    "static fields": r"^\s+static \w+ =",
    "logical assignment": r"\?\?=|\|\|=|&&=",
    "numeric separators": r"\b\d+_\d",
    "static blocks": r"\bstatic \{",
    "Array.at": r"\.at\(",
    "replaceAll": r"\.replaceAll\(",
    "findLast": r"\.findLast\w*\(",
    "Object.hasOwn": r"Object\.hasOwn\b",
    "structuredClone": r"\bstructuredClone\b",
    "AbortSignal.timeout": r"AbortSignal\.",
    "randomUUID": r"\brandomUUID\(",
    "top-level await": r"^await ",
    "lookbehind": r"\(\?<[=!]",
    "Promise.any": r"Promise\.any\b",
    "inert": r"\.inert\b",
}
TOO_NEW_IN_CSS = (
    r":is\(|:where\(|:has\(|\bdvh\b|\bsvh\b|aspect-ratio|@layer|@container|color-mix|^\s+&"
)


def test_the_module_is_small() -> None:
    assert len(widget_bundle().gzipped) <= 30 * KIB


def test_it_is_one_module_with_one_global_effect() -> None:
    text = widget_bundle().body.decode()
    assert not re.search(r"^(?:import|export)\b", text, re.MULTILINE)
    assert text.count("customElements.define(") == 1


def test_the_same_sources_give_the_same_bytes() -> None:
    first = widget_bundle()
    widget_bundle.cache_clear()
    assert widget_bundle() == first


def test_every_module_is_in_it() -> None:
    linked = link(SOURCES)
    for name, text in OWN.items():
        declared = re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.M)
        assert declared or name == "element.js"
        for each in declared:
            assert re.search(rf"^(?:async )?(?:function|const|class) {each}\b", linked, re.M)


@pytest.mark.parametrize("name", OWN)
def test_nothing_is_newer_than_the_browsers_of_five_years_ago(name: str) -> None:
    for what, pattern in TOO_NEW.items():
        assert not re.search(pattern, OWN[name], re.MULTILINE), what


def test_styles_are_not_newer_either() -> None:
    styles = re.search(r"STYLES = (.*)", SOURCES["generated.js"])
    assert styles
    assert not re.search(TOO_NEW_IN_CSS, styles[1], re.MULTILINE)


@pytest.mark.parametrize("name", OWN)
def test_nothing_in_it_parses_html_or_runs_text(name: str) -> None:
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|\beval\(|Function\("
    assert not re.search(sinks, OWN[name])


@pytest.mark.parametrize("name", OWN)
def test_words_are_in_the_locales(name: str) -> None:
    """Only what the other side says may be Chinese in the code."""
    if name in ("server_words.js", "questions.js", "sheets.js", "chat_window.js"):
        return
    code = re.sub(r"//.*|/\*.*?\*/", "", OWN[name], flags=re.DOTALL)
    assert not re.search(r"[\u4e00-\u9fff]", code)


def test_both_languages_say_the_same() -> None:
    words = locales()
    assert list(words) == ["en", "zh-CN"]
    assert words["en"].keys() == words["zh-CN"].keys()
    for key, text in words["zh-CN"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", words["en"][key]))


def test_everything_that_is_said_is_in_the_locales_and_the_other_way_round() -> None:
    words = set(locales()["zh-CN"])
    code = "".join(OWN.values())
    said = set(re.findall(r'say\("(\w+)"', code))
    assert said <= words
    built = tuple(re.findall(r"`(\w+?)\$\{", code))
    assert {key for key in words - said if key not in code and not key.startswith(built)} == set()


def test_links_modules_behind_those_they_need() -> None:
    sources = {
        "element.js": 'import { one } from "./one.js";\nexport const two = one + 1;\n',
        "one.js": "export const one = 1;\n",
    }
    assert link(sources) == "const one = 1;\nconst two = one + 1;\n"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("const one = 1;\n", "imports one"),
        ('import { two } from "./element.js";\nexport const one = 1;\n', "circle"),
        ("export const one = 1;\nconst two = 2;\n", "two is in"),
        ("export const one = 1;\nexport default one;\n", "form that is not known"),
    ],
)
def test_refuses_what_does_not_fit(other: str, words: str) -> None:
    entry = 'import { one } from "./one.js";\nexport const two = one;\n'
    with pytest.raises(BundleError, match=words):
        link({"element.js": entry, "one.js": other})


def test_refuses_a_module_that_is_not_there() -> None:
    with pytest.raises(BundleError, match=r"three\.js, which is not there"):
        link({"element.js": 'import { three } from "./three.js";\n'})


def test_shrinks_styles() -> None:
    assert minify_css("/* x */\n.a :focus {\n  color: red; margin: 0 1px;\n}\n") == (
        ".a :focus{color:red;margin:0 1px}"
    )
