"""Is an index fit for the encoder and the analysers at hand?"""

import hashlib
import inspect
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base import document, units
from knowledge_base.index.manifest import Manifest
from knowledge_base.index.store import REBUILD_HINT, CorruptIndexError
from knowledge_base.retrieval import lexical, text
from knowledge_base.retrieval.analyser import Analyser, fingerprints

if TYPE_CHECKING:
    # Loads PyTorch, which the life of an index does not need.
    from knowledge_base.encoder.encoder import Encoder

SAME_ENCODER_COSINE = 0.99
"""Two runtimes of one model differ by less; two models by far more."""

_DETERMINING_MODULES = (document, lexical, text, units)
"""Modules whose code decides what an index holds, beside encoder and analysers."""


def code_digest(analysers: Sequence[Analyser]) -> str:
    """Return a digest of the code that decides what an index holds."""
    modules = [*_DETERMINING_MODULES, *(sys.modules[type(each).__module__] for each in analysers)]
    sources = json.dumps([inspect.getsource(module) for module in modules])
    return hashlib.sha256(sources.encode()).hexdigest()[:16]


def check_settings(manifest: Manifest, encoder: "Encoder", analysers: Sequence[Analyser]) -> None:
    """Refuse an index that was made with other settings.

    Raises:
        CorruptIndexError: encoder or analysers are not those it was made with.
    """
    problems = settings_problems(manifest, encoder, analysers)
    if problems:
        raise CorruptIndexError(f"the index {'; '.join(problems)}; {REBUILD_HINT}")


def settings_problems(
    manifest: Manifest, encoder: "Encoder", analysers: Sequence[Analyser]
) -> list[str]:
    """Say in what the settings differ from those the index was made with."""
    problems: list[str] = []
    other_encoder = encoder_problem(manifest, encoder)
    if other_encoder:
        problems.append(other_encoder)
    here = fingerprints(analysers)
    for name in sorted(manifest.analysers.keys() | here.keys()):
        made, given = manifest.analysers.get(name), here.get(name)
        if made != given:
            problems.append(f"was made with analyser {name} {made}, this is {given}")
    return problems


def encoder_problem(manifest: Manifest, encoder: "Encoder") -> str | None:
    """Say why vectors of this encoder cannot be compared with those of the index."""
    probe = np.array(manifest.probe, dtype=np.float32)
    if encoder.dimension != len(probe):
        return (
            f"was made with {manifest.encoder} ({len(probe)} dimensions), this encoder has "
            f"{encoder.dimension}"
        )
    if float(probe @ encoder.probe) < SAME_ENCODER_COSINE:
        return f"was made with {manifest.encoder}, not with {encoder.name}"
    return None
