"""What the dialogue server read of a message: its vector, so that it need not be encoded again.

``bot/shared_vector.py`` adds it to each call.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Base64Bytes, BaseModel, ConfigDict

_KEY = "reading"
_NUMBER = np.dtype("<f2")


@dataclass(frozen=True)
class Reading:
    """``text`` as it was read; ``encoder`` names the weights; ``vector`` has length 1, shape
    (dimension,)."""

    text: str
    encoder: str
    vector: npt.NDArray[np.float32]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    encoder: str
    vector: Base64Bytes


def reading_of(message: dict[str, Any]) -> Reading | None:
    """Return the reading that came with a parsed message; None where there is none of use."""
    try:
        sent = _Sent.model_validate(message.get(_KEY))
        vector = np.frombuffer(sent.vector, dtype=_NUMBER).astype(np.float32)
    except ValueError:
        return None  # another version of the dialogue server; the search encodes the text itself
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0:
        return None
    return Reading(sent.text, sent.encoder, vector / length)
