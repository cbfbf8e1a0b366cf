"""From search results to replies: an answer is the checked article's own words."""

from actions.texts import texts
from contract import Citation, Decision, HitScores, QuickReply, Reply, ReplyKind, Trace, TraceHit
from knowledge_base.article import SectionName
from knowledge_base.calendar import today
from knowledge_base.document import Document
from knowledge_base.search import KnowledgeBase, SearchResult

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
    """Return the best document as an answer with its citation."""
    document = result.hits[0].document
    related = [
        QuickReply(title=other.title, text=other.title)
        for other in map(knowledge_base.document, document.related)
        if other is not None and other.valid_on(today())
    ]
    return Reply(
        kind=ReplyKind.ANSWER,
        text=answer_text(document),
        citations=[citation(document)],
        quick_replies=[*related[:_MAX_CHOICES], texts().person],
        trace=trace_of(result),
    )


def answer_text(document: Document) -> str:
    """Return the document as Markdown: short answer, sections, caution if not confirmed."""
    parts = [document.short_answer] if document.short_answer else []
    parts += [
        f"**{name}**\n\n{body}"
        for name, body in document.sections.items()
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
