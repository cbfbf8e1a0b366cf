"""An index of any size, made from the articles without encoding them all."""

from itertools import count
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge_base.corpus import load_corpus
from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.units import units_of


class QuickEncoder(Encoder):
    """Gives random directions while ``quick``: an hour of encoding is not what is measured.

    Name and fingerprint are the encoder's own, so that what it made is reused.
    """

    quick = True

    def _encode(self, texts: list[str], prompt: str, *, progress: bool) -> npt.NDArray[np.float32]:
        if not self.quick or len(texts) == 1:
            return super()._encode(texts, prompt, progress=progress)
        rows = np.random.default_rng(len(texts)).normal(size=(len(texts), self.dimension))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def varied_documents(units: int) -> list[Document]:
    """Return the articles again and again, each time about another district, until they do."""
    articles = [Document.from_article(each) for each in load_corpus().articles.values()]
    documents: list[Document] = []
    found = 0
    for number in count():
        for article in articles:
            document = about(article, f"第{number}街道") if number else article
            documents.append(document)
            found += len(units_of(document))
            if found >= units:
                return documents
    raise AssertionError("a count never ends")


def about(article: Document, place: str) -> Document:
    """Return the article as if it were about another place."""
    return article.model_copy(
        update={
            "id": f"{article.id}-{place}",
            "title": f"{place}{article.title}",
            "questions": [f"{place}{question}" for question in article.questions],
        }
    )


def peak_memory() -> float:
    """Return the most memory this process ever had, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    return round(float(fields["VmHWM"].split()[0]) / 1024, 1)
