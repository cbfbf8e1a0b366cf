from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from api.channels.markdown import to_html
from api.members.answers import MemberAnswers, question_in
from api.members.texts import MembershipQuestion, members_texts
from api.members.verification import LinkState, Outcome
from api.storage.models import Conversation, Member
from tests.api.members.people import person
from tests.api.members.scene import RIGHT, Scene


async def ask(scene: Scene, conversation: Conversation, question: MembershipQuestion) -> str:
    answers = MemberAnswers(scene.verification, ZoneInfo("Asia/Shanghai"), clock=scene.clock)
    async with scene.database.write() as session:
        return await answers.answer(session, conversation, question)


async def verified(scene: Scene) -> Conversation:
    conversation = await scene.conversation()
    key = await scene.link(conversation)
    assert await scene.verification.verify(key, RIGHT) is Outcome.VERIFIED
    return conversation


@pytest.mark.anyio
@pytest.mark.parametrize("question", MembershipQuestion)
async def test_an_unverified_worker_learns_nothing_but_gets_a_link(
    scene: Scene, question: MembershipQuestion
) -> None:
    conversation = await scene.conversation()
    await verified(scene)  # somebody else
    text = await ask(scene, conversation, question)
    assert "张" not in text
    assert "30 分钟" in text
    url = text.partition("](")[2].partition(")")[0]
    assert f'href="{url}"' in to_html(text)
    assert await scene.verification.state(url.rpartition("/")[2]) is LinkState.OPEN


@pytest.mark.anyio
async def test_a_verified_worker_is_told_from_the_roster_with_its_date(scene: Scene) -> None:
    conversation = await verified(scene)
    today = scene.clock().astimezone(ZoneInfo("Asia/Shanghai")).date()
    as_of = f"（依据：余杭区总工会会员名册，{today} 更新）"
    assert await ask(scene, conversation, MembershipQuestion.IS_MEMBER) == (
        "查到了：您（张*）是工会会员，2020 年 3 月入会，所属工会是余杭第1纺织厂工会。" + as_of
    )
    assert await ask(scene, conversation, MembershipQuestion.UNION) == (
        "查到了：您（张*）的所属工会是余杭第1纺织厂工会。" + as_of
    )


@pytest.mark.anyio
async def test_mutual_aid_of_this_year(scene: Scene) -> None:
    conversation = await verified(scene)
    year = scene.clock().astimezone(ZoneInfo("Asia/Shanghai")).year
    for years, expected in (
        ([year - 1, year], f"{year} 年度参加了医疗互助"),
        ([year - 2, year - 1], f"有记录的是 {year - 2}、{year - 1} 年度"),
        ([], "没有您（张*）的医疗互助参保记录"),
    ):
        async with scene.database.write() as session:
            await session.execute(
                update(Member).where(Member.name == "张三").values(mutual_aid_years=years)
            )
        assert expected in await ask(scene, conversation, MembershipQuestion.MUTUAL_AID)


@pytest.mark.anyio
async def test_somebody_who_left_is_told_so(scene: Scene) -> None:
    conversation = await verified(scene)
    await scene.import_members([person(3)])
    for question in MembershipQuestion:
        text = await ask(scene, conversation, question)
        assert "最新的会员名册里已经没有您（张*）" in text
        assert "纺织厂" not in text


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("我是会员吗", MembershipQuestion.IS_MEMBER),
        ("请问我是不是工会会员？", MembershipQuestion.IS_MEMBER),
        ("帮我查一下我还是会员吗", MembershipQuestion.IS_MEMBER),
        ("查查我的会员身份", MembershipQuestion.IS_MEMBER),
        ("我有没有入会", MembershipQuestion.IS_MEMBER),
        ("我今年参保了吗", MembershipQuestion.MUTUAL_AID),
        ("我今年医疗互助交了没有", MembershipQuestion.MUTUAL_AID),
        ("今年的互助参加了吗？", MembershipQuestion.MUTUAL_AID),
        ("我今年有没有交互助金", MembershipQuestion.MUTUAL_AID),
        ("查一下我今年有没有参保", MembershipQuestion.MUTUAL_AID),
        ("我的单位工会是哪个", MembershipQuestion.UNION),
        ("我属于哪个工会", MembershipQuestion.UNION),
        ("我是哪个工会的", MembershipQuestion.UNION),
        ("我的工会关系在哪", MembershipQuestion.UNION),
        ("您好，我公司的工会叫什么名字？", MembershipQuestion.UNION),
    ],
)
def test_questions_about_the_own_membership(text: str, question: MembershipQuestion) -> None:
    assert question_in(text) is question


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我是会员，医疗互助能报多少",
        "怎么成为会员",
        "会员有什么好处",
        "换厂了会员还在不 咋退会",
        "医疗互助怎么参保",
        "医疗互助",
        "今年互助什么时候开始交",
        "厂里没给交互助 我自个儿掏钱能参加不",
        "工会是干什么的",
        "工会",
        "我单位没有工会怎么办",
        "他是会员吗",
        "我是会员吗" * 20,
    ],
)
def test_other_questions_are_for_the_bot(text: str) -> None:
    assert question_in(text) is None


def test_every_question_has_a_pattern() -> None:
    assert {"lead", "tail", *MembershipQuestion} == set(members_texts().questions.model_dump())
