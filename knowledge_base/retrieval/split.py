"""Stage 3: several questions in one message, taken apart.

「换厂了 会员还在不 咋退会」 asks two things. A piece counts as a question of its own when it has
a question word and something to ask about; what is no question is context for the next one.
The whole message is always searched too: whether its parts are answered one by one is decided by
what they find (see :mod:`knowledge_base.search`).
"""

import re

from knowledge_base.retrieval.stage import StageSettings

_ENDS = re.compile(
    r"(?<=[吗呢么吧嘛伐不没啊])\s+|[?？!！。;；\n]+|\s+|[,，]+|(?=还有|另外|顺便|再问)"
)
_ASKS = re.compile(
    r"[吗嘛伐呢谁哪几啥咋]|么$|不$|没$|什么|怎么|怎样|如何|多少|多久|多长|为什么|为啥|"
    r"能不能|可不可|是不是|有没有|要不要|该不该|会不会|算不算|行不行|对不对|合不合|"
    r"^能|可以|合法|合理|有用|违法"
)
MARKS = ",，。?？!！;；"
"""End a clause."""
_FILLERS = re.compile(
    r"还有|另外|顺便|再问|一下|请问|那个|就是|到底|究竟|现在|我|你|您|他|她|的|了|是|都|也|就|"
    r"在|有|要|能|吗|嘛|伐|呢|不|没|啊|呀|吧|么|可以|什么|怎么|咋|啥|多少|多久|几|哪里|哪|谁|"
    r"合法|合理|有用|违法|行|对|钱|天"
)


class SplitSettings(StageSettings):
    """How much a piece must hold to be a question of its own."""

    shortest: int = 2
    """Characters that are left when question words and fillers are taken out."""
    most: int = 3
    """Parts at the most; a longer message is a story, not a list of questions."""


class Splitter:
    """Takes a message apart."""

    def __init__(self, settings: SplitSettings) -> None:
        self._settings = settings

    def run(self, query: str) -> tuple[str, ...]:
        """Return the questions in ``query``; empty when there is only one."""
        if not self._settings.enabled:
            return ()
        questions: list[str] = []
        context = ""
        for piece in filter(None, map(str.strip, _ENDS.split(query))):
            if not asks(piece):
                context = f"{context} {piece}".strip()
            elif questions and not context and not self._stands_alone(piece):
                questions[-1] = f"{questions[-1]} {piece}"
            else:
                questions.append(f"{context} {piece}".strip())
                context = ""
        if questions and context:
            questions[-1] = f"{questions[-1]} {context}"
        return tuple(questions) if 1 < len(questions) <= self._settings.most else ()

    def _stands_alone(self, piece: str) -> bool:
        return len(_FILLERS.sub("", piece)) >= self._settings.shortest


def asks(clause: str) -> bool:
    """Tell whether there is a question word in a clause."""
    return _ASKS.search(clause.strip(f"{MARKS} \n")) is not None
