"""Every parser with what it is given, and how its cases are run."""

import gc
import io
import re
import signal
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType, MappingProxyType
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.security.fuzzing import files, material, words
from tests.security.fuzzing.material import damaged, packed_again, texts

HANGS_AFTER_S: Final = 5.0
"""Of the processor's time: others may be at work on the machine."""


class HangError(BaseException):
    """A case took too long. Not an ``Exception``, so that no parser takes it for a failure."""


@dataclass(frozen=True)
class Target:
    """``parse`` names its outcome, or raises one of the failures it declares."""

    parse: Callable[[Any], str]
    cases: SearchStrategy[Any]
    weight: float = 1.0
    """Its share of a recorded run: the parsers of Office files are slow."""


@dataclass
class Outcome:
    """Of a run: what came out how often, and the slowest case in milliseconds of the
    processor's time."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest_ms: float = 0.0


def _encoded(pieces: Any, longest: int = material.LONGEST) -> SearchStrategy[bytes]:
    encodings = st.sampled_from(("utf-8", "utf-8", "gb18030", "utf-16"))
    return st.builds(
        lambda text, encoding: text.encode(encoding, "replace"), texts(pieces, longest), encodings
    )


def _office(file: bytes, part: str) -> SearchStrategy[bytes]:
    """A damaged archive, or a sound one with other XML inside."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        xml = archive.read(part).decode()
    places = [place.end() for place in re.finditer(">", xml)]
    inside = st.builds(
        lambda place, text: packed_again(file, part, xml[:place] + text + xml[place:]),
        st.sampled_from(places),
        texts(material.OFFICE, 2000),
    )
    return damaged([file]) | inside


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        "figures in messages": Target(words.quantities, texts(material.FIGURES), 2),
        "calculators": Target(words.calculators, texts(material.FIGURES, 500), 1),
        "numerals": Target(words.numerals, texts(material.FIGURES, 1000), 2),
        "masking": Target(words.masking, texts(material.PERSONAL), 3),
        "cleaning": Target(words.cleaning, texts(material.NAMES), 2),
        "web formatting": Target(words.html, texts(material.MARKDOWN), 1.5),
        "wechat formatting": Target(words.wechat, texts(material.MARKDOWN), 1.5),
        "wechat splitting": Target(words.split, texts(material.MARKDOWN, 3000), 1.5),
        "file names": Target(words.file_name, texts(material.NAMES), 2),
        "attachments": Target(
            files.attachment, damaged(files.attachments()) | st.binary(max_size=200), 4
        ),
        "articles": Target(
            files.article, damaged(files.articles()) | _encoded(material.ARTICLE, 2000), 0.5
        ),
        "facts": Target(files.facts, _encoded(material.FACTS), 1),
        "imported text": Target(files.document(".txt"), _encoded(material.DOCUMENT), 0.5),
        "imported html": Target(files.document(".html"), _encoded(material.DOCUMENT, 2000), 0.3),
        "imported docx": Target(files.document(".docx"), _office(files.DOCX, files.DOCX_PART), 0.1),
        "imported xlsx": Target(
            files.document(".xlsx"), _office(files.XLSX, files.ROSTER_PART), 0.1
        ),
        "imported pdf": Target(files.document(".pdf"), damaged([files.PDF]), 0.2),
        "members as csv": Target(
            files.roster(".csv"),
            _encoded(material.SHEET) | texts(material.SHEET).map(files.below_the_headings),
            0.5,
        ),
        "members as xlsx": Target(
            files.roster(".xlsx"), _office(files.ROSTER, files.ROSTER_PART), 0.1
        ),
    }
)


def run(target: Target, cases: int, number: int, outcome: Outcome) -> None:
    """Run so many cases, the same ones for the same ``number``, and count them in ``outcome``.

    Raises what comes out that the parser does not declare, and ``HangError``.
    """

    @seed(number)
    @settings(
        max_examples=cases,
        phases=[Phase.generate, Phase.shrink],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.cases)
    def each(case: Any) -> None:
        # The garbage of the whole process is not this parser's, and takes seconds to look through.
        gc.disable()
        signal.setitimer(signal.ITIMER_PROF, HANGS_AFTER_S)
        started = time.process_time()
        try:
            came_out = target.parse(case)
        except files.REFUSALS as error:
            came_out = type(error).__name__
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            gc.enable()
        milliseconds = (time.process_time() - started) * 1000
        outcome.slowest_ms = max(outcome.slowest_ms, milliseconds)
        outcome.counts[came_out] += 1

    files.load_libraries()
    before = signal.signal(signal.SIGPROF, _stop)
    try:
        each()
    finally:
        signal.signal(signal.SIGPROF, before)


def _stop(_: int, frame: FrameType | None) -> None:
    raise HangError(f"hangs at {frame}")
