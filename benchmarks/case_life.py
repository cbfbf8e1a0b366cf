"""``python -m benchmarks.case_life``: one case through every state, as the API shows it.

A worker and two colleagues of the desk talk to the running product over HTTP. Each step is
written down with what the worker sees then, and where conversation and hand-off stand; at the
end come the case as the desk keeps it, and the audit. A step that leads elsewhere than expected
ends the run. The result is ``docs/evidence/case_life.json``.
"""

import contextlib
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from benchmarks.product import running_product
from scripts.steps import ROOT

TARGET = ROOT / "docs" / "evidence" / "case_life.json"
_WORKER = "worker"
_WORKERS_API = "/api/v1/conversations"
_STAFF_API = "/api/v1/staff"


@dataclass(frozen=True)
class Colleague:
    """A login at the desk; ``client`` carries its token."""

    username: str
    name: str
    client: httpx2.Client

    def read(self, conversation_id: str) -> dict[str, Any]:
        """Return the case as the desk shows it."""
        response = self.client.get(f"{_STAFF_API}/conversations/{conversation_id}")
        response.raise_for_status()
        case: dict[str, Any] = response.json()
        return case

    def act(self, conversation_id: str, act: str, **body: str) -> httpx2.Response:
        """Do something with the case; the gateway may refuse."""
        path = f"{_STAFF_API}/conversations/{conversation_id}/{act}"
        return self.client.post(path, json=body or None)


class Worker:
    """Somebody who writes, and reads behind the last message seen."""

    def __init__(self, client: httpx2.Client) -> None:
        created = client.post(_WORKERS_API, json={"channel": "web"})
        created.raise_for_status()
        self._client = client
        self._headers = {"Authorization": f"Bearer {created.json()['token']}"}
        self._path = f"{_WORKERS_API}/{created.json()['conversation_id']}/messages"
        self._seen: str | None = None
        self.conversation_id: str = created.json()["conversation_id"]
        """The conversation that goes on now; the address stays that of the first one."""

    def say(self, text: str) -> None:
        """Send a message and wait for its turn."""
        body = {"text": text, "client_message_id": uuid4().hex}
        self._client.post(self._path, json=body, headers=self._headers).raise_for_status()

    def look(self) -> list[dict[str, str]]:
        """Return what others have written since the last look."""
        after = {"after": self._seen} if self._seen else {}
        response = self._client.get(self._path, params=after, headers=self._headers)
        response.raise_for_status()
        told = response.json()
        self.conversation_id = told.get("conversation_id", self.conversation_id)
        if told["messages"]:
            self._seen = told["messages"][-1]["id"]
        return [
            {name: message[name] for name in ("author", "kind", "text")}
            for message in told["messages"]
            if message["author"] != _WORKER
        ]


@dataclass
class Story:
    """The steps so far. ``witness`` reads the case after each of them."""

    worker: Worker
    witness: Colleague
    steps: list[dict[str, Any]] = field(default_factory=list)

    def opens(self) -> None:
        """The worker begins a conversation."""
        self._write(_WORKER, "opens a conversation", {}, "bot", None)

    def says(self, text: str, status: str, handoff: str | None) -> None:
        """The worker writes; ``status`` and ``handoff`` are where that leads."""
        self.worker.say(text)
        self._write(_WORKER, "writes", {"says": text}, status, handoff)

    def does(self, colleague: Colleague, act: str, status: str, handoff: str, **body: str) -> None:
        """A colleague does something; ``status`` and ``handoff`` are where that leads."""
        colleague.act(self.worker.conversation_id, act, **body).raise_for_status()
        self._write(colleague.name, act, _without_id(body), status, handoff)

    def is_refused(self, colleague: Colleague, act: str, status: str, handoff: str) -> None:
        """A colleague wants what cannot be; everything stays as it is."""
        response = colleague.act(self.worker.conversation_id, act)
        assert response.is_client_error, response.status_code
        error = response.json()["error"]
        refusal = {"http_status": response.status_code, **_without_id(error)}
        self._write(colleague.name, act, {"refused": refusal}, status, handoff)

    def _write(
        self, by: str, does: str, more: Mapping[str, Any], status: str, handoff: str | None
    ) -> None:
        seen = self.worker.look()
        case = self.witness.read(self.worker.conversation_id)
        found = case["conversation"]["status"], case["handoff"] and case["handoff"]["state"]
        assert found == (status, handoff), f"{by} {does}: {found}, not {(status, handoff)}"
        names = ("state", "reason", "priority", "claimed_by", "due_at")
        self.steps.append(
            {
                "step": len(self.steps) + 1,
                "conversation_id": self.worker.conversation_id,
                "by": by,
                "does": does,
                **more,
                "worker_sees": seen,
                "status": status,
                "handoff": case["handoff"] and {name: case["handoff"][name] for name in names},
            }
        )


def live(worker: Worker, one: Colleague, other: Colleague) -> Story:
    """Lead one case through every state. ``other`` may see every conversation."""
    story = Story(worker, witness=other)
    story.opens()
    story.says("医疗互助怎么申请", "bot", None)
    # The bot takes the case down: it is on the desk, and the conversation still the bot's.
    story.says("上周五人事说我不胜任 让我走人 干了六年一分补偿没有", "bot", "waiting")
    story.says("老张五金厂", "bot", "waiting")
    story.says("直接转人工", "waiting", "waiting")
    story.says("还要等多久", "waiting", "waiting")
    story.does(one, "claim", "with_staff", "claimed")
    story.is_refused(other, "claim", "with_staff", "claimed")
    _reply(story, one, "您好，我看到您说的了。劳动合同签了吗？手里有没有一份？")
    story.says("签了 我手里有一份", "with_staff", "claimed")
    story.does(one, "return", "waiting", "waiting")
    story.does(other, "claim", "with_staff", "claimed")
    story.does(other, "transfer", "with_staff", "claimed", to_username=one.username)
    story.does(one, "release", "bot", "released")
    story.says("高温费一个月发多少", "bot", "released")
    story.says("转人工", "waiting", "waiting")
    story.says("不用了", "bot", "cancelled")
    story.says("转人工", "waiting", "waiting")
    story.does(other, "claim", "with_staff", "claimed")
    story.does(other, "notes", "with_staff", "claimed", text="已电话约好，周三带合同来窗口。")
    _reply(story, other, "周三上午带上合同和工资流水来服务中心，我陪您把申请书写好。")
    story.does(other, "resolve", "closed", "resolved", outcome="已约周三到窗口办理仲裁申请")
    story.says("年假有几天", "bot", None)
    return story


def _reply(story: Story, colleague: Colleague, text: str) -> None:
    identity = uuid4().hex
    story.does(
        colleague, "messages", "with_staff", "claimed", text=text, client_message_id=identity
    )


def _without_id(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that mean something to a reader."""
    return {
        name: value
        for name, value in fields.items()
        if name not in ("client_message_id", "request_id")
    }


def hire(gateway: str, data: Path, username: str, name: str, role: str) -> Colleague:
    """Create an account as an operator does, the password by a pipe, and log in with it."""
    password = secrets.token_urlsafe(16)
    subprocess.run(
        [sys.executable, "-m", "api", "staff", "create", username, name, role],
        cwd=ROOT,
        env={**os.environ, "UNION_DATA_DIR": str(data)},
        input=f"{password}\n",
        text=True,
        check=True,
    )
    client = httpx2.Client(base_url=gateway, timeout=60, trust_env=False)
    response = client.post(f"{_STAFF_API}/login", json={"username": username, "password": password})
    response.raise_for_status()
    client.headers["Authorization"] = f"Bearer {response.json()['token']}"
    return Colleague(username, name, client)


def audit(database: Path) -> list[dict[str, Any]]:
    """Return the audit in order; members of staff by their names."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        names: dict[str, str] = dict(connection.execute("SELECT id, name FROM staff"))
        entries = connection.execute(
            "SELECT created_at, action, actor_kind, actor_id, subject_kind, subject_id, details"
            " FROM audit ORDER BY created_at, id"
        ).fetchall()
    return [
        {
            "at": at,
            "action": action,
            "by": names.get(actor, kind),
            "subject": {subject_kind: names.get(subject, subject)},
            "details": {
                name: names.get(str(value), value) for name, value in json.loads(details).items()
            },
        }
        for at, action, kind, actor, subject_kind, subject, details in entries
    ]


def main() -> int:
    """Start the product, live through the case, write it down."""
    with (
        tempfile.TemporaryDirectory(prefix="union-case-") as scratch,
        running_product(Path(scratch)) as product,
        httpx2.Client(base_url=product.gateway, timeout=60, trust_env=False) as client,
    ):
        data = Path(scratch)
        one = hire(product.gateway, data, "xiaoan", "小安", "agent")
        other = hire(product.gateway, data, "xiaoli", "小李", "supervisor")
        with contextlib.closing(one.client), contextlib.closing(other.client):
            worker = Worker(client)
            first_id = worker.conversation_id
            story = live(worker, one, other)
            case = other.read(first_id)
        content = {
            "steps": story.steps,
            "case_at_the_desk": {
                name: case[name] for name in ("conversation", "handoff", "notes", "earlier")
            },
            "audit": audit(data / "gateway.db"),
        }
    TARGET.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(story.steps)} steps, {len(content['audit'])} entries of the audit: {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
