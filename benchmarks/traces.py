"""``python -m benchmarks.traces``: the whole turn with and without traces, beside each other.

The collector is a small server of this process that takes everything and keeps nothing, so its
work is on the same cores: an upper bound. Exit status 1 if a turn failed or no span arrived.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from benchmarks.__main__ import gateway_turn, measure
from benchmarks.load import LoadResult
from benchmarks.product import running_product
from scripts.prepare import data_directory


@dataclass
class Collector:
    """Where traces go. ``received_bytes``: so far."""

    address: str = ""
    received_bytes: int = 0


@contextmanager
def collecting() -> Iterator[Collector]:
    """Take traces for as long as the block lasts."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            collector.received_bytes += len(self.rfile.read(length))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.address = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield collector
        finally:
            server.shutdown()


def turns(**settings: str) -> list[LoadResult]:
    """Measure a product with these settings."""
    with (
        tempfile.TemporaryDirectory(prefix="union-bench-") as scratch,
        running_product(Path(scratch), **settings) as product,
    ):
        (results,) = asyncio.run(measure([(product.gateway, gateway_turn)]))
        return results


def main() -> int:
    """Measure, print a table and write the figures."""
    without = turns()
    with collecting() as collector:
        traced = turns(UNION_OTLP_ENDPOINT=collector.address)
    print("clients  traces   p50 ms   p95 ms  turns/s  errors")
    for name, results in (("off", without), ("on", traced)):
        for each in results:
            print(
                f"{each.clients:7}  {name:6} {each.p50:8} {each.p95:8} {each.throughput:8} "
                f"{each.errors:7}"
            )
    print(f"the collector received {collector.received_bytes / 1e6:.1f} MB")
    figures = {
        "without": [asdict(result) for result in without],
        "traced": [asdict(result) for result in traced],
        "received_bytes": collector.received_bytes,
    }
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "traces.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    failed = any(result.errors for result in [*without, *traced])
    return 1 if failed or not collector.received_bytes else 0


if __name__ == "__main__":
    sys.exit(main())
