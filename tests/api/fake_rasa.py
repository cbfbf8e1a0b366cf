"""A small HTTP server that speaks the dialogue server's side of the contract (design §4.2)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

ANSWER = {
    "kind": "answer",
    "text": "可以**申请**。\n\n1. 打开杭工e家\n2. 提交",
    "citations": [
        {
            "title": "职工医疗互助",
            "source": "《保障办法》",
            "article_id": "medical-aid",
            "effective_from": "2025-01-01",
            "as_of": "2026-11-01",
            "verified": True,
            "url": "https://example.org/a",
        }
    ],
    "quick_replies": [{"title": "要带什么", "text": "那要带什么材料"}],
    "trace": {
        "query": "q",
        "rewritten_query": "q",
        "hits": [
            {
                "article_id": "medical-aid",
                "revision": "r1",
                "section": "怎么办理",
                "scores": {"bm25": 1.5, "dense": 0.8, "fused": 0.9, "probability": 0.95},
            }
        ],
        "index_fingerprint": "f1",
        "encoder": "e5",
        "decision": "answer",
    },
}
HANDOFF = {
    "kind": "handoff",
    "text": "好的，我帮您转给同事。",
    "handoff": {
        "reason": "legal_case",
        "category": "讨薪",
        "priority": 3,
        "summary": "三个月没发工资",
        "case_facts": {"employer": "某厂", "amount": "两万"},
    },
}


def turn(*replies: dict[str, Any], **fields: Any) -> bytes:
    body = {
        "replies": list(replies),
        "intent": {"name": "ask", "confidence": 0.9},
        "entities": [],
        "slots": {"area": "医疗互助", "topic": None},
        "active_form": None,
    }
    return json.dumps(body | fields, ensure_ascii=False).encode()


def echo(request: dict[str, Any]) -> bytes:
    return turn({"kind": "chat", "text": "收到：" + request["text"]})


class FakeRasa:
    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.answer: Callable[[dict[str, Any]], bytes] = echo
        self.status = 200
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Event()

    def hold(self) -> None:
        """Answer nothing until ``gate`` is set."""
        self.gate.clear()
        self.arrived.clear()

    @property
    def texts(self) -> list[str]:
        return [request["text"] for request in self.requests]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (
                        int(line.partition(":")[2])
                        for line in head.split("\r\n")
                        if line.lower().startswith("content-length:")
                    ),
                    0,
                )
                body = await reader.readexactly(length)
                answer = b'{"status":"ok"}'
                if head.startswith("POST"):
                    request = json.loads(body)
                    self.requests.append(request)
                    self.headers.append(head)
                    self.arrived.set()
                    await self.gate.wait()
                    answer = self.answer(request)
                writer.write(
                    f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def running() -> AsyncIterator[FakeRasa]:
    rasa = FakeRasa()
    server = await asyncio.start_server(rasa._serve, "127.0.0.1", 0)
    rasa.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield rasa
    finally:
        rasa.gate.set()
        server.close()
