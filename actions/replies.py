"""From search results to replies: an answer is the checked article's own words."""

from collections.abc import Sequence

from actions.texts import texts
from contract import Citation, Decision, HitScores, QuickReply, Reply, ReplyKind, Trace, TraceHit
from knowledge_base.article import SectionName
from knowledge_base.calendar import today
from knowledge_base.document import BODY_SECTION, Document, DocumentKind
from knowledge_base.search import Hit, KnowledgeBase, SearchResult

_MAX_CHOICES = 3
_SHOWN_SEPARATELY = {SectionName.SHORT_ANSWER, SectionName.BASIS}
# The short answer opens the reply without a heading; the legal basis is in the citation.


def trace_of(result: SearchResult) -> Trace:
    """Return the record of a search that is stored with the reply."""
    return Trace(
        query=result.trace.query,
        rewritten_query=result.trace.rewritten_query,
        hits=[
            TraceHit(
                article_id=hit.document.id,
                revision=hit.document.revision,
                section=hit.section,
                scores=HitScores(
                    bm25=hit.bm25,
                    dense=hit.dense,
                    fused=hit.fused,
                    probability=hit.probability,
                ),
            )
            for hit in result.hits
        ],
        index_fingerprint=result.trace.index_fingerprint,
        encoder=result.trace.encoder,
        decision=Decision(result.decision),
    )


def answer(result: SearchResult, knowledge_base: KnowledgeBase) -> Reply:
    """Return the best document as an answer with its citation; several questions in one message
    are answered one after another."""
    answered = [part.hits[0] for part in result.parts] or result.hits[:1]
    documents = list({hit.document.id: hit.document for hit in answered}.values())
    # A matter may be related to several of them.
    related_ids = dict.fromkeys(each for document in documents for each in document.related)
    related = [
        QuickReply(title=other.title, text=other.title)
        for other in map(knowledge_base.document, related_ids)
        if other is not None and other not in documents and other.valid_on(today())
    ]
    return Reply(
        kind=ReplyKind.ANSWER,
        text=_text_of(result.parts) if result.parts else answer_text(result.hits[0]),
        citations=[citation(document) for document in documents],
        quick_replies=[*related[:_MAX_CHOICES], texts().person],
        trace=trace_of(result),
    )


def _text_of(parts: Sequence[SearchResult]) -> str:
    """Return the answers to several questions, each under its article's title."""
    distinct = {part.hits[0].document.id: part.hits[0] for part in parts}
    return "\n\n".join(
        [
            texts().answer.parts,
            *(
                texts().answer.part.format(number=number, title=hit.document.title)
                + f"\n\n{answer_text(hit)}"
                for number, hit in enumerate(distinct.values(), start=1)
            ),
        ]
    )


def answer_text(hit: Hit) -> str:
    """Return the document as Markdown: the short answer, what was asked for, the other sections,
    and a caution where it is a law's own text or not confirmed."""
    document = hit.document
    if document.kind is DocumentKind.LAW:
        return "\n\n".join([*document.sections.values(), texts().answer.law])
    parts = [document.short_answer] if document.short_answer else []
    names = dict.fromkeys([*hit.asked, *document.sections])
    parts += [
        document.sections[name]
        if name == BODY_SECTION
        else f"**{name}**\n\n{document.sections[name]}"
        for name in names
        if name not in _SHOWN_SEPARATELY
    ]
    if not document.verified:
        parts.append(texts().answer.caution)
    return "\n\n".join(parts)


def citation(document: Document) -> Citation:
    """Return where the document comes from and how fresh it is."""
    return Citation(
        title=document.title,
        source=document.source,
        article_id=document.id,
        effective_from=document.effective_from,
        as_of=document.as_of,
        verified=document.verified,
        url=document.url,
    )


def choices(result: SearchResult) -> Reply:
    """Offer the best documents and a person."""
    offered = [
        QuickReply(title=hit.document.title, text=hit.document.title)
        for hit in result.hits[:_MAX_CHOICES]
    ]
    nobody = QuickReply(title=texts().choices.none_of_these, text=texts().person.text)
    return Reply(
        kind=ReplyKind.CHOICES,
        text=texts().choices.ask,
        quick_replies=[*offered, nobody],
        trace=trace_of(result),
    )


def topics(result: SearchResult) -> Reply:
    """Offer the main topics, when nothing else is known about the question."""
    return Reply(
        kind=ReplyKind.CHOICES,
        text=texts().choices.topics,
        quick_replies=[*texts().topics, texts().person],
        trace=trace_of(result),
    )


def rephrase(result: SearchResult) -> Reply:
    """Ask for the matter in other words."""
    return Reply(
        kind=ReplyKind.QUESTION,
        text=texts().decline.rephrase,
        quick_replies=[texts().person],
        trace=trace_of(result),
    )


def unknown(result: SearchResult) -> Reply:
    """Say that nothing checked is known about it."""
    return Reply(
        kind=ReplyKind.DECLINE,
        text=texts().decline.unknown,
        quick_replies=[texts().person],
        trace=trace_of(result),
    )
