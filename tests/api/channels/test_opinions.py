"""Ratings and feedback over HTTP."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from api.storage.models import Feedback, Rating
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio


async def _post(worker: Worker, path: str, body: dict[str, Any]) -> httpx2.Response:
    url = f"/api/v1/conversations/{worker.id}/{path}"
    return await worker.client.post(url, json=body, headers=worker.headers)


async def test_the_latest_rating_counts(running_gateway: Gateway, worker: Worker) -> None:
    for score, comment in ((2, "慢"), (5, "后来很快")):
        response = await _post(worker, "rating", {"score": score, "comment": comment})
        assert response.status_code == 204
    async with running_gateway.database.read() as session:
        ratings = (await session.scalars(select(Rating))).all()
    assert [(each.score, each.comment) for each in ratings] == [(5, "后来很快")]


@pytest.mark.parametrize(
    "body", [{"score": 0}, {"score": 6}, {}, {"score": 3, "comment": "长" * 1001}]
)
async def test_a_rating_out_of_range_is_refused(worker: Worker, body: dict[str, Any]) -> None:
    assert (await _post(worker, "rating", body)).status_code == 422


async def test_feedback_on_an_answer(running_gateway: Gateway, worker: Worker) -> None:
    (answer,) = (await worker.say("医疗互助怎么报"))["messages"]
    for helpful in (True, False):
        response = await _post(worker, f"messages/{answer['id']}/feedback", {"helpful": helpful})
        assert response.status_code == 204
    async with running_gateway.database.read() as session:
        feedback = (await session.scalars(select(Feedback))).all()
    assert [each.helpful for each in feedback] == [False]


async def test_no_feedback_on_other_messages(running_gateway: Gateway, worker: Worker) -> None:
    stranger = await running_gateway.worker()
    (answer,) = (await stranger.say("你好"))["messages"]
    await worker.say("医疗互助怎么报")
    own = (await worker.history())["messages"][1]
    assert own["author"] == "worker"
    for message_id in (answer["id"], own["id"], "nothing"):
        response = await _post(worker, f"messages/{message_id}/feedback", {"helpful": True})
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "message_not_found"
