"""Who gets a socket."""

from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from api.live.limits import SocketLimits
from api.settings import Settings
from tests.api.live.clients import Conversation, serving

pytestmark = pytest.mark.anyio


async def refusal(conversation: Conversation, **options: Any) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as caught:
        async with conversation.client(**options):
            pass
    return caught.value


async def test_a_browser_says_its_token_in_a_sub_protocol(conversation: Conversation) -> None:
    offered = ["union-chat.v1", f"bearer.{conversation.token}"]
    async with conversation.client(additional_headers={}, subprotocols=offered) as client:
        assert client.connection.subprotocol == "union-chat.v1"
        await client.hello()
        await client.until("messages")
    alone = offered[1:]
    async with conversation.client(additional_headers={}, subprotocols=alone) as client:
        assert client.connection.subprotocol == alone[0]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "x"}])
async def test_without_the_token_there_is_no_socket(
    conversation: Conversation, headers: dict[str, str]
) -> None:
    response = (await refusal(conversation, additional_headers=headers)).response
    assert response.status_code == 401
    assert b'"code":"unauthorized"' in (response.body or b"")


async def test_the_token_of_another_conversation_opens_nothing(
    conversation: Conversation,
) -> None:
    other = await conversation.gateway.conversation()
    headers = {"Authorization": f"Bearer {other.token}"}
    assert (await refusal(conversation, additional_headers=headers)).response.status_code == 401
    unknown = Conversation(conversation.gateway, "unknown", other.token)
    assert (await refusal(unknown)).response.status_code == 404


async def test_a_token_in_the_url_is_none(conversation: Conversation) -> None:
    in_url = {"query": f"?token={conversation.token}", "additional_headers": {}}
    assert (await refusal(conversation, **in_url)).response.status_code == 401


async def test_pages_of_other_hosts_need_to_be_on_the_list(settings: Settings) -> None:
    async with serving(settings, allowed_origins=("https://gonghui.example/",)) as live:
        conversation = await live.conversation()
        for origin in ("https://evil.example", "null", f"http://{live.address}.evil.example"):
            assert (await refusal(conversation, origin=origin)).response.status_code == 403
        for origin in (f"http://{live.address}", "https://gonghui.example"):
            async with conversation.client(origin=origin) as client:
                await client.hello()
                await client.until("messages")


async def test_a_conversation_has_a_limited_number_of_sockets(settings: Settings) -> None:
    async with serving(settings, SocketLimits(sockets_a_conversation=1)) as live:
        conversation = await live.conversation()
        async with conversation.client():
            assert (await refusal(conversation)).response.status_code == 429
        await live.everybody_left()
        async with conversation.client() as client:
            await client.hello()
            await client.until("messages")
