"""An action call carries the vector of the message, so that the search need not encode it again.

The reader has the weights of the search (``python -m knowledge_base export-reader``). Encoding a
question took half of the action server's time for a turn (docs/performance.md).
"""

import base64
import re
from typing import Any, Final

from components.intent_reader import reader
from components.quantities.folding import fold
from hardening import KeepAliveEndpoint

KEY: Final = "reading"
"""In the call's ``tracker.latest_message``. Not in the tracker itself, which is stored."""

_LONGEST: Final = 80
"""Characters; of a longer text the search looks for pieces (knowledge_base/retrieval/gist.py)."""
_LONG_LATIN: Final = re.compile(r"[^\W\d_\u4e00-\u9fff]{4}")
"""The reader's vocabulary lacks longer pieces of such words, the search's has them."""


class VectorSharingEndpoint(KeepAliveEndpoint):
    """The action server's address; see the module."""

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Send the call, with the vector of its latest message."""
        if "json" in kwargs:
            kwargs["json"] = with_vector(kwargs["json"])
        return await super().request(*args, **kwargs)


def with_vector(call: dict[str, Any]) -> dict[str, Any]:
    """The body of an action call, with what was read of its latest message.

    Added as ``{"text", "encoder", "vector"}``: the text as it was read, the name of the weights,
    and base64 of 384 numbers of two bytes, little-endian. Left out where the search would read
    another text, or in other pieces.
    """
    tracker = call.get("tracker") or {}
    message = tracker.get("latest_message") or {}
    text = fold(message.get("text") or "")
    if not text or len(text) > _LONGEST or _LONG_LATIN.search(text):
        return call
    # At hand: understanding the message needed it.
    vector = base64.b64encode(reader().vectors(text)[0].astype("<f2").tobytes()).decode()
    reading = {"text": text, "encoder": reader().encoder, "vector": vector}
    # Copies: the message is the tracker's own.
    return {**call, "tracker": {**tracker, "latest_message": {**message, KEY: reading}}}
