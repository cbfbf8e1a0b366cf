"""Names of files, which come from strangers: only what a person can read of them is kept."""

import re
import unicodedata
from pathlib import PurePosixPath

from api.attachments.kinds import KINDS, Kind
from api.attachments.texts import attachment_texts
from api.storage.models import Attachment

NAME_MAX_CHARS = 100
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_EXTENSIONS = frozenset(extension for kind in KINDS.values() for extension in kind.extensions)


def clean_name(name: str) -> str:
    """The name without folders, and without what cannot be seen or misleads: control characters,
    marks that turn the direction of writing, what file systems reserve. Perhaps nothing is left.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Categories C*: controls, direction and joining marks, surrogates, private use.
    name = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in name)
    return _shortened(_NOT_IN_NAMES.sub(" ", name), "")


def name_for(name: str, kind: Kind) -> str:
    """The cleaned name with an ending that says what the file is; empty if it has none."""
    name = clean_name(name)
    path = PurePosixPath(name)
    ending = path.suffix.lower()
    if not name or ending in kind.extensions:
        return name
    stem = path.stem if ending in _EXTENSIONS else name
    return _shortened(stem, kind.extensions[0])


def download_name(attachment: Attachment) -> str:
    """The name under which a stored file is given out."""
    kind = KINDS.get(attachment.content_type or "")
    return attachment.file_name or default_name(attachment.id, kind)


def default_name(attachment_id: str, kind: Kind | None) -> str:
    """A name for a file that has none."""
    extension = kind.extensions[0] if kind else ""
    return f"{attachment_texts().unnamed}-{attachment_id[-6:]}{extension}"


def _shortened(stem: str, extension: str) -> str:
    """On one line, of at most ``NAME_MAX_CHARS`` characters, its ending kept."""
    line = " ".join(stem.split()).strip(" .")
    if len(line) + len(extension) <= NAME_MAX_CHARS:
        return line + extension
    path = PurePosixPath(line)
    own = path.suffix if not extension and len(path.suffix) <= 10 else ""
    extension = extension or own
    return line.removesuffix(own)[: NAME_MAX_CHARS - len(extension)].rstrip(" .") + extension
