"""Cases on the desk, with all that the bot gives along."""

from datetime import datetime, timedelta
from typing import Any

from api.conversations import access
from api.handoff.opening import HandoffPackage
from api.storage.database import Database
from api.storage.models import Handoff, HandoffState, MessageKind, Staff, Status, now
from contract import HandoffReason
from tests.api.review.talks import ASK, Said, Talks

ARREARS = Said(
    text="单位拖欠工资，先把证据留好，再去投诉。\n\n1. 收好工资条、考勤记录、聊天记录\n"
    "2. 打 12345 或 12351\n3. 也可以申请劳动仲裁",
    hits=("wage-arrears-what-to-do", "wage-arrears-no-proof"),
    probability=0.93,
)
_WORKPLACE = Said(ASK.kind, None, text="您在哪家单位上班？欠了多少、几个月了？")
_HANDED_OVER = Said(
    MessageKind.HANDOFF,
    None,
    text="好的，我请服务中心的同事来帮您，您说的情况都转过去了，不用再讲一遍。",
)


async def hand_over(database: Database, at: datetime, holder: Staff | None = None) -> str:
    """A worker who has not been paid: waiting, or with who has it; the conversation's id."""
    talk = await Talks(database).hold(
        at,
        ("老板两个月没发工资，找谁要", ARREARS),
        ("能不能请你们帮我去要", _WORKPLACE),
        ("示例服饰有限公司，两个月，一共 12000 元，十来个工友都没拿到", _HANDED_OVER),
    )
    async with database.write() as session:
        conversation = await access.lock_conversation(session, talk.id)
        conversation.status = Status.WITH_STAFF if holder else Status.WAITING
        claimed: dict[str, Any] = {}
        if holder is not None:
            claimed = {"state": HandoffState.CLAIMED, "claimed_by": holder.id}
            claimed |= {"claimed_at": now(), "active_at": now()}
        session.add(
            Handoff(
                conversation_id=talk.id,
                message_id=talk.asked[-1],
                reason=HandoffReason.LEGAL_CASE,
                category="欠薪与工资支付",
                priority=2,
                summary="两个月没发工资，一共 12000 元，十来个工友都没拿到",
                case_facts={
                    "employer": "示例服饰有限公司",
                    "what_happened": "老板两个月没发工资",
                    "amount": "12000 元",
                    "people": "十来个工友",
                },
                package=_package().model_dump(mode="json"),
                due_at=now() + timedelta(hours=2),
                created_at=at,
                **claimed,
            )
        )
    return talk.id


def _package() -> HandoffPackage:
    return HandoffPackage.model_validate(
        {
            "why": "涉及具体案情，需要人来判断",
            "intent": "wage_arrears",
            "confidence": 0.96,
            "passages": [
                {
                    "article_id": article_id,
                    "revision": "1",
                    "section": section,
                    "scores": {
                        "bm25": bm25,
                        "dense": dense,
                        "fused": 0.03,
                        "probability": probability,
                    },
                }
                for article_id, section, bm25, dense, probability in (
                    ("wage-arrears-what-to-do", "怎么办理", 13.2, 0.84, 0.93),
                    ("wage-arrears-no-proof", "需要材料", 7.9, 0.71, 0.41),
                )
            ],
        }
    )
