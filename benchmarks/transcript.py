"""``python -m benchmarks.transcript``: ten conversations with the product, as JSON of its API."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.product import running_product

QUESTIONS = [
    "住院出院了 医疗互助补助去哪里申请",
    "工会的免费体检怎么参加",
    "工资集体协商到底谈些什么",
    "老板两个月没发工资了 该找哪里",
    "平时加班和国庆加班 工资分别怎么算",
    "浙江生二胎产假有多少天",
    "杭州现在最低工资多少",
    "明天要不要带伞",
    "后天仲裁时效就到了 材料还没齐 怎么办",
    "上周五人事说我不胜任 让我走人 干了六年一分补偿没有",
]


def converse(client: httpx2.Client, question: str) -> dict[str, Any]:
    """Ask one question in a conversation of its own; return everything the API said."""
    created = client.post("/api/v1/conversations", json={"channel": "web"}).json()
    answered = client.post(
        f"/api/v1/conversations/{created['conversation_id']}/messages",
        json={"text": question, "client_message_id": "1"},
        headers={"Authorization": f"Bearer {created['token']}"},
    ).json()
    return {"question": question, **answered}


def main() -> int:
    """Start the product, ask, print."""
    with (
        tempfile.TemporaryDirectory(prefix="union-transcript-") as scratch,
        running_product(Path(scratch)) as product,
        httpx2.Client(base_url=product.gateway, timeout=60) as client,
    ):
        conversations = [converse(client, question) for question in QUESTIONS]
    print(json.dumps(conversations, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
