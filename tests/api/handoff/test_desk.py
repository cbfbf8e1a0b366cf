import asyncio
import contextlib

import pytest
from sqlalchemy import select

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import StatusChanged
from api.storage.models import AuditEntry, HandoffState, Status
from tests.api.handoff.conftest import Scene

pytestmark = pytest.mark.anyio


async def test_a_claim_gives_the_case_to_one_person(scene: Scene) -> None:
    case = await scene.waiting()
    handoff = await scene.desk.claim(case, scene.ann)
    assert handoff.state is HandoffState.CLAIMED
    assert handoff.claimed_by == scene.ann.id
    assert (await scene.conversation(case)).status is Status.WITH_STAFF
    assert "小安" in (await scene.texts(case))[-1]
    assert StatusChanged(case, Status.WITH_STAFF) in scene.listener.events


async def test_the_second_is_told_who_has_it(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    with pytest.raises(ApiError) as refused:
        await scene.desk.claim(case, scene.bob)
    assert refused.value.code is ErrorCode.ALREADY_CLAIMED
    assert refused.value.details == {"name": "小安"}


async def test_claiming_twice_is_claiming_once(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    said = await scene.texts(case)
    await scene.desk.claim(case, scene.ann)
    assert await scene.texts(case) == said


async def test_fifty_claims_at_once_have_one_winner(scene: Scene) -> None:
    case = await scene.waiting()
    people = [scene.ann, scene.bob]

    async def claim(number: int) -> str | None:
        with contextlib.suppress(ApiError):
            return (await scene.desk.claim(case, people[number % 2])).claimed_by
        return None

    winners = set(await asyncio.gather(*(claim(number) for number in range(50)))) - {None}
    assert len(winners) == 1
    assert sum("已经接手" in text for text in await scene.texts(case)) == 1


async def test_a_case_that_the_bot_still_takes_down_can_be_claimed(scene: Scene) -> None:
    case = await scene.waiting(status=Status.BOT)
    await scene.desk.claim(case, scene.ann)
    assert (await scene.conversation(case)).status is Status.WITH_STAFF


async def test_a_reply_needs_the_claim(scene: Scene) -> None:
    case = await scene.waiting()
    with pytest.raises(ApiError) as refused:
        await scene.desk.reply(case, scene.ann, "您好", "1")
    assert refused.value.code is ErrorCode.NOT_POSSIBLE_NOW
    await scene.desk.claim(case, scene.bob)
    with pytest.raises(ApiError) as refused:
        await scene.desk.reply(case, scene.ann, "您好", "1")
    assert refused.value.code is ErrorCode.ALREADY_CLAIMED


async def test_a_reply_is_stored_once_for_one_id(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    # The worker's own message has this id too; the two never meet.
    first = await scene.desk.reply(case, scene.ann, "您好，我看看", "a")
    again = await scene.desk.reply(case, scene.ann, "您好，我看看", "a")
    assert again.id == first.id
    assert (await scene.texts(case)).count("您好，我看看") == 1
    handoff = await scene.handoff(case)
    assert handoff is not None
    assert handoff.answered_at is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [(" \n ", ErrorCode.EMPTY_MESSAGE), ("长" * 1001, ErrorCode.MESSAGE_TOO_LONG)],
)
async def test_a_reply_that_is_none_is_refused(scene: Scene, text: str, code: ErrorCode) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    for refuse in (
        scene.desk.reply(case, scene.ann, text, "1"),
        scene.desk.note(case, scene.ann, text),
    ):
        with pytest.raises(ApiError) as refused:
            await refuse
        assert refused.value.code is code


async def test_after_a_release_the_bot_begins_afresh(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    await scene.desk.release(case, scene.ann)
    conversation = await scene.conversation(case)
    assert (conversation.status, conversation.bot_round) == (Status.BOT, 1)
    assert await scene.handoff(case) is None


async def test_a_transfer_keeps_the_case_in_one_hand(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    await scene.desk.transfer(case, scene.ann, scene.bob)
    with pytest.raises(ApiError):
        await scene.desk.reply(case, scene.ann, "我再说一句", "1")
    await scene.desk.reply(case, scene.bob, "我来接着", "1")
    assert any("小博" in text for text in await scene.texts(case))


async def test_a_case_put_back_waits_for_anybody(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    await scene.desk.put_back(case, scene.ann)
    assert (await scene.conversation(case)).status is Status.WAITING
    await scene.desk.claim(case, scene.bob)


async def test_a_resolved_case_is_closed_with_its_outcome(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    await scene.desk.resolve(case, scene.ann, "已电话答复，建议申请仲裁")
    conversation = await scene.conversation(case)
    assert conversation.status is Status.CLOSED
    assert conversation.closed_at == scene.clock()
    with pytest.raises(ApiError) as refused:
        await scene.desk.claim(case, scene.bob)
    assert refused.value.code is ErrorCode.NOT_POSSIBLE_NOW


async def test_every_act_is_in_the_audit_and_no_words_are(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    await scene.desk.transfer(case, scene.ann, scene.bob)
    await scene.desk.put_back(case, scene.bob)
    await scene.desk.claim(case, scene.bob)
    await scene.desk.resolve(case, scene.bob, "机密结果")
    async with scene.database.read() as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    acts = [entry.action for entry in entries]
    assert acts == [f"handoff.{act}" for act in ("claim", "transfer", "return", "claim", "resolve")]
    assert {entry.subject_id for entry in entries} == {case}
    assert "机密" not in str([entry.details for entry in entries])


async def test_an_unknown_conversation_is_told_apart(scene: Scene) -> None:
    for act in (
        scene.desk.claim("nobody", scene.ann),
        scene.desk.note("nobody", scene.ann, "记"),
    ):
        with pytest.raises(ApiError) as refused:
            await act
        assert refused.value.code is ErrorCode.CONVERSATION_NOT_FOUND
