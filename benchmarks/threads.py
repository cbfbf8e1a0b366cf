"""``python -m benchmarks.threads``: five whole conversations with the product, as JSON of its API.

They show the thread, a calculator, an intake, a crisis and a correction.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from benchmarks.product import running_product

CONVERSATIONS = {
    "thread": [
        "医疗互助咋申请啊",
        "那要带什么材料",
        "过期了咋办",
        "对了 高温费一个月发多少",
        "回到刚才说的互助 可以网上办不",
    ],
    "calculator": [
        "帮我算算没签合同的双倍工资",
        "八个月",
        "先问一下 仲裁要不要交钱",
        "6千5一个月",
    ],
    "intake": [
        "上周五人事说我不胜任 让我走人 干了六年一分补偿没有",
        "老张五金厂",
        "大概四五万",
        "就我一个人",
        "有工资转账和聊天记录",
        "跳过",
        "先别联系单位",
        "还有别的要我做的吗",
    ],
    "crisis": [
        "帮我算一下加班费",
        "算了 欠了一屁股债 班也没了 活着真没意思 想从楼上跳下去",
        "你还在吗",
    ],
    "correction": [
        "月薪6000 周六加班一天该给多少",
        "说错了 月薪9000",
        "也不是周六 是国庆当天",
        "停工休息的工资怎么发",
        "不是，我说的是工伤",
    ],
}


def converse(client: httpx2.Client, messages: list[str]) -> list[dict[str, Any]]:
    """Say the messages in one conversation; return everything the API said."""
    created = client.post("/api/v1/conversations", json={"channel": "web"}).json()
    turns = []
    for text in messages:
        answered = client.post(
            f"/api/v1/conversations/{created['conversation_id']}/messages",
            json={"text": text, "client_message_id": uuid4().hex},
            headers={"Authorization": f"Bearer {created['token']}"},
        )
        turns.append({"say": text, **answered.json()})
    return turns


def main() -> int:
    """Start the product, talk, print."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_product(Path(folder)) as product,
        httpx2.Client(base_url=product.gateway, timeout=60) as client,
    ):
        told = {name: converse(client, texts) for name, texts in CONVERSATIONS.items()}
    json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
