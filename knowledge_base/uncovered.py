"""Matters that workers ask about and that no article covers (``uncovered.yml``).

Without them, a question about 公积金贷款 is closest to the article about the employer's duty to pay
into the housing fund, and close enough to be answered with it.
"""

import hashlib
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from knowledge_base.document import Document, DocumentError, DocumentKind

UNCOVERED_FILE = Path(__file__).with_name("uncovered.yml")


class _Matter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    matter: str = Field(min_length=1)
    questions: list[str] = Field(min_length=3)


_MATTERS = TypeAdapter(list[_Matter])


def load_uncovered(path: Path = UNCOVERED_FILE) -> list[Document]:
    """Return a document per matter: its ways of asking, and nothing to answer with.

    Raises:
        DocumentError: the file is not sound, or a matter or a question stands twice.
    """
    try:
        matters = _MATTERS.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise DocumentError(f"{path}: {error}") from error
    seen: set[str] = set()
    for text in (text for each in matters for text in (each.matter, *each.questions)):
        if text in seen:
            raise DocumentError(f"{path}: {text!r} stands twice")
        seen.add(text)
    return [_document(each) for each in matters]


def _document(matter: _Matter) -> Document:
    content = matter.model_dump_json().encode()
    name = hashlib.sha256(matter.matter.encode()).hexdigest()[:12]
    return Document(
        id=f"uncovered-{name}",
        kind=DocumentKind.UNCOVERED,
        title=matter.matter,
        revision=hashlib.sha256(content).hexdigest()[:12],
        verified=False,
        source="",
        sections={},
        questions=matter.questions,
    )
