"""The running product: started as an operator starts it, spoken to as a worker does."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx2

from knowledge_base.paths import embedding_model, index_directory

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_SECONDS = 240
_POLL_SECONDS = 0.2


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


class Stack:
    """``python -m scripts.serve`` on free ports, with a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        gateway, rasa, actions = _free_ports(3)
        self.address = f"http://127.0.0.1:{gateway}"
        self.environment = {
            **os.environ,
            "UNION_DATA_DIR": str(data),
            "UNION_INDEX_DIR": str(index_directory().resolve()),
            "UNION_EMBEDDING_MODEL": str(Path(embedding_model()).resolve()),
            "UNION_PORT": str(gateway),
            "UNION_RASA_URLS": f"http://127.0.0.1:{rasa}",
            "UNION_ACTIONS_URL": f"http://127.0.0.1:{actions}",
            # The tests share two cores with the product; slowness has a test of its own.
            "UNION_RASA_TIMEOUT": "20",
        }
        self.client = httpx2.Client(base_url=self.address, timeout=60)

    def __enter__(self) -> Self:
        self._log = (self.data / "serve.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self.wait_until_ready(START_WITHIN_SECONDS)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._stop() == 0

    def _stop(self) -> int:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self._log.close()
        return status

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until every part answers; the product has no event to wait for from outside."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(_POLL_SECONDS)

    def is_ready(self) -> bool:
        try:
            return self.client.get("/readyz", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def output(self) -> str:
        return (self.data / "serve.log").read_text(encoding="utf-8", errors="replace")

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


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
