import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.storage.database import Database
from tests.api.channels.wechat.post import Post
from tests.postgres import *  # noqa: F403
from tests.redis_server import *  # noqa: F403


@pytest.fixture(params=["sqlite", "postgresql"])
def post_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    if request.param == "postgresql":
        url: str = request.getfixturevalue("migrated_postgres_url")
        return url
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    return f"sqlite+aiosqlite:///{tmp_path}/gateway.db"


@pytest.fixture
async def post(post_url: str) -> AsyncIterator[Post]:
    """A follower who has just written, and what is said to him."""
    database = Database(post_url)
    post = Post(database)
    await post.open()
    yield post
    await database.close()
