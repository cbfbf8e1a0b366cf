"""How an article will look, on the web and in WeChat."""

from pydantic import BaseModel, ConfigDict

from api.channels.markdown import to_html
from api.channels.wechat.form import compose
from api.knowledge.catalogue import Snapshot
from api.knowledge.texts import knowledge_texts
from api.storage.models import Author, Message, MessageKind, new_id
from contract import Citation, QuickReply
from knowledge_base.article import Article
from knowledge_base.document import Document
from knowledge_base.wording import document_markdown

_MAX_RELATED = 3
"""As many as the assistant offers below an answer."""


class Preview(BaseModel):
    """``html`` is safe; ``wechat`` are the texts that a follower gets, one after another."""

    model_config = ConfigDict(frozen=True)

    html: str
    citation: Citation
    related: list[str]
    wechat: list[str]


def preview(snapshot: Snapshot, article: Article) -> Preview:
    """Show an article as the answer to a question about it."""
    document = Document.from_article(article)
    words = knowledge_texts().preview
    text = document_markdown(document, caution=words.caution, law=words.law)
    citation = Citation(
        title=document.title,
        source=document.source,
        article_id=document.id,
        effective_from=document.effective_from,
        as_of=document.as_of,
        verified=document.verified,
        url=document.url,
    )
    others = map(snapshot.corpus.articles.get, article.front_matter.related)
    related = [other.title for other in others if other is not None][:_MAX_RELATED]
    message = Message(
        id=new_id(),
        author=Author.BOT,
        kind=MessageKind.ANSWER,
        text=text,
        citations=[citation.model_dump(mode="json")],
        quick_replies=[
            QuickReply(title=title, text=title).model_dump(mode="json") for title in related
        ],
    )
    return Preview(
        html=to_html(text),
        citation=citation,
        related=related,
        wechat=[part.text for part in compose([message])],
    )
