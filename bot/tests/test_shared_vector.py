import base64
import copy
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from rasa.utils.endpoints import EndpointConfig

from components.intent_reader import reader
from shared_vector import KEY, VectorSharingEndpoint, with_vector


def call_with(text: "str | None") -> dict[str, Any]:
    return {"next_action": "action_answer", "tracker": {"latest_message": {"text": text}}}


def reading_in(call: dict[str, Any]) -> dict[str, str]:
    return call["tracker"]["latest_message"][KEY]


def test_a_call_carries_the_vector_that_was_read() -> None:
    reading = reading_in(with_vector(call_with("高温费一个月多少？")))
    vector = np.frombuffer(base64.b64decode(reading["vector"]), dtype="<f2").astype(np.float32)
    assert vector @ reader().vectors("高温费一个月多少?")[0] == pytest.approx(1, abs=1e-3)
    assert reading["encoder"] == reader().encoder


def test_it_names_the_text_in_the_spelling_that_was_read() -> None:
    assert reading_in(with_vector(call_with("醫療互助 ＧＳ")))["text"] == "医疗互助 gs"


def test_the_tracker_itself_is_not_changed() -> None:
    call = call_with("高温费一个月多少")
    before = copy.deepcopy(call)
    with_vector(call)
    assert call == before


@pytest.mark.parametrize(
    "text",
    [None, "", "工" * 81, "我们用 dingding 打卡"],
    ids=["none", "empty", "searched for in pieces", "a word the reader has no piece for"],
)
def test_a_vector_that_the_search_would_not_have_stays_out(text: "str | None") -> None:
    call = call_with(text)
    assert with_vector(call) == call


@pytest.mark.parametrize("call", [{}, {"tracker": {}}, {"tracker": {"latest_message": None}}])
def test_a_call_without_a_message_stays_as_it_is(call: dict[str, Any]) -> None:
    assert with_vector(call) == call


@pytest.fixture
async def action_server() -> AsyncIterator[tuple[str, list[Any]]]:
    """Address of an action server, and the bodies it received."""
    bodies: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        return web.json_response({"events": [], "responses": []})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    yield f"http://{host}:{port}/webhook", bodies
    await runner.cleanup()


async def test_the_endpoint_sends_it(action_server: tuple[str, list[Any]]) -> None:
    address, bodies = action_server
    endpoint = VectorSharingEndpoint.of(EndpointConfig(address))
    assert await endpoint.request(json=call_with("年假几天")) == {"events": [], "responses": []}
    assert reading_in(bodies[0])["text"] == "年假几天"
    await endpoint.close()
