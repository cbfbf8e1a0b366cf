import pytest
from sqlalchemy import select

from api.privacy.by_word import Word, word_in
from api.storage.models import Message
from tests.api.gateway import Gateway, Worker

ASKS = [
    "删除我的记录",
    "把我的聊天记录删了",
    "请帮我把我的个人信息删掉",
    "清空我的聊天记录",
    "麻烦删一下我的数据。",
    "注销我的账号",
]
OTHER = [
    "公司把我的打卡记录删了",
    "把我的聊天记录删了 公司会不会知道",
    "删除",
    "老板让我把聊天记录都删了",
    "医疗互助怎么报",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_request_is_understood(text: str) -> None:
    assert word_in(text) is Word.ASKS


@pytest.mark.parametrize("text", OTHER)
def test_other_messages_are_none(text: str) -> None:
    assert word_in(text) is None


@pytest.mark.anyio
async def test_after_a_second_word_everything_is_gone(
    running_gateway: Gateway, worker: Worker
) -> None:
    await worker.say("我叫张三 老板欠我钱")
    (asked,) = (await worker.say("删除我的记录"))["messages"]
    assert [each["text"] for each in asked["quick_replies"]] == ["确认删除我的记录", "先不删"]
    assert (await worker.history())["messages"]
    result = await worker.say("确认删除我的记录")
    assert result["status"] == "closed"
    assert "删除" in result["messages"][0]["text"]
    response = await worker.client.get(worker.url, headers=worker.headers)
    assert response.status_code == 401
    async with running_gateway.database.read() as session:
        rows = (await session.scalars(select(Message.text))).all()
    assert not any("张三" in row for row in rows)
