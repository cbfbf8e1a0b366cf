"""Where the knowledge base keeps its files; the settings are shared with the gateway."""

import os
from pathlib import Path

from knowledge_base.encoder.names import MODEL_NAME


def data_directory() -> Path:
    """``UNION_DATA_DIR``: everything that is made at run time."""
    return Path(os.environ.get("UNION_DATA_DIR") or "var")


def index_directory() -> Path:
    """``UNION_INDEX_DIR``: the versions of the index."""
    configured = os.environ.get("UNION_INDEX_DIR")
    return Path(configured) if configured else data_directory() / "index"


def imported_directory() -> Path:
    """Where documents that were imported are kept."""
    return data_directory() / "imported"


def articles_directory() -> Path:
    """``UNION_ARTICLES_DIR``: what editors have put into service beside the program's articles."""
    configured = os.environ.get("UNION_ARTICLES_DIR")
    return Path(configured) if configured else data_directory() / "articles"


def default_model_directory() -> Path:
    """Where the bundled encoder is unpacked to."""
    return data_directory() / "models" / MODEL_NAME


def embedding_model() -> str:
    """``UNION_EMBEDDING_MODEL``: a model directory or hub id; the bundled model by default."""
    return os.environ.get("UNION_EMBEDDING_MODEL") or str(default_model_directory())


def encoder_runtime() -> str:
    """``UNION_ENCODER_RUNTIME``: ``auto``, ``openvino`` or ``torch``."""
    return os.environ.get("UNION_ENCODER_RUNTIME") or "auto"
