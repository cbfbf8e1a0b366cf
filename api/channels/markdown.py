"""Turns the small Markdown of replies into safe HTML."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict


def _is_web_address(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _link_open(
    renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    tokens[index].attrSet("target", "_blank")
    rendered: str = renderer.renderToken(tokens, index, options, env)
    return rendered


def _renderer() -> MarkdownIt:
    # "zero" knows nothing but paragraphs; only what replies need is switched on.
    markdown = MarkdownIt("zero", {"html": False, "breaks": True})
    markdown.enable(["heading", "list", "emphasis", "newline", "escape", "link"])
    markdown.validateLink = _is_web_address  # type: ignore[method-assign]
    markdown.add_render_rule("link_open", _link_open)
    return markdown


_MARKDOWN = _renderer()


@lru_cache(maxsize=1024)
def to_html(text: str) -> str:
    """HTML of a reply; markup in the text stays text."""
    return str(_MARKDOWN.render(text))


def plain_to_html(text: str) -> str:
    """HTML of what a worker typed: escaped, nothing else."""
    return escape(text)
