"""The one place where imported contents become a :class:`Document`."""

import hashlib

from knowledge_base.document import Document


def with_revision(document: Document) -> Document:
    """Return the document with a revision that names exactly this wording and these dates."""
    content = document.model_dump_json(exclude={"revision"})
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    return document.model_copy(update={"revision": digest})
