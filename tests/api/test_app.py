import re
from collections.abc import Iterable
from inspect import iscoroutinefunction, isfunction
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api import widget
from api.app import SchemaNotCurrentError, create_app
from api.settings import Settings
from tests.api import gateway
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio

RECOGNISE_THE_SERVERS_WORDS = {"questions.js", "server_words.js"}
PUBLIC = {("post", "/api/v1/staff/login"), ("post", "/api/v1/conversations")}


async def test_every_api_route_but_create_needs_a_token(
    running_gateway: Gateway, settings: Settings
) -> None:
    checked = 0
    for path, operations in create_app(settings).openapi()["paths"].items():
        for method in operations:
            if not path.startswith("/api/") or (method, path) in PUBLIC:
                continue
            url = re.sub(r"\{\w+\}", "01M855EHVTB7ANMVT100NEDVMT", path)
            response = await running_gateway.client.request(method, url)
            assert response.status_code == 401, (method, path)
            checked += 1
    assert checked >= 2


def test_no_dependency_of_a_route_runs_in_another_thread(tmp_path: Path) -> None:
    seen: set[str] = set()

    def check(dependant: Dependant) -> None:
        for each in dependant.dependencies:
            call = each.call if isfunction(each.call) else type(each.call).__call__
            assert iscoroutinefunction(call), each.call
            seen.add(str(each.call))
            check(each)

    def walk(routes: Iterable[object]) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                check(route.dependant)
            router = getattr(route, "original_router", None) or getattr(route, "router", None)
            walk(getattr(router, "routes", ()))

    walk(create_app(Settings(data_dir=tmp_path)).routes)
    assert len(seen) > 10


async def test_the_page_is_served_under_a_strict_policy(running_gateway: Gateway) -> None:
    response = await running_gateway.client.get("/")
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|<style", response.text)
    for name in set(re.findall(r'"(/static/[^"]+)"', response.text)):
        assert (await running_gateway.client.get(name)).status_code == 200, name


def test_the_widget_has_its_texts_in_the_locales() -> None:
    sources = sorted((Path(widget.__file__).parent / "src").glob("*.js"))
    assert sources
    for source in sources:
        if source.name in RECOGNISE_THE_SERVERS_WORDS:
            continue
        # A language is named in itself.
        script = source.read_text(encoding="utf-8").replace('["zh-CN", "中文"]', "")
        assert not re.search(r"[\u4e00-\u9fff]", script), source.name


async def test_production_does_not_publish_its_description(settings: Settings) -> None:
    strong = {"env": "production", "secret_key": "k" * 32, "rasa_secret": "r" * 32}
    production = Settings(
        **(settings.model_dump(exclude={"secret_key", "rasa_secret", "env"}) | strong)
    )
    async with gateway.running(production) as running:
        assert (await running.client.get("/openapi.json")).status_code == 404


async def test_a_database_not_migrated_is_refused_at_the_start(settings: Settings) -> None:
    (settings.data_dir / "gateway.db").unlink()
    with pytest.raises(SchemaNotCurrentError, match="python -m api migrate"):
        async with gateway.running(settings):
            pass
