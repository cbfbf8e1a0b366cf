"""The models that the dialogue server reads with, for OpenVINO: ``export_reader``.

Two over the same embeddings: all layers as the search has them, for the sentence vector and what
stands in the middle of them, and the first layers as their authors trained them with the adapters
of :mod:`.adapter`, for the intents. Each has a file, since the second is asked only where the first
leaves a doubt. The vector is the search's own, so that the action server need not encode the
question again. The dialogue server has old libraries and no PyTorch; it runs what is written here.
"""

import copy
import hashlib
import json
import shutil
import tempfile
import warnings
from pathlib import Path

import openvino
import torch
from torch import Tensor, nn
from transformers import BertModel

from knowledge_base.encoder.intents.adapter import DOWN, UP, IntentAdapter
from knowledge_base.encoder.training.adapter import ADAPTER_DIR, merge_adapter
from knowledge_base.encoder.training.base import Base
from knowledge_base.encoder.unpack import load_base
from knowledge_base.encoder.weights import weights_of

MODEL_FILE, INTENTS_FILE, TOKENIZER_FILE = "reader.xml", "intents.xml", "tokenizer.json"
MARKER = "reader.json"
"""Written last: format, labels, prompt, and what the folder was made from; ``encoder`` names the
weights behind the vectors (:func:`knowledge_base.encoder.weights.weights_of`)."""
_FORMAT = 6
_LONGEST_LATIN = 3
"""Half of the vocabulary is longer words of European languages, and each row costs the dialogue
server memory. Chinese is cut as before."""


def export_reader(
    adapter: Path, directory: Path, search_adapter: Path | None = ADAPTER_DIR
) -> bool:
    """Write the reader to ``directory``; return False if it was already there.

    Args:
        adapter: the file of the intents' adapters.
        directory: where to.
        search_adapter: the folder of the search's adapters; None: it has none.

    Raises:
        OSError: there are no adapters at ``adapter``.
        ValueError: they are not adapters of intents.
        ModelUnpackError: the bundled encoder is missing or not the pinned one.
    """
    made_from = {
        "format": _FORMAT,
        "encoder": weights_of(search_adapter),
        "adapter_sha256": hashlib.sha256(adapter.read_bytes()).hexdigest(),
    }
    marker = directory / MARKER
    if marker.is_file() and made_from.items() <= json.loads(marker.read_bytes()).items():
        return False
    learned = IntentAdapter.load(adapter)
    base = load_base(_LONGEST_LATIN)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".reader-") as scratch:
        finished = Path(scratch) / "finished"
        finished.mkdir()
        searching = copy.deepcopy(base.model)
        if search_adapter is not None:
            searching = merge_adapter(searching, search_adapter)
        _write(base, searching, learned, finished)
        about = {**made_from, "labels": learned.labels, "prompt": base.query_prompt}
        (finished / MARKER).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(directory, ignore_errors=True)
        finished.rename(directory)
    return True


def _write(base: Base, searching: BertModel, learned: IntentAdapter, directory: Path) -> None:
    texts, tokens = 2, 8
    sight, shares = torch.zeros((1, 1, tokens, tokens)), torch.full((texts, tokens), 1 / tokens)
    ids = {
        "input_ids": torch.ones((1, tokens), dtype=torch.int64),
        "places": torch.arange(tokens)[None],
    }
    embedded = {"embedded": torch.zeros((1, tokens, base.model.config.hidden_size))}
    packed = {"sight": sight, "shares": shares}
    _save(Reader(searching), ids | packed, directory / MODEL_FILE)
    _save(IntentLayers(base.model, learned), embedded | packed, directory / INTENTS_FILE)
    base.tokenizer.backend_tokenizer.save(str(directory / TOKENIZER_FILE))


def _save(module: nn.Module, example: dict[str, Tensor], file: Path) -> None:
    with warnings.catch_warnings():
        # Branches on the kind of attention, which is always the same.
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        exported = openvino.convert_model(module, example_input=example)
    openvino.save_model(exported, file, compress_to_fp16=True)


class Reader(nn.Module):  # type: ignore[misc] # the library has no types
    """Token ids of texts, one behind the other and perhaps filled up, to vectors.

    A sentence's meaning shows in the last layers, its wording in the first and its grammar in the
    middle (Jawahar et al. 2019, ACL P19-1356); what somebody wants shows in all of them.
    """

    def __init__(self, searching: BertModel) -> None:
        """``searching``: the search's encoder."""
        super().__init__()
        self._embeddings = searching.embeddings
        self._layers = searching.encoder.layer
        self.eval()

    def forward(
        self, input_ids: Tensor, places: Tensor, sight: Tensor, shares: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read.

        Args:
            input_ids: shape (1, tokens).
            places: of each token in its own text, from 0; shape (1, tokens).
            sight: what is added to the attention of each token to each, 0 within a text and far
                below it between two; shape (1, 1, tokens, tokens).
            shares: of each token in the mean of each text; shape (texts, tokens).

        Returns:
            Unit vectors (texts, hidden), the unit vectors after one and two thirds of the layers,
            side by side (texts, 2 hidden), and the embedded tokens (1, tokens, hidden), for
            :class:`IntentLayers`.
        """
        embedded = self._embeddings(input_ids=input_ids, position_ids=places)
        third = len(self._layers) // 3
        first = _through(self._layers[:third], embedded, sight)
        second = _through(self._layers[third : 2 * third], first, sight)
        last = _through(self._layers[2 * third :], second, sight)
        vectors, *between = (
            nn.functional.normalize(_means(each, shares), dim=1) for each in (last, first, second)
        )
        return vectors, torch.cat(between, dim=1), embedded


class IntentLayers(nn.Module):  # type: ignore[misc] # the library has no types
    """Embedded tokens of texts, one behind the other and perhaps filled up, to intents."""

    def __init__(self, base: BertModel, learned: IntentAdapter) -> None:
        """``base``: what the adapters belong to. Its embeddings are the search's."""
        super().__init__()
        self._adapted = _adapted_layers(base, learned)
        self._head = nn.Linear(*reversed(learned.head_weight.shape))
        with torch.no_grad():
            self._head.weight.copy_(learned.head_weight)
            self._head.bias.copy_(learned.head_bias)
        self.eval()

    def forward(self, embedded: Tensor, sight: Tensor, shares: Tensor) -> Tensor:
        """Return the log shares of the intents, shape (texts, labels). The last two arguments are
        those of :class:`Reader`. There may be several rows of tokens, shape (rows, tokens, hidden),
        with texts at the same places."""
        adapted = _means(_through(self._adapted, embedded, sight), shares)
        return nn.functional.log_softmax(self._head(adapted), dim=1)


def _through(layers: nn.ModuleList, hidden: Tensor, sight: Tensor) -> Tensor:
    for layer in layers:
        output = layer(hidden, attention_mask=sight)
        hidden = output[0] if isinstance(output, tuple) else output
    return hidden


def _means(hidden: Tensor, shares: Tensor) -> Tensor:
    """Of each text's tokens, shape (texts, hidden)."""
    return (shares @ hidden).flatten(0, 1)


def _adapted_layers(model: BertModel, learned: IntentAdapter) -> nn.ModuleList:
    """The first layers with W + scale * (B A) in place of W."""
    layers = nn.ModuleList(copy.deepcopy(layer) for layer in model.encoder.layer[: learned.layers])
    parameters = {f"encoder.layer.{name}": each for name, each in layers.named_parameters()}
    with torch.no_grad():
        for name, down in learned.low_rank.items():
            if name.endswith(DOWN):
                module = name.removesuffix(DOWN)
                change = learned.low_rank[module + UP] @ down
                parameters[f"{module}.weight"] += learned.scale * change
    return layers
