"""The product with an Official Account that is played by the simulator."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from scripts.ephemeral import EphemeralProduct, free_ports, wait_until_ready
from scripts.steps import ROOT

_START_WITHIN_S: Final = 240
_STOP_WITHIN_S: Final = 60
_GATEWAY: Final = [sys.executable, "-m", "api", "serve"]


@asynccontextmanager
async def running(product: EphemeralProduct, data: Path) -> AsyncIterator[None]:
    """Start the product as ``make serve`` does and stop it again; the event loop goes on."""
    with (data / "serve.log").open("wb") as log:
        process = product.start(log.fileno())
    async with _watched(process, f"{product.gateway}/readyz"):
        yield


@asynccontextmanager
async def gateway_beside(
    product: EphemeralProduct, data: Path, settings: Mapping[str, str]
) -> AsyncIterator[str]:
    """A second gateway with a data folder and settings of its own; the value is its address."""
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    environment = {
        **product.environment,
        "UNION_DATA_DIR": str(data),
        "UNION_PORT": str(port),
        **settings,
    }
    async with _watched(_start(environment), f"{address}/healthz"):
        yield address


def _start(environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(_GATEWAY, cwd=ROOT, env=environment)


@asynccontextmanager
async def _watched(process: "subprocess.Popen[bytes]", health: str) -> AsyncIterator[None]:
    try:
        await asyncio.to_thread(wait_until_ready, health, process, _START_WITHIN_S)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, _STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
