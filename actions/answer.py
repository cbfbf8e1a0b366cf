"""Questions to the knowledge base: answered, asked back, offered as choices, or declined."""

from dataclasses import dataclass

from actions import replies
from actions.clarify import Clarification, clarification_for, clarifications
from actions.ladder import next_step
from actions.memory import SUBJECT_SEPARATOR, Clarifying, Topic
from actions.search import Found, Search
from actions.texts import texts
from actions.turn import Outcome, Turn
from contract import Reply
from knowledge_base.document import Document
from knowledge_base.retrieval.aspects import aspect_words
from knowledge_base.retrieval.decision import Decision

LIKELY = 0.4
"""Probability from which on the best article is shown as what was probably meant, with the next
ones to choose from, instead of choices alone. Of the labelled questions between this and the bar
for a plain answer the first article was the right one for 35 of 53 of the test side; most of the
others are about matters that nothing covers (``docs/decisions/0006-dialogue.md``)."""

_NOT_UNDERSTOOD = ("nlu_fallback", "inform", None)
"""Intents of messages that may be no question at all."""

_LEAST_LIKELY = 0.05
"""Probability below which an article that both searches of a follow-up find is still none of what
was asked for: most likely nothing covers it ("and when is it paid out?")."""

_SHORT = 14
"""Characters up to which a message that finds nothing may lean on the talk before it."""


def topic_of(document: Document, question: str, turn: Turn) -> Topic:
    """Return what a conversation is about after an answer from a document."""
    before = turn.memory.topic
    subject = SUBJECT_SEPARATOR.join(turn.subjects)
    if not subject and before is not None and before.area == document.area:
        subject = before.subject
    return Topic(
        article_id=document.id,
        title=document.title,
        area=document.area,
        question=question,
        subject=subject,
    )


def choose(turn: Turn, found: Found, about: str | None = None) -> Outcome:
    """Offer the best documents; until one is chosen, the talk is about the first of them."""
    topic = topic_of(found.result.hits[0].document, turn.text, turn)
    memory = turn.memory.about(topic).having(aspect=turn.memory.aspect)
    return Outcome(memory, replies.choices(found.result, about=about))


@dataclass(frozen=True)
class InArea:
    """Two searches of one area for a follow-up: its words alone, and with the subject."""

    alone: Found
    with_subject: Found

    @property
    def certain(self) -> Found | None:
        """The search that answers the follow-up; None where the two leave it open."""
        alone, with_subject = self.alone.result, self.with_subject.result
        if not alone.hits or not with_subject.hits:
            return None
        if with_subject.decision is Decision.DECLINE:
            return None if alone.decision is Decision.DECLINE else self.alone
        if alone.hits[0].document.id == with_subject.hits[0].document.id:
            unlikely = (
                alone.decision is Decision.DECLINE and with_subject.probability < _LEAST_LIKELY
            )
            return None if unlikely else self.with_subject
        if alone.decision is not Decision.DECLINE:
            return self.alone
        return self.with_subject if with_subject.decision is Decision.ANSWER else None


class Answering:
    """Answers from the checked articles, with the thread of the conversation in mind."""

    def __init__(self, search: Search) -> None:
        self._search = search

    async def answer(self, turn: Turn) -> Outcome:
        """Answer a question that names its subject."""
        settled = await self.settle(turn)
        if settled is not None:
            return settled
        found = await self._search(turn.text)
        waiting = await self._with_aspect(turn, found)
        if waiting is not None:
            return waiting
        outcome = self.from_found(turn, found)
        if outcome is not None:
            return outcome
        in_thread = await self._in_thread(turn, found)
        if in_thread is not None:
            return in_thread
        if found.result.decision is Decision.CHOICES:
            return choose(turn, found)
        return self._not_known(turn, found)

    async def _with_aspect(self, turn: Turn, found: Found) -> Outcome | None:
        """Answer a question for an aspect, now that its subject is named or was chosen."""
        aspect = turn.memory.aspect
        if aspect is None:
            return None
        hits = found.result.hits
        chosen = bool(hits) and hits[0].document.title == turn.text
        if not chosen and (not turn.subjects or aspect_words(turn.folded)):
            return None
        whole = f"{turn.text} {aspect}"
        return self.from_found(turn, await self._search(whole, said=turn.text), whole)

    async def fallback(self, turn: Turn) -> Outcome:
        """Handle a message whose intent was not understood; the knowledge base may know it."""
        settled = await self.settle(turn)
        if settled is not None:
            return settled
        found = await self._search(turn.text)
        outcome = self.from_found(turn, found) or await self._in_thread(turn, found)
        if outcome is not None:
            return outcome
        return self._failed(turn, next_step(turn.text, found.result, _failures(turn)))

    async def settle(self, turn: Turn, *, by_button: bool = False) -> Outcome | None:
        """Answer the question that was asked back, if this message is the reply to it.

        ``by_button``: only if the message is the very text of one of the buttons.
        """
        open_question = turn.memory.clarifying
        matter = clarifications().get(open_question.clarification) if open_question else None
        if open_question is None or matter is None:
            return None
        option = matter.option(turn.folded)
        if option is None or (by_button and option.title != turn.text):
            return None
        found = await self._search(f"{open_question.question} {turn.text}", said=turn.text)
        document = found.knowledge_base.document(matter.articles[0])
        if document is None:
            return None
        memory = turn.memory.about(topic_of(document, open_question.question, turn))
        reply = replies.clarified(option.answer, document, found.result)
        return Outcome(memory, reply)

    async def unclarified(self, turn: Turn) -> Outcome:
        """Give the whole rule where the question asked back has no reply that fits it."""
        open_question = turn.memory.clarifying
        matter = clarifications().get(open_question.clarification) if open_question else None
        if open_question is None or matter is None:
            return await self.fallback(turn)
        found = await self._search(f"{open_question.question} {turn.text}", said=turn.text)
        document = found.knowledge_base.document(matter.articles[0])
        if document is None:
            return await self.fallback(turn)
        memory = turn.memory.about(topic_of(document, open_question.question, turn))
        return Outcome(memory, replies.clarified(texts().talk.unclarified, document, found.result))

    def from_found(self, turn: Turn, found: Found, question: str | None = None) -> Outcome | None:
        """Return the answer, or the question to ask back first; None where neither is certain.

        ``question`` is what the answer is to, where it is more than the message itself.
        """
        result = found.result
        if result.decision is Decision.DECLINE:
            return None
        matter = clarification_for(turn.folded, result.hits)
        if matter is not None:
            return self._ask_back(turn, found, matter)
        topic = topic_of(result.hits[0].document, question or turn.text, turn)
        if result.decision is Decision.ANSWER:
            return Outcome(turn.memory.about(topic), replies.answer(result, found.knowledge_base))
        if result.probability >= LIKELY and turn.intent not in _NOT_UNDERSTOOD:
            return Outcome(turn.memory.about(topic), replies.likely(result))
        return None

    def _ask_back(self, turn: Turn, found: Found, matter: Clarification) -> Outcome | None:
        document = found.knowledge_base.document(matter.articles[0])
        if document is None:
            return None
        asking = Clarifying(clarification=matter.id, question=turn.text)
        memory = turn.memory.about(topic_of(document, turn.text, turn)).having(clarifying=asking)
        return Outcome(memory, replies.ask_back(matter, document, found.result))

    async def _in_thread(self, turn: Turn, found: Found) -> Outcome | None:
        """Try the message together with what was said before it."""
        memory = turn.memory
        if memory.pieces:
            whole = " ".join([*memory.pieces, turn.text])
            outcome = self.from_found(turn, await self._search(whole, said=turn.text), whole)
            if outcome is not None:
                return outcome
        topic = memory.topic
        if topic is None or topic.area is None or len(turn.text) > _SHORT:
            return None
        in_area = await self.ask_in_area(turn, topic)
        # What has nothing to do with the matter finds nothing, in its area or elsewhere.
        decisions = {found.result.decision, in_area.alone.result.decision}
        if in_area.certain is None or decisions == {Decision.DECLINE}:
            return None
        return self.follow(turn, topic, in_area.certain)

    async def as_follow_up(self, turn: Turn) -> Outcome | None:
        """Answer a short question out of the matter talked about, if it is one without doubt."""
        topic = turn.memory.topic
        is_short = len(turn.text) <= _SHORT and texts().asks.search(turn.folded) is not None
        if topic is None or topic.area is None or not is_short:
            return None
        found = (await self.ask_in_area(turn, topic)).certain
        return self.follow(turn, topic, found) if found is not None else None

    async def ask_in_area(self, turn: Turn, topic: Topic) -> "InArea":
        """Ask within the area talked about, once as it was said and once with the subject.

        Words alone find the right article of an area best (46 of 51 follow-ups of the test
        conversations; with the subject 41, with the title of the article before 13), but are too
        few to be sure; the second search confirms the first.
        """
        areas = None if topic.area is None else [topic.area]
        question = f"{topic.subject or topic.title} {turn.text}"
        return InArea(
            await self._search(turn.text, areas=areas),
            await self._search(question, said=turn.text, areas=areas),
        )

    def follow(self, turn: Turn, topic: Topic, found: Found) -> Outcome:
        """Answer a follow-up with the best document; of the one in hand only what is asked."""
        hit = found.result.hits[0]
        question = f"{topic.subject or topic.title} {turn.text}"
        memory = turn.memory.about(topic_of(hit.document, question, turn))
        if hit.document.id == topic.article_id and hit.asked:
            return Outcome(memory, replies.section(hit, found.result))
        return Outcome(memory, replies.answer(found.result, found.knowledge_base))

    def _not_known(self, turn: Turn, found: Found) -> Outcome:
        failures = _failures(turn)
        if failures == 1:
            return self._failed(turn, replies.unknown(found.result))
        return self._failed(turn, next_step(turn.text, found.result, failures))

    def _failed(self, turn: Turn, reply: Reply) -> Outcome:
        """Count the failure, unless it was the one that brings a person."""
        memory = turn.memory.failed()
        return Outcome(memory.having(failed_turns=0) if reply.handoff else memory, reply)


def _failures(turn: Turn) -> int:
    """Return how many turns in a row have failed, this one included."""
    return int(turn.memory.failed_turns) + 1
