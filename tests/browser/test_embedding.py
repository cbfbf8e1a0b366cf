"""The window on pages of other hosts: one line, its attributes and variables, strict policies."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Opening
from tests.browser.looks import check
from tests.browser.site import Site
from tests.browser.stage import Stage
from tests.browser.widget import Widget

_VIOLATIONS = """
  window.violations = [];
  document.addEventListener('securitypolicyviolation',
    (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def page_with(stage: Stage, tag: str, *, head: str = "", lang: str = "zh-CN") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><meta charset=utf-8><title>单位网页</title>'
        f'<meta name="viewport" content="width=device-width">{head}'
        f'<script type="module" src="{stage.url}/widget.js"></script>'
        f"<main><h1>单位网页</h1><p>这里是单位的内容。</p></main>{tag}"
    )


def test_one_line_is_enough(
    stage: Stage, site: Site, open_page: Opening, shots: Path | None
) -> None:
    address = site.put("/plain", page_with(stage, "<union-assistant></union-assistant>"))
    widget = open_page(base=address, path="", viewport=DESKTOP)
    expect(widget.launcher).to_be_visible()
    check(widget, "launcher", shots)
    widget.launcher.click()
    widget.ready().say("从别的网站来").sees("收到：从别的网站来")
    assert stage.texts() == ["从别的网站来"]
    check(widget, "embedded", shots)


def test_under_a_strict_policy_of_the_page(stage: Stage, site: Site, open_page: Opening) -> None:
    socket = stage.url.replace("http", "ws")
    policy = (
        f"default-src 'none'; script-src {stage.url}; connect-src {stage.url} {socket};"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )
    address = site.put(
        "/strict",
        page_with(stage, "<union-assistant></union-assistant>"),
        Content_Security_Policy=policy,
    )
    widget = open_page(path="/static/favicon.svg", viewport=DESKTOP)
    widget.page.add_init_script(_VIOLATIONS)
    widget.page.goto(address)
    widget.launcher.click()
    widget.ready().say("严格的网站").sees("收到：严格的网站")
    background = widget.page.locator(".head").evaluate("(n) => getComputedStyle(n).backgroundColor")
    assert background == "rgb(166, 42, 28)"  # its styles are there
    assert widget.page.evaluate("window.violations") == []
    assert widget.problems == []


def test_the_demonstration_page_breaks_none_of_its_policy(stage: Stage, open_page: Opening) -> None:
    widget = open_page(path="/static/favicon.svg", viewport=DESKTOP)
    widget.page.add_init_script(_VIOLATIONS)
    response = widget.page.goto(stage.url)
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    widget.ready().say("您好").sees("收到：您好")
    widget.menu("隐私说明")
    assert widget.page.evaluate("window.violations") == []
    assert widget.problems == []


def test_a_host_that_is_not_on_the_list_cannot_embed_it(
    stage: Stage, site: Site, open_page: Opening
) -> None:
    site.put("/plain", page_with(stage, "<union-assistant></union-assistant>"))
    widget = open_page(base=site.url.replace("127.0.0.1", "localhost"), path="/plain")
    widget.page.wait_for_load_state("networkidle")
    assert not widget.page.evaluate("Boolean(customElements.get('union-assistant'))")


def test_nothing_is_loaded_from_elsewhere(stage: Stage, open_page: Opening) -> None:
    widget = open_page(path="/static/favicon.svg")
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url))
    widget.page.goto(stage.url)
    widget.ready().say("您好").sees("收到：您好")
    assert {url for url in asked if not url.startswith((stage.url, "ws://127.0.0.1"))} == set()


def test_attributes(stage: Stage, site: Site, open_page: Opening, shots: Path | None) -> None:
    tag = (
        '<union-assistant title="良渚街道工会" color="#0b5d4f" position="bottom-left"'
        ' start-topic="疗休养怎么报名" open></union-assistant>'
    )
    widget = open_page(
        base=site.put("/attributes", page_with(stage, tag)), path="", viewport=DESKTOP
    ).ready()
    expect(widget.page.get_by_role("dialog", name="良渚街道工会")).to_be_visible()
    box = widget.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    background = widget.page.locator(".head").evaluate("(n) => getComputedStyle(n).backgroundColor")
    assert background == "rgb(11, 93, 79)"
    check(widget, "attributes", shots)
    topics = widget.page.locator(".choices .choice")
    expect(topics.first).to_have_text("疗休养怎么报名")
    topics.first.click()
    widget.sees("收到：疗休养怎么报名")


def test_variables(stage: Stage, site: Site, open_page: Opening) -> None:
    style = "<style>union-assistant { --union-accent: #7a4a00; --union-width: 30em }</style>"
    tag = "<union-assistant open></union-assistant>"
    widget = open_page(
        base=site.put("/variables", page_with(stage, tag, head=style)), path="", viewport=DESKTOP
    ).ready()
    look = widget.panel.evaluate(
        "(n) => [getComputedStyle(n).width, getComputedStyle(n.firstChild).backgroundColor]"
    )
    assert look == ["480px", "rgb(122, 74, 0)"]


def test_styles_of_the_page_stay_outside(stage: Stage, site: Site, open_page: Opening) -> None:
    style = (
        "<style>html { font-size: 50px; line-height: 3 } * { color: lime !important;"
        " text-transform: uppercase } button { display: none } p { margin: 99px }</style>"
    )
    tag = "<union-assistant open></union-assistant>"
    widget = open_page(
        base=site.put("/styled", page_with(stage, tag, head=style)), path="", viewport=DESKTOP
    ).ready()
    look = widget.messages("bot").first.evaluate(
        "(n) => [getComputedStyle(n).fontSize, getComputedStyle(n).color,"
        " getComputedStyle(n).textTransform]"
    )
    assert look == ["16px", "rgb(42, 33, 28)", "none"]


@pytest.mark.parametrize(
    ("lang", "attribute", "placeholder"),
    [
        ("zh-CN", "", "您想问什么？"),
        ("en-GB", "", "Your question"),
        ("zh-CN", 'lang="en"', "Your question"),
        ("fr", "", "您想问什么？"),
    ],
)
def test_the_language_is_the_pages(
    stage: Stage, site: Site, open_page: Opening, lang: str, attribute: str, placeholder: str
) -> None:
    tag = f"<union-assistant open {attribute}></union-assistant>"
    address = site.put("/language", page_with(stage, tag, lang=lang))
    widget = open_page(base=address, path="", viewport=DESKTOP).ready()
    expect(widget.input).to_have_attribute("placeholder", placeholder)


def test_the_page_opens_and_closes_it(stage: Stage, site: Site, open_page: Opening) -> None:
    address = site.put("/plain", page_with(stage, "<union-assistant></union-assistant>"))
    widget = open_page(base=address, path="", viewport=DESKTOP)
    widget.page.evaluate(
        "window.heard = []; for (const name of ['open', 'close'])"
        " document.querySelector('union-assistant').addEventListener(`union-assistant-${name}`,"
        " (event) => window.heard.push(event.type))"
    )
    widget.page.evaluate("document.querySelector('union-assistant').show()")
    widget.ready()
    widget.page.evaluate("document.querySelector('union-assistant').hide()")
    expect(widget.panel).to_be_hidden()
    assert widget.page.evaluate("window.heard") == ["union-assistant-open", "union-assistant-close"]


def test_an_element_that_is_moved_starts_again(
    stage: Stage, site: Site, open_page: Opening
) -> None:
    address = site.put("/plain", page_with(stage, "<union-assistant open></union-assistant>"))
    widget = open_page(base=address, path="", viewport=DESKTOP).ready()
    widget.say("搬家之前").sees("收到：搬家之前")
    widget.page.evaluate(
        "document.querySelector('main').append(document.querySelector('union-assistant'))"
    )
    widget.sees("收到：搬家之前")
    expect(widget.panel).to_have_count(1)


_HOSTILE = """<p onclick="window.hit=1"><img src=x onerror="window.hit=1">
<script>window.hit=1</script><a href="javascript:window.hit=1">链接</a>
<svg onload="window.hit=1"></svg><iframe srcdoc="x"></iframe>
<style>*{display:none}</style><b>粗</b>&lt;i&gt;"""


def test_hostile_html_becomes_text(site: Site, open_page: Opening) -> None:
    """Even if the gateway's HTML were not safe."""
    widget = open_page(base=site.put("/empty", "<!doctype html><title>x</title>"), path="")
    result = widget.page.evaluate(
        """async (html) => {
          const { richText } = await import('/src/richtext.js');
          const box = document.createElement('div');
          box.append(richText(html));
          document.body.append(box);
          box.querySelector('a, span').click();
          return [[...box.querySelectorAll('*')].map((node) => node.localName),
                  [...box.querySelectorAll('*')].flatMap((node) => node.getAttributeNames()),
                  box.textContent];
        }""",
        _HOSTILE,
    )
    names, attributes, text = result
    assert names == ["p", "span", "b"]
    assert attributes == []
    assert "<i>" in text
    assert widget.page.evaluate("window.hit") is None


def test_markup_of_workers_and_staff_is_text(stage: Stage, open_page: Opening) -> None:
    widget: Widget = open_page(viewport=PHONE).ready()
    text = '<img src=x onerror="window.hit=1"><b>您好</b>'
    widget.say(text).sees("收到：" + text)
    page: Page = widget.page
    assert page.evaluate("window.hit") is None
    assert widget.messages("worker").locator("b, img").count() == 0
    assert widget.messages("bot").last.locator("b, img").count() == 0
