"""``python -m benchmarks.wechat_wire``: what the WeChat protocol costs a message.

One after another, 10,000 different messages go the whole way: the signatures are verified, the
body is decrypted and parsed, the message is read, and a reply is built and encrypted. The claim
is a mean of at most 1 ms in safe mode, where all of it happens.
"""

import asyncio
import json
import os
import platform
import random
import statistics
import sys
import time
from datetime import UTC, datetime

from api.channels.wechat import xml
from api.channels.wechat.incoming import Text
from api.channels.wechat.passive import text_reply
from api.channels.wechat.replay import MemoryReplayGuard
from api.channels.wechat.wire import Wire
from scripts.prepare import data_directory
from tests.api.channels.wechat import platform_requests
from tests.api.channels.wechat.platform_requests import AES_KEY, APP_ID, AT, TOKEN

_MESSAGES = 10_000
_WARM_UP = 500
_CLAIM_MEAN_MS = 1.0
_SEED = 20261125
_QUESTION = "老板拖欠了三个月的工资，说下个月一起发，我该找谁？"
_ANSWER = "您好，拖欠工资可以向劳动监察大队投诉，也可以申请劳动仲裁，工会可以帮您写申请书。"

Request = tuple[dict[str, str], bytes]


def requests(count: int, *, encrypted: bool) -> list[Request]:
    """Return requests with texts from one to twenty sentences."""
    chance = random.Random(_SEED)  # noqa: S311 - the same texts every time
    made = []
    for number in range(count):
        text = f"{number} {_QUESTION * chance.randint(1, 20)}"
        body = xml.build(platform_requests.text_message(text, MsgId=number + 1))
        nonce = str(chance.randrange(10**9))
        made.append(
            platform_requests.sealed(body, AT, nonce)
            if encrypted
            else (platform_requests.query(AT, nonce), body)
        )
    return made


async def measure(*, encrypted: bool) -> dict[str, float]:
    """Return milliseconds a message."""
    wire = Wire(
        TOKEN, APP_ID, AES_KEY if encrypted else None, MemoryReplayGuard(), lambda: float(AT)
    )
    reply = _ANSWER * 10
    opening, whole = [], []
    for query, body in requests(_WARM_UP + _MESSAGES, encrypted=encrypted):
        started = time.perf_counter()
        opened = await wire.open(query, body)
        read = time.perf_counter()
        sealed = wire.seal(text_reply(opened.incoming, reply, AT), opened)
        ended = time.perf_counter()
        assert isinstance(opened.incoming, Text)
        assert len(sealed) > len(reply)
        opening.append((read - started) * 1000)
        whole.append((ended - started) * 1000)
    times = {"open": opening[_WARM_UP:], "whole": whole[_WARM_UP:]}
    return {
        f"{name}_{figure}_ms": round(value, 4)
        for name, values in times.items()
        for figure, value in _figures(values).items()
    }


def _figures(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100)
    return {"mean": statistics.mean(values), "p50": cuts[49], "p99": cuts[98]}


def main() -> int:
    """Measure both modes, print and write the figures; fail when the claim does not hold."""
    modes = {name: asyncio.run(measure(encrypted=name == "safe")) for name in ("plain", "safe")}
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "messages": _MESSAGES,
        **modes,
    }
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wechat_wire.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{'ms a message':22}" + "".join(f"{figure:>9}" for figure in ("mean", "p50", "p99")))
    for mode, figures in modes.items():
        for part, words in (("open", "verify … read"), ("whole", "with the reply")):
            row = (figures[f"{part}_{figure}_ms"] for figure in ("mean", "p50", "p99"))
            print(f"{mode:6}{words:16}" + "".join(f"{value:9.3f}" for value in row))
    return 0 if modes["safe"]["whole_mean_ms"] <= _CLAIM_MEAN_MS else 1


if __name__ == "__main__":
    sys.exit(main())
