"""Messages that live on the talk before them: an aspect of the matter, a correction, a return."""

from actions import replies
from actions.answer import Answering, choose
from actions.calculation import has_figures
from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.memory import SUBJECT_SEPARATOR, Topic
from actions.search import Search
from actions.texts import texts
from actions.triage import tells_of_a_death
from actions.turn import Outcome, Turn
from knowledge_base.retrieval.aspects import aspect_words
from knowledge_base.retrieval.decision import Decision

_SHORT = 12
"""Characters up to which a question may only vary what was computed before."""


class FollowingUp:
    """Finds out what a message without a subject is about."""

    def __init__(self, search: Search, answering: Answering) -> None:
        self._search = search
        self._answering = answering

    async def question(self, turn: Turn) -> Outcome:
        """Answer a question that names its subject, or work a result out anew ("and as 2N?"). The
        death of somebody at work is for a person, also where it is put as a question."""
        if turn.loop is None and tells_of_a_death(turn.text):
            return Outcome(turn.memory, loop=INTAKE_FORM)
        if _varies_the_result(turn):
            return Outcome(turn.memory, loop=CALCULATOR_FORM)
        return await self._answering.answer(turn)

    async def aspect(self, turn: Turn) -> Outcome:
        """Answer a question for an aspect only: materials, place, time, amount, who."""
        settled = await self._answering.settle(turn)
        if settled is not None:
            return settled
        if _varies_the_result(turn):
            return Outcome(turn.memory, loop=CALCULATOR_FORM)
        if turn.memory.pieces:
            whole = " ".join([*turn.memory.pieces, turn.text])
            found = await self._search(whole, said=turn.text)
            outcome = self._answering.from_found(turn, found, whole)
            if outcome is not None:
                return outcome
        topic = turn.memory.topic
        if turn.subjects or topic is None:
            return await self._without_thread(turn, aspect=turn.text)
        return await self._in_thread(turn, topic)

    async def _in_thread(self, turn: Turn, topic: Topic) -> Outcome:
        """Answer within the area talked about, or anywhere with the subject; else offer what
        there is about the matter."""
        in_area = await self._answering.ask_in_area(turn, topic)
        found = in_area.certain
        if found is None:
            question = f"{topic.subject or topic.title} {turn.text}"
            anywhere = await self._search(question, said=turn.text)
            if anywhere.result.decision is Decision.ANSWER:
                found = anywhere
        if found is not None:
            return self._answering.follow(turn, topic, found)
        with_subject = in_area.with_subject
        if with_subject.result.decision is Decision.DECLINE:
            reply = replies.unknown(with_subject.result, about=topic.title)
            return Outcome(turn.memory.failed(), reply)
        return choose(turn, with_subject, about=topic.title)

    async def go_back(self, turn: Turn) -> Outcome:
        """Return to the matter before the present one, or to the one that is named."""
        named = [topic for topic in turn.memory.topics if _is_named(topic, turn)]
        earlier = named or turn.memory.topics[1:2] or turn.memory.topics[:1]
        if turn.subjects and (not named or aspect_words(turn.folded)):
            whole = f"{' '.join(turn.subjects)} {aspect_words(turn.folded)}"
            found = await self._search(whole, said=turn.text)
            outcome = self._answering.from_found(turn, found, whole)
            if outcome is not None:
                return outcome
            if not named:
                return await self._answering.answer(turn)
        if not earlier:
            return await self._without_thread(turn)
        topic = earlier[0]
        found = await self._search(topic.question, said=turn.text)
        document = found.knowledge_base.document(topic.article_id)
        if document is None:
            return await self._without_thread(turn)
        return Outcome(turn.memory.about(topic), replies.returned(document, found.result))

    async def correct(self, turn: Turn) -> Outcome:
        """Take "no, I meant ..." for the question, with the aspect that was asked for before."""
        settled = await self._answering.settle(turn)
        if settled is not None:
            return settled
        if has_figures(turn):
            return Outcome(turn.memory, loop=CALCULATOR_FORM)
        meant = texts().correction.sub("", turn.folded)
        meant = texts().not_meant.sub("", meant).strip(" ,，。:：")
        if not meant:
            return await self._without_thread(turn)
        topic = turn.memory.topic
        asked = turn.memory.aspect or (_without_subject(topic) if topic else "")
        if asked and not aspect_words(meant):
            whole = f"{meant} {asked}"
            found = await self._search(whole, said=turn.text)
            outcome = self._answering.from_found(turn, found, whole)
            if outcome is not None:
                return outcome
        found = await self._search(meant, said=turn.text)
        outcome = self._answering.from_found(turn, found, meant)
        if outcome is not None:
            return outcome
        if found.result.decision is Decision.CHOICES:
            return choose(turn, found)
        return Outcome(turn.memory.failed(), replies.unknown(found.result))

    async def _without_thread(self, turn: Turn, aspect: str | None = None) -> Outcome:
        """Nothing was said before: answer if the message is clear by itself, else ask what it is
        about, with likely topics as choices."""
        if turn.subjects:
            return await self._answering.answer(turn)
        found = await self._search(turn.text)
        memory = turn.memory.having(aspect=aspect)
        return Outcome(memory, replies.which_topic(found.result))


def _varies_the_result(turn: Turn) -> bool:
    """Tell whether a short question asks for the latest result with another figure or choice."""
    calculation = turn.memory.calculation
    if calculation is None or not calculation.done or len(turn.text) > _SHORT:
        return False
    return texts().varies.search(turn.folded) is not None and has_figures(turn)


def _without_subject(topic: Topic) -> str:
    """Return what was asked, without what it was asked about."""
    question = topic.question
    for subject in filter(None, topic.subject.split(SUBJECT_SEPARATOR)):
        question = question.replace(subject, "")
    return question


def _is_named(topic: Topic, turn: Turn) -> bool:
    """Tell whether a message speaks of a topic by its name."""
    where = f"{topic.subject} {topic.question} {topic.title}"
    return any(subject in where for subject in turn.subjects)
