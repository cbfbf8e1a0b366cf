"""The running product: started as an operator starts it, spoken to as a worker does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx2

from scripts.ephemeral import EphemeralProduct, wait_until_ready
from scripts.steps import ROOT

START_WITHIN_SECONDS = 240
_POLL_SECONDS = 0.05


@dataclass
class Conversation:
    """One worker's conversation through the public API."""

    client: httpx2.Client
    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, text: str, client_message_id: str | None = None) -> httpx2.Response:
        body = {"text": text, "client_message_id": client_message_id or uuid4().hex}
        return self.client.post(
            f"/api/v1/conversations/{self.id}/messages", json=body, headers=self.headers
        )

    def say(self, text: str, client_message_id: str | None = None) -> dict[str, Any]:
        response = self.post(text, client_message_id)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    def history(self) -> list[dict[str, Any]]:
        response = self.client.get(
            f"/api/v1/conversations/{self.id}/messages", headers=self.headers
        )
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages


class Product:
    """A product that runs at an address; ``environment`` is what its command line needs."""

    def __init__(self, address: str, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.client = httpx2.Client(base_url=address, timeout=60)

    def start_conversation(self) -> Conversation:
        response = self.client.post("/api/v1/conversations", json={"channel": "web"})
        assert response.status_code == 201, response.text
        body = response.json()
        return Conversation(self.client, body["conversation_id"], body["token"])

    def ask(self, text: str) -> dict[str, Any]:
        """Return the only reply to one question in a conversation of its own."""
        (message,) = self.start_conversation().say(text)["messages"]
        result: dict[str, Any] = message
        return result

    def run(self, *arguments: str) -> str:
        """Run a command of the gateway's command line beside the running product."""
        return subprocess.run(
            [sys.executable, "-m", "api", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout


class Stack(Product):
    """``python -m scripts.serve`` on free ports, with a data folder of its own."""

    def __init__(self, data: Path, stop_with: signal.Signals = signal.SIGTERM) -> None:
        self.data = data
        self._stop_with = stop_with
        # The tests share two cores with the product; slowness has a test of its own.
        self._product = EphemeralProduct.at(data, UNION_RASA_TIMEOUT="20")
        super().__init__(self._product.gateway, self._product.environment)

    def __enter__(self) -> Self:
        with (self.data / "serve.log").open("wb") as log:
            self.process = self._product.start(log.fileno())
        try:
            self.wait_until_ready(START_WITHIN_SECONDS)
            self._wait_until_announced()
        except BaseException:
            self._stop()
            raise
        return self

    def _wait_until_announced(self) -> None:
        """Wait for the launcher's own word: a part that is killed before it is a failed start."""
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while b"ready: http" not in (self.data / "serve.log").read_bytes():
            assert time.monotonic() < deadline
            assert self.process.poll() is None
            time.sleep(_POLL_SECONDS)

    def __exit__(self, *_: object) -> None:
        assert self._stop() == 0

    def _stop(self) -> int:
        self.client.close()
        self.process.send_signal(self._stop_with)
        status = self.process.wait(timeout=60)
        return status

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until every part answers again."""
        wait_until_ready(f"{self._product.gateway}/readyz", self.process, seconds)

    def kill(self, name: str) -> None:
        """Kill one process with SIGKILL, as a crash or the kernel would."""
        os.kill(self.process_ids()[name], signal.SIGKILL)

    def process_ids(self) -> dict[str, int]:
        """Return the process id behind each part, found by what listens on its port."""
        commands = {"gateway": "-m api serve", "rasa": "start.py", "actions": "-m actions"}
        found: dict[str, int] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"UNION_DATA_DIR={self.data}\0" not in environment:
                continue
            found.update({k: int(folder.name) for k, v in commands.items() if v in command})
        return found
