"""What workers asked the bot of late, for the review."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.conversations import access
from api.review.desk import ReviewDesk
from api.review.payloads import ArticleDraft, Expected, NluExample, QuestionVariant, RegressionCase
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import Channel, MessageKind, Staff, Status
from contract import HandoffReason
from tests.api.review.talks import ASK, GUESS, Said, Talk, Talks
from tests.browser.pages.cases import ARREARS

_HOUR = timedelta(hours=1)
_GUESS = Said(
    GUESS.kind,
    GUESS.decision,
    ("training-employer-duty", "training-free-courses"),
    GUESS.probability,
    "您想问的可能是这一条：\n\n单位要按规定提取和使用职工教育经费，安排职工参加培训。",
)
_DECLINE = Said(
    MessageKind.DECLINE,
    "decline",
    ("culture-events", "culture-palace"),
    0.12,
    "这个我还没有核对过的资料，不敢乱说。要不要我帮您转给服务中心的同事？",
)
_NO_PARKING = Said(
    MessageKind.DECLINE,
    "decline",
    ("union-office-contact", "legal-aid-where"),
    0.18,
    _DECLINE.text,
)
_TICKETS = (
    "工会会员看电影有优惠吗",
    "会员电影票有优惠吗",
    "工会电影票优惠怎么领",
    "看电影工会会员有没有优惠",
)
_PARKING = ("去服务中心停车收费吗", "服务中心停车要钱吗", "服务中心哪里可以停车")


async def hold(database: Database, until: datetime) -> dict[str, Talk]:
    """The talks of the days before, the last of them an hour before ``until``."""
    talks = Talks(database)
    declined = [(question, _DECLINE) for question in _TICKETS]
    declined += [(question, _NO_PARKING) for question in _PARKING]
    for number, turn in enumerate(declined, start=1):
        at = until - number * 3 * timedelta(days=1)
        talk = await talks.hold(at, turn, channel=list(Channel)[number % 2])
        async with database.write() as session:
            (await access.lock_conversation(session, talk.id)).status = Status.CLOSED
    arrears = await talks.hold(
        until - 5 * _HOUR, ("我想问工资的事", ASK), ("老板两个月没发工资，找谁要", ARREARS)
    )
    await talks.feedback(arrears.replies[-1], until - 4 * _HOUR, helpful=False)
    await talks.rate(arrears, 2, until - 4 * _HOUR, "说得太笼统")
    training = await talks.hold(until - 3 * _HOUR, ("岗前培训没搞，要紧伐", _GUESS))
    asked_back = await talks.hold(until - 2 * _HOUR, ("辞退能拿多少钱", ASK))
    given_up = await talks.hold(until - _HOUR, ("夜宵补贴有没有", _DECLINE))
    await talks.hand_over(given_up, HandoffReason.REPEATED_FAILURE, until - _HOUR)
    return {
        "arrears": arrears,
        "training": training,
        "asked_back": asked_back,
        "given_up": given_up,
    }


async def propose(
    database: Database, settings: Settings, staff: Staff, talks: dict[str, Talk]
) -> None:
    """What a reviewer has made of them."""
    proposals = ReviewDesk.of(database, settings).proposals
    made: Sequence[tuple[str, QuestionVariant | NluExample | RegressionCase | ArticleDraft]] = (
        (
            "arrears",
            QuestionVariant(article_id="wage-arrears-what-to-do", text="两个月没发工资，找谁要"),
        ),
        (
            "training",
            RegressionCase(
                question="岗前培训没搞，要紧伐",
                expected=Expected.ANSWER,
                article_id="training-employer-duty",
            ),
        ),
        (
            "given_up",
            ArticleDraft(
                title="夜班有没有夜宵补贴",
                area="general",
                question="夜宵补贴有没有",
                examples=["上夜班有夜餐费吗"],
                facts=["夜餐费由单位的规章制度或者集体合同约定"],
            ),
        ),
    )
    for name, payload in made:
        await proposals.propose(staff, payload, message_id=talks[name].replies[-1])
