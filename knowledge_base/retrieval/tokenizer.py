"""Chinese word segmentation with the union's own dictionary."""

import hashlib
import logging
from pathlib import Path

import jieba

from knowledge_base.retrieval.text import fold

DICTIONARY_FILE = Path(__file__).parents[1] / "dictionary.txt"
_FORMAT = 1

jieba.setLogLevel(logging.WARNING)


class Tokenizer:
    """Splits text into words and their parts (``医疗互助`` also gives ``医疗`` and ``互助``)."""

    name = "words"

    def __init__(self, dictionary: Path = DICTIONARY_FILE) -> None:
        self._jieba = jieba.Tokenizer()
        self._jieba.load_userdict(str(dictionary))
        content = dictionary.read_text(encoding="utf-8")
        self.fingerprint = f"jieba-{_FORMAT}:{hashlib.sha256(content.encode()).hexdigest()[:8]}"
        self.union_terms: tuple[str, ...] = tuple(
            line.split()[0] for line in content.splitlines() if line.strip()
        )
        """The terms of the union's own dictionary."""
        self._union_terms = frozenset(self.union_terms)

    def knows(self, word: str) -> bool:
        """Tell whether ``word`` is in the general or the union's dictionary."""
        # The dictionary also holds beginnings of words, with a frequency of 0.
        frequency: int = self._jieba.FREQ.get(word, 0)
        return frequency > 0

    def tokenize(self, text: str) -> list[str]:
        """Return the words of ``text``, without punctuation and white space."""
        words = self._jieba.cut_for_search(fold(text))
        return [word for word in words if any(character.isalnum() for character in word)]

    def union_characters(self, text: str) -> int:
        """Return how many characters the union's terms in ``text`` have together, each once."""
        return sum(map(len, self._union_terms.intersection(self.tokenize(text))))
