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

    def __init__(self, dictionary: Path = DICTIONARY_FILE) -> None:
        self._jieba = jieba.Tokenizer()
        self._jieba.load_userdict(str(dictionary))
        content = dictionary.read_bytes()
        self.fingerprint = f"jieba-{_FORMAT}:{hashlib.sha256(content).hexdigest()[:8]}"

    def tokenize(self, text: str) -> list[str]:
        """Return the words of ``text``, without punctuation and white space."""
        words = self._jieba.cut_for_search(fold(text))
        return [word for word in words if any(character.isalnum() for character in word)]
