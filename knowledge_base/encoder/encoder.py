"""One interface over any sentence-transformers model."""

import hashlib
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import transformers

from knowledge_base.encoder.recent_vectors import RecentVectors
from knowledge_base.encoder.runtime import Runtime, load_model
from knowledge_base.encoder.weights import weights_in
from knowledge_base.paths import encoder_runtime

FloatMatrix = npt.NDArray[np.float32]

_PROBE = "余杭区职工怎么申请医疗互助"


class Encoder:
    """Encodes queries and passages into normalised float32 rows of ``dimension`` columns."""

    def __init__(self, model: str | Path, runtime: Runtime | None = None) -> None:
        """Load a model directory, or a model by hub id.

        ``runtime`` is ``UNION_ENCODER_RUNTIME`` by default.

        Raises:
            OSError: the model is neither a directory nor known to the hub.
            ValueError: there is no such runtime.
        """
        self.directory = Path(model)
        # Loading takes a second; its progress bar would only fill the processes' logs.
        transformers.logging.disable_progress_bar()
        self._model = load_model(model, runtime or Runtime(encoder_runtime()))
        self.name = self.directory.name
        self._given = RecentVectors()

    @cached_property
    def dimension(self) -> int:
        return int(self.probe.shape[0])

    @cached_property
    def probe(self) -> npt.NDArray[np.float32]:
        """The vector of one fixed sentence: tells encoders apart by what they do."""
        vector: npt.NDArray[np.float32] = self.encode_queries([_PROBE])[0]
        return vector

    @cached_property
    def fingerprint(self) -> str:
        """Name and, for a directory, a digest of all its files: what an index was made with."""
        if not self.directory.is_dir():
            return self.name
        digest = hashlib.sha256()
        for file in sorted(path for path in self.directory.rglob("*") if path.is_file()):
            digest.update(file.relative_to(self.directory).as_posix().encode())
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        return f"{self.name}:{digest.hexdigest()[:8]}"

    @cached_property
    def weights(self) -> str | None:
        """Names the bundled weights behind the vectors; None for another model."""
        return weights_in(self.directory)

    def give_query(self, text: str, vector: npt.NDArray[np.float32], weights: str) -> None:
        """Take over the vector of a query that was encoded elsewhere, if it has these weights.

        Args:
            text: as it will be asked for.
            vector: shape (dimension,), length 1.
            weights: as in :attr:`weights`.
        """
        if weights == self.weights and vector.shape == (self.dimension,):
            self._given.put(text, vector)

    def encode_queries(self, texts: list[str], *, progress: bool = False) -> FloatMatrix:
        given = [self._given.get(text) for text in texts]
        missing = [text for text, vector in zip(texts, given, strict=True) if vector is None]
        encoded = self._encode(missing, "query", progress=progress)
        if len(missing) == len(texts):
            return encoded
        rest = iter(encoded)
        return np.stack([next(rest) if vector is None else vector for vector in given])

    def encode_passages(self, texts: list[str], *, progress: bool = False) -> FloatMatrix:
        return self._encode(texts, "document", progress=progress)

    def _encode(self, texts: list[str], prompt: str, *, progress: bool) -> FloatMatrix:
        prompt_name = prompt if self._model.prompts.get(prompt) else None
        vectors = self._model.encode(
            texts,
            prompt_name=prompt_name,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=progress,
            batch_size=32,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)
