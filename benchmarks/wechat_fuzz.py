"""``python -m benchmarks.wechat_fuzz``: mutated input for everything that reads the platform's.

Valid requests are mutated, and what signs or encrypts them is then mended, so that every layer is
reached: the XML parser, the reading of fields, the decryption, and whole requests in both modes.
Only the typed failures may come out, and no case may take long. A seed makes the same mutations;
only the random bytes of an encryption differ.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import FrameType
from typing import TypeAlias

from api.channels.wechat import xml
from api.channels.wechat.crypt import Crypt
from api.channels.wechat.failures import ProtocolError
from api.channels.wechat.incoming import DEDUPE_KEY_CHARS, INCOMING, Incoming, read
from api.channels.wechat.passive import text_reply
from api.channels.wechat.replay import MemoryReplayGuard
from api.channels.wechat.wire import Wire
from benchmarks.wechat_mutations import (
    encrypted_frame,
    mutated,
    mutated_document,
    mutated_fields,
    mutated_frame,
    mutated_query,
)
from scripts.prepare import data_directory
from tests.api.channels.wechat.platform_requests import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    AT,
    TOKEN,
    query,
    sealed,
    sealed_query,
)

_CASES = 400_000
_SEED = 20261125
_HANGS_AFTER_S = 2.0

Target: TypeAlias = Callable[[random.Random], Awaitable[str]]
"""Runs one case and names its outcome; raises ``ProtocolError``."""


class HangError(BaseException):
    """A case took too long. Not an ``Exception``, so that nobody takes it for a failure."""


async def parse_xml(chance: random.Random) -> str:
    """Parse a mutated document."""
    return f"{len(xml.parse(mutated_document(chance)))} fields"


async def read_fields(chance: random.Random) -> str:
    """Read mutated fields."""
    return _used(read(mutated_fields(chance)))


class Account:
    """The targets that need the secrets of an account."""

    def __init__(self) -> None:
        self._crypt = Crypt(AES_KEY, APP_ID)
        replays = MemoryReplayGuard()
        self._plain = Wire(TOKEN, APP_ID, None, replays, lambda: float(AT))
        self._safe = Wire(TOKEN, APP_ID, AES_KEY, replays, lambda: float(AT))

    async def decrypt(self, chance: random.Random) -> str:
        """Decrypt a mutated ciphertext, or the right ciphertext of a mutated frame."""
        if chance.random() < 0.3:
            encrypted = self._crypt.encrypt(chance.randbytes(chance.randint(0, 200)))
            encrypted = mutated(chance, encrypted.encode()).decode("utf-8", "replace")
        else:
            encrypted = encrypted_frame(mutated_frame(chance))
        self._crypt.decrypt(encrypted)
        return "decrypted"

    async def open_plain(self, chance: random.Random) -> str:
        """Open a request in plain mode whose body is mutated and whose URL may be."""
        asked = query(nonce=_nonce(chance))
        return await self._open(self._plain, chance, asked, mutated_document(chance))

    async def open_safe(self, chance: random.Random) -> str:
        """Open a request in safe mode, mutated inside, outside or in its URL."""
        nonce = _nonce(chance)
        if chance.random() < 0.7:
            asked, body = sealed(mutated_document(chance), AT, nonce)
        else:
            encrypted = encrypted_frame(mutated_frame(chance))
            asked = sealed_query(encrypted, AT, nonce)
            body = xml.build({"ToUserName": ACCOUNT, "Encrypt": encrypted})
        if chance.random() < 0.2:
            body = mutated(chance, body)
        return await self._open(self._safe, chance, asked, body)

    async def verify(self, chance: random.Random) -> str:
        """Verify an address with a mutated URL."""
        asked = {**query(nonce=_nonce(chance)), "echostr": str(chance.randrange(10**18))}
        self._plain.echo(mutated_query(chance, asked))
        return "verified"

    async def _open(
        self, wire: Wire, chance: random.Random, asked: dict[str, str], body: bytes
    ) -> str:
        if chance.random() < 0.1:
            asked = mutated_query(chance, asked)
        opened = await wire.open(asked, body)
        assert wire.seal(text_reply(opened.incoming, "您好", AT), opened)
        return _used(opened.incoming)


def _nonce(chance: random.Random) -> str:
    # From a small range: some signatures come again, with another body.
    return str(chance.randrange(1_000_000))


def _used(incoming: Incoming) -> str:
    """What the channel does with a message must work, too."""
    assert len(incoming.dedupe_key) <= DEDUPE_KEY_CHARS
    assert INCOMING.validate_json(incoming.model_dump_json()) == incoming
    return incoming.kind


def _stop(_: int, frame: FrameType | None) -> None:
    raise HangError(f"hangs at {frame}")


async def run(target: Target, seed: str, cases: int) -> tuple[Counter[str], float]:
    """Return the outcomes of the cases, and how long the slowest took in milliseconds.

    Raises what comes out that is not a typed failure, with a note of the case.
    """
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    signal.signal(signal.SIGALRM, _stop)
    for number in range(cases):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - to be repeated
        signal.setitimer(signal.ITIMER_REAL, _HANGS_AFTER_S)
        started = time.perf_counter()
        try:
            outcome = await target(chance)
        except ProtocolError as error:
            outcome = f"{type(error).__name__}: {error.reason}"
        except BaseException as error:
            error.add_note(f"case {seed}:{number}")
            raise
        slowest = max(slowest, time.perf_counter() - started)
        outcomes[outcome] += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    return outcomes, slowest * 1000


def main() -> int:
    """Fuzz every target, print and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=_CASES)
    parser.add_argument("--seed", type=int, default=_SEED)
    arguments = parser.parse_args()
    account = Account()
    shares: dict[str, tuple[Target, float]] = {
        "xml": (parse_xml, 0.25),
        "fields": (read_fields, 0.2),
        "decryption": (account.decrypt, 0.2),
        "plain request": (account.open_plain, 0.1),
        "safe request": (account.open_safe, 0.2),
        "verification": (account.verify, 0.05),
    }
    started = time.perf_counter()
    targets: dict[str, object] = {}
    total = 0
    distinct = 0
    for name, (target, share) in shares.items():
        cases = round(arguments.cases * share)
        outcomes, slowest = asyncio.run(run(target, f"{arguments.seed}:{name}", cases))
        total += cases
        distinct += len(outcomes)
        targets[name] = {
            "cases": cases,
            "slowest_ms": round(slowest, 1),
            "outcomes": dict(outcomes.most_common()),
        }
        print(f"{name}: {cases} cases, slowest {slowest:.1f} ms")
        for outcome, count in outcomes.most_common():
            print(f"  {count:7} {outcome}")
    content = {
        "run_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seed": arguments.seed,
        "cases": total,
        "distinct_outcomes": distinct,
        "seconds": round(time.perf_counter() - started, 1),
        "targets": targets,
    }
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=2, ensure_ascii=False)
    (folder / "wechat_fuzz.json").write_text(text + "\n", encoding="utf-8")
    print(f"{total} cases, {distinct} outcomes, {content['seconds']} s, seed {arguments.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
