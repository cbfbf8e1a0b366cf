from dataclasses import dataclass, field

import pytest
from sqlalchemy import update

from api.attachments import access
from api.attachments.fetching import MediaFetcher, SourceGoneError, SourceTooLargeError
from api.attachments.kinds import LARGEST_BYTES
from api.live.events import QueueChanged
from api.outbox.adapters import TemporaryError
from api.storage.models import Attachment, AttachmentState, new_id
from tests.api.attachments.samples import HTML, amr, jpeg
from tests.api.attachments.scene import Listener, Scene

pytestmark = pytest.mark.anyio
on_both_engines = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@dataclass
class Platform:
    """Keeps one file, or fails."""

    content: bytes = b""
    failure: Exception | None = None
    asked: list[tuple[str, int]] = field(default_factory=list)
    scene: Scene | None = None
    meanwhile: AttachmentState | None = None
    """What becomes of every file while this one is being fetched."""

    async def fetch(self, source: str, max_bytes: int) -> bytes:
        self.asked.append((source, max_bytes))
        if self.failure is not None:
            raise self.failure
        if self.scene is not None:
            async with self.scene.database.write() as session:
                await session.execute(update(Attachment).values(state=self.meanwhile))
        return self.content


async def _fetch(scene: Scene, platform: Platform, attachment_id: str) -> list[object]:
    listener = Listener()
    fetcher = MediaFetcher(scene.database, scene.storage, platform, publisher=listener)
    await fetcher.deliver({"attachment_id": attachment_id}, "item")
    return list(listener.events)


@on_both_engines
async def test_an_announced_file_is_fetched_and_kept(scene: Scene) -> None:
    expected = await scene.expect("media-1")
    platform = Platform(amr())
    assert await _fetch(scene, platform, expected.id) == [QueueChanged()]
    row = await scene.row(expected.id)
    assert (row.state, row.content_type, row.size) == (
        AttachmentState.STORED,
        "audio/amr",
        len(amr()),
    )
    assert row.stored_at is not None
    assert scene.files() == [expected.id]
    assert platform.asked == [("media-1", LARGEST_BYTES)]


async def test_a_second_delivery_does_nothing(scene: Scene) -> None:
    expected = await scene.expect()
    platform = Platform(jpeg())
    await _fetch(scene, platform, expected.id)
    assert await _fetch(scene, platform, expected.id) == []
    assert await _fetch(scene, platform, new_id()) == []
    assert len(platform.asked) == 1


@pytest.mark.parametrize(
    ("platform", "state"),
    [
        (Platform(failure=SourceGoneError()), AttachmentState.MISSING),
        (Platform(failure=SourceTooLargeError()), AttachmentState.REFUSED),
        (Platform(HTML), AttachmentState.REFUSED),
        (Platform(b""), AttachmentState.REFUSED),
        (Platform(bytes(LARGEST_BYTES + 1)), AttachmentState.REFUSED),
    ],
)
async def test_what_cannot_be_kept_is_settled(
    scene: Scene, platform: Platform, state: AttachmentState
) -> None:
    expected = await scene.expect()
    assert await _fetch(scene, platform, expected.id) == [QueueChanged()]
    assert (await scene.row(expected.id)).state is state
    assert scene.files() == []


async def test_a_platform_that_is_away_is_asked_again(scene: Scene) -> None:
    expected = await scene.expect()
    with pytest.raises(TemporaryError):
        await _fetch(scene, Platform(failure=TemporaryError("timeout")), expected.id)
    assert (await scene.row(expected.id)).state is AttachmentState.EXPECTED
    await _fetch(scene, Platform(jpeg()), expected.id)
    assert (await scene.row(expected.id)).state is AttachmentState.STORED


async def test_a_file_that_does_not_fit_any_more_is_refused(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = await scene.expect()
    monkeypatch.setattr(access, "MAX_TOTAL_BYTES", 10)
    await _fetch(scene, Platform(jpeg()), expected.id)
    assert (await scene.row(expected.id)).state is AttachmentState.REFUSED
    assert scene.files() == []


async def test_what_was_erased_while_it_was_fetched_stays_erased(scene: Scene) -> None:
    expected = await scene.expect()
    platform = Platform(jpeg(), scene=scene, meanwhile=AttachmentState.ERASED)
    await _fetch(scene, platform, expected.id)
    assert (await scene.row(expected.id)).state is AttachmentState.ERASED
    assert scene.files() == []


async def test_two_gateways_that_fetch_the_same_file_keep_it(scene: Scene) -> None:
    expected = await scene.expect()
    platform = Platform(jpeg(), scene=scene, meanwhile=AttachmentState.STORED)
    await _fetch(scene, platform, expected.id)
    assert scene.files() == [expected.id]


async def test_a_crash_between_file_and_row_is_mended_by_the_next_attempt(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = await scene.expect()
    with monkeypatch.context() as patch:
        patch.setattr(access, "stored", None)
        with pytest.raises(TypeError):
            await _fetch(scene, Platform(jpeg()), expected.id)
    assert (await scene.row(expected.id)).state is AttachmentState.EXPECTED
    await _fetch(scene, Platform(jpeg()), expected.id)
    assert (await scene.row(expected.id)).state is AttachmentState.STORED
    assert scene.files() == [expected.id]
