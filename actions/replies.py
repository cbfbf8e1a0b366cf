"""From search results to replies: an answer is the checked article's own words."""

from collections.abc import Sequence

from actions.clarify import Clarification
from actions.texts import texts
from contract import Citation, Decision, HitScores, QuickReply, Reply, ReplyKind, Trace, TraceHit
from knowledge_base.calendar import today
from knowledge_base.document import Document
from knowledge_base.search import Hit, KnowledgeBase, SearchResult
from knowledge_base.wording import document_markdown

_MAX_CHOICES = 3


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


def likely(result: SearchResult) -> Reply:
    """Return the best document as what was probably meant, and the next ones to choose from."""
    best, *others = result.hits[:_MAX_CHOICES]
    document = best.document
    offered = [QuickReply(title=hit.document.title, text=hit.document.title) for hit in others]
    nobody = QuickReply(title=texts().choices.none_of_these, text=texts().person.text)
    return Reply(
        kind=ReplyKind.ANSWER,
        text="\n\n".join(
            [
                texts().answer.likely.format(title=document.title),
                answer_text(best),
                texts().answer.not_likely,
            ]
        ),
        citations=[citation(document)],
        quick_replies=[*offered, nobody],
        trace=trace_of(result),
    )


def answer_text(hit: Hit) -> str:
    """Return what was found as Markdown, the sections that were asked for first."""
    return document_text(hit.document, hit.asked)


def document_text(document: Document, asked: Sequence[str] = ()) -> str:
    """Return a document as Markdown: the short answer, what was asked for, the other sections,
    and a caution where it is a law's own text or not confirmed."""
    words = texts().answer
    return document_markdown(document, caution=words.caution, law=words.law, asked=asked)


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


def section(hit: Hit, result: SearchResult) -> Reply:
    """Return only those sections of a document that were asked for; the thread is on it."""
    document = hit.document
    parts = [f"**{document.title} · {name}**\n\n{document.sections[name]}" for name in hit.asked]
    if not document.verified:
        parts.append(texts().answer.caution)
    return Reply(
        kind=ReplyKind.ANSWER,
        text="\n\n".join(parts),
        citations=[citation(document)],
        quick_replies=[texts().person],
        trace=trace_of(result),
    )


def returned(document: Document, result: SearchResult) -> Reply:
    """Take up a document again that was talked about before."""
    return _opened(texts().answer.returned.format(title=document.title), document, result)


def clarified(opening: str, document: Document, result: SearchResult) -> Reply:
    """Return what a reply to a question means for the worker, then the document."""
    return _opened(opening, document, result)


def _opened(opening: str, document: Document, result: SearchResult) -> Reply:
    return Reply(
        kind=ReplyKind.ANSWER,
        text=f"{opening}\n\n{document_text(document)}",
        citations=[citation(document)],
        quick_replies=[texts().person],
        trace=trace_of(result),
    )


def ask_back(matter: Clarification, document: Document, result: SearchResult) -> Reply:
    """Give the rule in one line and ask for what the answer depends on."""
    parts = [matter.rule, f"**{matter.question}**"]
    if not document.verified:
        parts.append(texts().answer.caution)
    options = [QuickReply(title=each.title, text=each.title) for each in matter.options]
    return Reply(
        kind=ReplyKind.QUESTION,
        text="\n\n".join(parts),
        citations=[citation(document)],
        quick_replies=[*options, texts().person],
        trace=trace_of(result),
    )


def which_topic(result: SearchResult) -> Reply:
    """Ask what a question without a subject is about, with the likely matters as choices."""
    by_area: dict[str | None, Document] = {}
    for hit in result.hits:
        by_area.setdefault(hit.document.area, hit.document)
    likely = [
        QuickReply(title=document.title, text=document.title)
        for document in list(by_area.values())[:_MAX_CHOICES]
    ]
    return Reply(
        kind=ReplyKind.CHOICES,
        text=texts().choices.which,
        quick_replies=[*(likely or texts().topics), texts().person],
        trace=trace_of(result),
    )


def choices(result: SearchResult, *, about: str | None = None) -> Reply:
    """Offer the best documents and a person; ``about``: the matter talked of."""
    offered = [
        QuickReply(title=hit.document.title, text=hit.document.title)
        for hit in result.hits[:_MAX_CHOICES]
    ]
    nobody = QuickReply(title=texts().choices.none_of_these, text=texts().person.text)
    return Reply(
        kind=ReplyKind.CHOICES,
        text=texts().choices.about.format(title=about) if about else texts().choices.ask,
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


def unknown(result: SearchResult, *, about: str | None = None) -> Reply:
    """Say that nothing checked is known about it; ``about``: the matter talked of."""
    return Reply(
        kind=ReplyKind.DECLINE,
        text=texts().decline.about.format(title=about) if about else texts().decline.unknown,
        quick_replies=[texts().person],
        trace=trace_of(result),
    )


def chat(text: str) -> Reply:
    """Say something that is no answer."""
    return Reply(kind=ReplyKind.CHAT, text=text)


def ask(text: str) -> Reply:
    """Ask something, with a person as the way out."""
    return Reply(kind=ReplyKind.QUESTION, text=text, quick_replies=[texts().person])
