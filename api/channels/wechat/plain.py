"""Turns the small Markdown of replies into a WeChat text message.

A text message shows its text as it is, but for one tag: ``<a href="…">…</a>`` becomes a link.
What clients do with a lone ``<`` or with entities such as ``&lt;`` is not documented and differs
between them. So neither is ever sent: a ``<`` that is not of our own links becomes its full-width
form, and so does an ``&`` where it would begin an entity. Hence every ``<`` in the result belongs
to a link of ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

LINK_MAX_BYTES: Final = 500
"""A link is never split; a longer one is written out as text."""
_INDENT = "　"
_ENTITY = re.compile(r"&(?=#|[A-Za-z][A-Za-z0-9]*;)")
# Not allowed in XML, which passive replies are made of: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SENTENCE = re.compile("[。！？；：!?;:\n]")
# CommonMark takes no ** for bold between a punctuation mark and a character of a word, and Chinese
# has no blanks there: 请**“先别签”**再说
_LEFT_OVER = re.compile(r"(?<!\*)\*\*(?![\s*])([^*\n]+)(?<!\s)\*\*(?!\*)")


@dataclass(frozen=True, slots=True)
class _Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    is_heading: bool = False


def _is_web_address(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _parser() -> MarkdownIt:
    # The same subset that api.channels.markdown shows on the web.
    markdown = MarkdownIt("zero", {"html": False, "breaks": True})
    markdown.enable(["heading", "list", "emphasis", "newline", "escape", "link"])
    markdown.validateLink = _is_web_address  # type: ignore[method-assign]
    return markdown


_MARKDOWN = _parser()


def to_wechat(markdown: str) -> str:
    """A reply as WeChat shows it: headings in 【】, bullets as ``·``, numbers kept, no other signs.

    Without blanks at its ends; empty where there is nothing to show.
    """
    return _joined(_blocks(SyntaxTreeNode(_MARKDOWN.parse(markdown)))).strip()


def escape(text: str) -> str:
    """Text that opens no tag and no entity, and is allowed in XML."""
    return _ENTITY.sub("＆", _NOT_IN_XML.sub("", text).replace("<", "＜"))


def link(label: str, url: str) -> str:
    """Something to tap that opens a web address; only the label for other addresses."""
    href = _MARKDOWN.normalizeLink(url)
    shown = escape(" ".join(label.split()))
    if not _is_web_address(href):
        return shown
    anchor = f'<a href="{href}">{shown or escape(href)}</a>'
    return anchor if len(anchor.encode()) <= LINK_MAX_BYTES else f"{shown}（{escape(href)}）"


def _blocks(parent: SyntaxTreeNode) -> Iterator[_Block]:
    for node in parent.children:
        match node.type:
            case "heading":
                yield _heading(_inline(node))
            case "bullet_list":
                yield _Block("\n".join(_item("· ", item) for item in node.children))
            case "ordered_list":
                items = enumerate(node.children, start=int(node.attrs.get("start", 1)))
                yield _Block("\n".join(_item(f"{number}. ", item) for number, item in items))
            case _:
                text = _inline(node)
                yield _heading(text) if _is_title(node, text) else _Block(text)


def _is_title(paragraph: SyntaxTreeNode, text: str) -> bool:
    """Whether it stands for a heading: bold from end to end, and no sentence."""
    visible = [
        each for each in paragraph.children[0].children if each.type != "text" or each.content
    ]
    return [each.type for each in visible] == ["strong"] and not _SENTENCE.search(text)


def _heading(text: str) -> _Block:
    return _Block(text if not text or "【" in text else f"【{text}】", is_heading=True)


def _item(mark: str, item: SyntaxTreeNode) -> str:
    lines = "\n".join(block.text for block in _blocks(item) if block.text)
    return mark + lines.replace("\n", f"\n{_INDENT}")


def _joined(blocks: Iterator[_Block]) -> str:
    """Blocks apart by a blank line; a heading stands directly on what it is about."""
    text = gap = ""
    for block in blocks:
        if block.text:
            text += gap + block.text
            gap = "\n" if block.is_heading else "\n\n"
    return text


def _inline(block: SyntaxTreeNode) -> str:
    # Text is escaped as a whole: "&" and "lt;" may have had a sign between them.
    runs = groupby(_pieces(block), key=lambda piece: isinstance(piece, _Link))
    return "".join(
        "".join(link(each.label, each.url) for each in run if isinstance(each, _Link))
        if is_link
        else escape(_LEFT_OVER.sub(r"\1", "".join(each for each in run if isinstance(each, str))))
        for is_link, run in runs
    ).strip()


def _pieces(node: SyntaxTreeNode) -> Iterator[str | _Link]:
    for child in node.children:
        match child.type:
            case "softbreak" | "hardbreak":
                yield "\n"
            case "link":
                label = "".join(piece for piece in _pieces(child) if isinstance(piece, str))
                yield _Link(label, str(child.attrs["href"]))
            case "inline" | "strong" | "em":
                yield from _pieces(child)
            case _:
                yield child.content
