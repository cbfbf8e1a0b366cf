"""A document as the worker reads it, for the action server and for an editor's preview."""

from collections.abc import Sequence

from knowledge_base.article import SectionName
from knowledge_base.document import BODY_SECTION, Document, DocumentKind

_SHOWN_SEPARATELY = {SectionName.SHORT_ANSWER, SectionName.BASIS}
# The short answer opens the reply without a heading; the legal basis is in the citation.


def document_markdown(
    document: Document, *, caution: str, law: str, asked: Sequence[str] = ()
) -> str:
    """Return a document as Markdown: the short answer, what was asked for, the other sections.

    Args:
        document: the document.
        caution: stands at the end of what is not confirmed.
        law: stands below a law's own text.
        asked: the sections that come first.
    """
    if document.kind is DocumentKind.LAW:
        return "\n\n".join([*document.sections.values(), law])
    parts = [document.short_answer] if document.short_answer else []
    names = dict.fromkeys([*asked, *document.sections])
    parts += [
        document.sections[name]
        if name == BODY_SECTION
        else f"**{name}**\n\n{document.sections[name]}"
        for name in names
        if name not in _SHOWN_SEPARATELY
    ]
    if not document.verified:
        parts.append(caution)
    return "\n\n".join(parts)
