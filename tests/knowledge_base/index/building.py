"""A build in a process of its own: ``python -m tests.knowledge_base.index.building DIR TITLE``.

It says ``encoding`` on standard output when it reaches the encoder, and goes on when it reads a
line on standard input.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.tokenizer import Tokenizer
from tests.knowledge_base.samples import FakeEncoder, document

if TYPE_CHECKING:
    from knowledge_base.encoder.encoder import Encoder


class WaitingEncoder(FakeEncoder):
    def encode_passages(
        self, texts: list[str], *, progress: bool = False
    ) -> npt.NDArray[np.float32]:
        print("encoding", flush=True)
        sys.stdin.readline()
        return super().encode_passages(texts, progress=progress)


def main() -> None:
    directory, title = sys.argv[1:]
    encoder = WaitingEncoder()
    result = build_index(
        [document(id="a", title=title)],
        IndexStore(Path(directory)),
        cast("Encoder", encoder),
        [Tokenizer()],
    )
    print("built" if result.built else "up to date", len(encoder.encoded), flush=True)


if __name__ == "__main__":
    main()
