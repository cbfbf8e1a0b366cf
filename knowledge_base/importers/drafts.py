"""Converted text to drafts: documents that nobody has confirmed.

One file becomes one draft as a rule, like an article. A long text with headings of its own
(a handbook, a collection of notices) becomes one draft for each of them: an answer shows a
whole document, which has to fit a phone, and the encoder reads only the first 512 tokens of
a section, so the later parts of one long text would not be found by meaning.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge_base.article import SHORT_ANSWER_LIMIT, SectionName
from knowledge_base.document import BODY_SECTION, Document, DocumentKind
from knowledge_base.importers.document_maker import with_revision
from knowledge_base.importers.fields import DraftFields
from knowledge_base.importers.identifiers import slug
from knowledge_base.importers.outline import Block, outline, split_title
from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.section_names import section_of

SPLIT_FROM = 1_500
"""Characters below headings that name no section, from which on a text is split."""

_FRONT_MATTER = re.compile(r"\A\s*---\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)


@dataclass
class _Part:
    """A heading of the text that names no section, with everything below it."""

    heading: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(len(block.body) for block in self.blocks)


def make_drafts(text: str, file: Path) -> list[Document]:
    """Return the drafts of one converted file; ``file`` gives ids, source and a title.

    Raises:
        UnreadableError: the head of a Markdown file is wrong, or there is no text.
    """
    fields, body = _split_front_matter(text)
    title, blocks = split_title(outline(body))
    title = fields.title or title or file.stem
    base = slug(file.stem)
    main, parts = _split(blocks)
    if len(parts) < 2 or sum(part.length for part in parts) < SPLIT_FROM:
        main, parts = blocks, []
    drafts = [make_draft(base, title, main, fields, file)] if _has_text(main) else []
    used: Counter[str] = Counter()
    for part in parts:
        if not _has_text(part.blocks):
            continue
        part_slug = slug(part.heading)
        used[part_slug] += 1
        number = f"-{used[part_slug]}" if used[part_slug] > 1 else ""
        part_id = f"{base}-{part_slug}{number}"
        drafts.append(make_draft(part_id, f"{title}：{part.heading}", part.blocks, fields, file))
    if not drafts:
        raise UnreadableError("holds headings but no text")
    return drafts


def make_draft(
    identifier: str, title: str, blocks: list[Block], fields: DraftFields, file: Path
) -> Document:
    """Return one draft with the sections that the blocks' headings mean."""
    return with_revision(
        Document(
            id=identifier,
            kind=DocumentKind.DRAFT,
            title=title,
            revision="",
            area=fields.area,
            region=fields.region,
            effective_from=fields.effective_from,
            effective_to=fields.effective_to,
            verified=False,
            source=fields.source or file.stem,
            sections=_sections(blocks),
            questions=fields.questions,
        )
    )


def _split_front_matter(text: str) -> tuple[DraftFields, str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return DraftFields(), text
    try:
        head = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError("the head between the '---' lines is not YAML") from error
    if not isinstance(head, dict):
        return DraftFields(), text
    try:
        return DraftFields.model_validate(head), text[match.end() :]
    except ValidationError as error:
        first = error.errors()[0]
        rule = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise UnreadableError(f"the head between the '---' lines: {rule} {message}") from error


def _split(blocks: list[Block]) -> tuple[list[Block], list[_Part]]:
    """Part the blocks at the highest headings that name no section."""
    foreign = [block.level for block in blocks if block.level and not section_of(block.heading)]
    top = min(foreign, default=0)
    main: list[Block] = []
    parts: list[_Part] = []
    current = main
    for block in blocks:
        if 0 < block.level <= top:
            if section_of(block.heading):
                current = main
            else:
                parts.append(_Part(block.heading, [Block(0, "", block.body)]))
                current = parts[-1].blocks
                continue
        current.append(block)
    return main, parts


def _has_text(blocks: list[Block]) -> bool:
    return any(block.body for block in blocks)


def _sections(blocks: list[Block]) -> dict[str, str]:
    """Give each block to its section; a heading below a section's stays in that section."""
    bodies: dict[str, list[str]] = {}
    current, current_level = BODY_SECTION, 0
    for block in blocks:
        section = section_of(block.heading) if block.heading else None
        if section is SectionName.SHORT_ANSWER and len(block.body) > SHORT_ANSWER_LIMIT:
            section = None
        if section is not None:
            current, current_level = section, block.level
        elif block.level <= current_level:
            current, current_level = BODY_SECTION, 0
        texts = bodies.setdefault(current, [])
        if section is None and block.heading:
            texts.append(f"**{block.heading}**")
        if block.body:
            texts.append(block.body)
    ordered = [BODY_SECTION, *SectionName]
    return {str(name): "\n\n".join(bodies[name]) for name in ordered if any(bodies.get(name, []))}
