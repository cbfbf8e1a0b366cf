"""People of the knowledge desk under test, and their acts."""

from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI

from api.knowledge.desk import KnowledgeDesk
from api.storage.models import ArticleRevision, Staff

PASSWORD = "correct horse battery"
BASE = "/api/v1/staff"


@dataclass(frozen=True)
class People:
    """Two editors, two who may publish, and an agent."""

    chen: Staff
    wu: Staff
    zhou: Staff
    qian: Staff
    wang: Staff


class Colleague:
    """A member of staff who is logged in."""

    def __init__(self, client: httpx2.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    async def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return await self._client.request(method, BASE + path, headers=self._headers, **options)

    async def get(self, path: str) -> Any:
        response = await self.request("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        response = await self.request("POST", path, json=body)
        assert response.status_code == status, response.text
        return response.json()


class Office:
    def __init__(self, app: FastAPI, client: httpx2.AsyncClient) -> None:
        self.app = app
        self.client = client

    async def login(self, username: str) -> Colleague:
        body = {"username": username, "password": PASSWORD}
        response = await self.client.post(f"{BASE}/login", json=body)
        return Colleague(self.client, response.json()["token"])


async def edit(
    desk: KnowledgeDesk, staff: Staff, article_id: str, old: str, new: str
) -> ArticleRevision:
    """Save an article with every ``old`` replaced."""
    opened = await desk.open(article_id)
    assert old in opened.source
    return await desk.save(staff, article_id, opened.source.replace(old, new), base=opened.base)


async def approved(
    desk: KnowledgeDesk, people: People, article_id: str, old: str, new: str
) -> ArticleRevision:
    """An edit by one person that another has approved."""
    revision = await edit(desk, people.chen, article_id, old, new)
    await desk.submit(people.chen, revision.id)
    return await desk.decide(people.zhou, revision.id, approve=True)


async def spoilt(desk: KnowledgeDesk, people: People, article_id: str) -> ArticleRevision:
    """An approved edit that makes an article speak of something that is over."""
    opened, other = await desk.open(article_id), await desk.open("old-programme")
    source = other.source.replace("id: old-programme", f"id: {article_id}")
    revision = await desk.save(people.chen, article_id, source, base=opened.base)
    await desk.submit(people.chen, revision.id)
    return await desk.decide(people.zhou, revision.id, approve=True)
